//! Who is asking, in the `teams` contract.

use super::failure::Failure;
use crate::contract::bearer::bearer;

bearer!(Failure);
