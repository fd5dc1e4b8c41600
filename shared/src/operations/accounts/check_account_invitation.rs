//! Showing what a mailed invitation into an account offers, without using it.

use jiff::Timestamp;

use crate::domain::one_time::{GrantRefused, SetPassword};
use crate::domain::{AccountMember, OneTimeToken, Organization, RateLimit, User};
use crate::operations::prelude::*;

/// The invited user and their place in the account.
#[derive(Debug)]
pub struct AccountInvitationOffer {
    pub user: User,
    pub member: AccountMember,
    pub organization: Organization,
    pub expires_at: Timestamp,
}

refusals! {
    pub enum CheckAccountInvitationError {
        /// The user is active already.
        Used: Conflict = "the invitation was used",
        Ended: Expired = "the account no longer exists, is suspended, or has no role for the user, or the user is inactive",
    }
    of {
        TokenRefused(#[from] GrantRefused) = "{0}",
    }
}

impl Core {
    pub async fn check_account_invitation(
        &self,
        token: &OneTimeToken<SetPassword>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<AccountInvitationOffer, CheckAccountInvitationError> {
        let check = self.invitation_offer(token, now);
        self.limit_failures(RateLimit::CHECK_TOKEN, client_ip, now, check).await
    }

    async fn invitation_offer(
        &self,
        token: &OneTimeToken<SetPassword>,
        now: Timestamp,
    ) -> Result<AccountInvitationOffer, CheckAccountInvitationError> {
        let grant = self.store.find_grant_of(token).await?.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        let user = self.store.find_user(token.user_id).await?;
        let user = user.filter(|user| user.email == grant.email);
        let user = user.ok_or(GrantRefused::Unknown)?;
        if user.activation().is_none() {
            user.admit(now).map_err(|_| CheckAccountInvitationError::Ended)?;
            return Err(CheckAccountInvitationError::Used);
        }
        let home = AccountMember::home_of(&user).ok_or(CheckAccountInvitationError::Ended)?;
        let member = AccountMember::of(&user, home).ok_or(CheckAccountInvitationError::Ended)?;
        let organization = self.store.find_organization(home).await?;
        Ok(AccountInvitationOffer {
            organization: organization.ok_or(CheckAccountInvitationError::Ended)?,
            member,
            user,
            expires_at: grant.expires_at,
        })
    }
}
