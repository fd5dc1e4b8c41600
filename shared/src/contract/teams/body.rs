//! Bodies of the `teams` contract: JSON only, and 400 for whatever is wrong with them.

use super::failure::Failure;
use crate::contract::reading::json_body;

json_body!(Failure);
