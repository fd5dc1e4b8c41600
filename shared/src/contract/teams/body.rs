//! Request bodies of the `teams` contract, in JSON only. Every problem with a body is answered with 400.

use super::failure::Failure;
use crate::contract::reading::json_body;

json_body!(Failure);
