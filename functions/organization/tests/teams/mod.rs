//! The `teams` contract: joining by invitation, and switching between teams.

pub mod change_team;
mod invitations;

use shared::testkit::teams::assert_error;

use crate::support;
