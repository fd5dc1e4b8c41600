//! Request bodies of the `platform` contract, in JSON only. An invalid body is answered with 400 and its invalid
//! fields.

use super::failure::Failure;
use crate::contract::reading::json_body;

json_body!(Failure);
