//! Who is asking, in the `platform` contract.

use super::failure::Failure;
use crate::contract::bearer::bearer;

bearer!(Failure);
