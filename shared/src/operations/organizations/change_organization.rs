//! Switching the organization that a session acts for.

use jiff::Timestamp;

use crate::domain::session::RefreshChain;
use crate::domain::{OrganizationId, RateLimit, RefreshSecret, RefreshToken, Session};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ChangeOrganizationError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("nobody switches into or out of a demonstration")]
    Demo,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ChangeOrganizationError);

/// New tokens for the same session: the old refresh token speaks of the old organization.
#[derive(Debug)]
pub struct ChangedOrganization {
    pub session: Session,
    pub access_token: String,
    pub refresh_token: RefreshToken,
}

/// How often the caller is looked at again when another request was writing it.
const ROUNDS: usize = 3;

impl Core {
    pub async fn change_organization(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<ChangedOrganization, ChangeOrganizationError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            self.may_change(&caller, organization).await?;
            let (tokens, changes) = self.switch(&caller, organization, now).await?;
            match self.store.commit(changes).await {
                Ok(()) => return Ok(tokens),
                // A refresh in another tab, or a membership that is no more.
                Err(CommitError::Conflict(Conflict::RefreshMoved | Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn may_change(&self, caller: &Caller, to: OrganizationId) -> Result<(), ChangeOrganizationError> {
        if caller.user.membership(to).is_none() {
            return Err(ChangeOrganizationError::NotAMember);
        }
        let from = caller.session.active_organization.filter(|from| *from != to);
        let organization = self.store.find_organization(to).await?;
        if organization.ok_or(ChangeOrganizationError::NotAMember)?.demo {
            return Err(ChangeOrganizationError::Demo);
        }
        let Some(from) = from else { return Ok(()) };
        match self.store.find_organization(from).await? {
            Some(organization) if organization.demo => Err(ChangeOrganizationError::Demo),
            _ => Ok(()),
        }
    }

    /// The session's new tokens, signed before anything is written. The refresh tokens begin anew, so that none of before goes on.
    async fn switch(
        &self,
        caller: &Caller,
        to: OrganizationId,
        now: Timestamp,
    ) -> Result<(ChangedOrganization, Changes), Interruption> {
        let secret = RefreshSecret::generate(&*self.entropy);
        let next = RefreshChain::start(&secret);
        let session = Session {
            active_organization: Some(to),
            active_team: None,
            ..caller.session.clone()
        };
        let access_token = self.sign_access_token(&caller.user, &session, now).await?;
        // Not for a member who was removed while the token was being signed.
        let changes = Changes::new().rotate_refresh(&session, &next).expect_user(&caller.user);
        let refresh_token = RefreshToken {
            user_id: caller.user.id,
            session_id: session.id,
            secret,
        };
        let session = Session {
            refresh: next,
            ..session
        };
        let tokens = ChangedOrganization {
            session,
            access_token,
            refresh_token,
        };
        Ok((tokens, changes))
    }
}
