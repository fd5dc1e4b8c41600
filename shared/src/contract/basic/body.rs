//! Request bodies of the `basic` contract, in JSON only. An invalid field is answered with 422, an unreadable body with
//! 400.

use super::failure::Failure;
use crate::contract::reading::json_body;

json_body!(Failure);
