//! Switching the organization that a session acts for.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::session::RefreshChain;
use crate::domain::{OrganizationId, RateLimit, RefreshSecret, RefreshToken, Session};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ChangeOrganizationError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("nobody switches into or out of a demonstration")]
    Demo,
    #[error("the session was ended meanwhile")]
    SessionGone,
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

impl Core {
    pub async fn change_organization(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<ChangedOrganization, ChangeOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        if caller.user.membership(organization).is_none() {
            return Err(ChangeOrganizationError::NotAMember);
        }
        for id in [Some(organization), caller.session.active_organization]
            .into_iter()
            .flatten()
        {
            if self
                .store
                .find_organization(id)
                .await?
                .is_some_and(|organization| organization.demo)
            {
                return Err(ChangeOrganizationError::Demo);
            }
        }
        let secret = RefreshSecret::generate(&*self.entropy);
        let next = RefreshChain::start(&secret);
        let session = Session {
            active_organization: Some(organization),
            ..caller.session.clone()
        };
        let access_token = self.sign_access_token(&caller.user, &session, now).await?;
        // Not for a member who was removed while the token was being signed.
        let changes = Changes::new().rotate_refresh(&session, &next).expect_user(&caller.user);
        match self.store.commit(changes).await {
            Ok(()) => Ok(ChangedOrganization {
                access_token,
                refresh_token: RefreshToken {
                    user_id: caller.user.id,
                    session_id: session.id,
                    secret,
                },
                session: Session {
                    refresh: next,
                    ..session
                },
            }),
            Err(CommitError::Conflict(Conflict::RefreshMoved)) => Err(ChangeOrganizationError::SessionGone),
            Err(error) => Err(error.into()),
        }
    }
}
