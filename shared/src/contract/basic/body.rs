//! Bodies of the `basic` contract: JSON only. A field that is wrong is 422, a body that cannot be read is 400.

use super::failure::Failure;
use crate::contract::reading::json_body;

json_body!(Failure);
