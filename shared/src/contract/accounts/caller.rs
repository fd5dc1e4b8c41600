//! The authenticated user of a request in the `accounts` contract.

use super::failure::Failure;
use crate::contract::bearer::bearer;

bearer!(Failure);
