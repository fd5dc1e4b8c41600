//! Bodies of the `platform` contract: JSON only, and 400 with the fields that are wrong.

use super::failure::Failure;
use crate::contract::reading::json_body;

json_body!(Failure);
