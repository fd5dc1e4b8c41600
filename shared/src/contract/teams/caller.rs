//! The authenticated user of a request in the `teams` contract.

use super::failure::Failure;
use crate::contract::bearer::bearer;

bearer!(Failure);
