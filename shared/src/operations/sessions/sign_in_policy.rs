//! The requirements of a contract for a sign-in.

use crate::domain::user::User;
use crate::operations::sessions::open_session::Issue;

/// One policy for all methods of sign-in, so that a contract's rules apply to every credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInPolicy {
    /// Only a user with a verified address may sign in.
    pub verified_address: bool,
    /// Only a user with a role in an account may sign in. The session then acts for that account.
    pub account: bool,
    pub issue: Issue,
}

impl SignInPolicy {
    /// Any user may sign in.
    pub const fn open(issue: Issue) -> Self {
        Self {
            verified_address: false,
            account: false,
            issue,
        }
    }

    /// Whether the policy rejects the user's address.
    pub fn rejects_address_of(&self, user: &User) -> bool {
        self.verified_address && !user.is_email_verified()
    }
}
