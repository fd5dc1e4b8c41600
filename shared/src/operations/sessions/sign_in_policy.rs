//! The requirements of a contract for a sign-in.

use crate::domain::{AccountMember, OrganizationId, User};
use crate::operations::sessions::open_session::Issue;

/// Why a user has no account in which a session could act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::operations) enum AccountMissing {
    NoRole,
    Suspended,
}

/// One policy for all methods of sign-in, so that a contract's rules apply to every credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInPolicy {
    /// Only a user with a verified address may sign in.
    pub verified_address: bool,
    /// Only a user with a role in an account may sign in. The session then acts for that account.
    pub account: bool,
    /// A user without a default organization starts in the one joined first, because the contract has no list to choose
    /// from.
    pub joined_organization: bool,
    pub issue: Issue,
}

impl SignInPolicy {
    /// Any user may sign in.
    pub const fn open(issue: Issue) -> Self {
        Self {
            verified_address: false,
            account: false,
            joined_organization: false,
            issue,
        }
    }

    /// The active organization of a new session.
    pub(in crate::operations) fn organization_of<E: From<AccountMissing>>(
        self,
        user: &User,
    ) -> Result<Option<OrganizationId>, E> {
        if !self.account {
            return Ok(self.starting_organization(user));
        }
        match AccountMember::home_of(user) {
            Some(home) => Ok(Some(home)),
            None if AccountMember::is_held_by_suspended(user) => Err(AccountMissing::Suspended.into()),
            None => Err(AccountMissing::NoRole.into()),
        }
    }

    /// The same for contracts without accounts.
    fn starting_organization(self, user: &User) -> Option<OrganizationId> {
        let mut joined = user.memberships.iter().filter(|membership| !membership.suspended);
        let first = || joined.next().map(|membership| membership.organization_id);
        let starting = user.starting_organization();
        if self.joined_organization {
            starting.or_else(first)
        } else {
            starting
        }
    }

    /// Whether the policy rejects the user's address.
    pub fn rejects_address_of(self, user: &User) -> bool {
        self.verified_address && !user.is_email_verified()
    }
}
