//! Switching the organization that a session acts for. The session gets new tokens, because the old access token names
//! the old organization.

use jiff::Timestamp;

use crate::domain::{OrganizationId, RefreshToken, Session};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum SwitchOrganizationError {
        NotAMember: NotFound = "the caller is not a member of the organization",
        Suspended: Forbidden = "the organization is suspended",
        Demo: Forbidden = "a demonstration can neither be switched to nor left by switching",
    }
}

#[derive(Debug)]
pub struct SwitchedOrganization {
    pub session: Session,
    pub access_token: String,
    pub refresh_token: RefreshToken,
}

impl Core {
    pub async fn switch_organization(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<SwitchedOrganization, SwitchOrganizationError> {
        caller.expect_in_person()?;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            self.may_switch(&caller, organization).await?;
            // The earlier token is replaced, but the family stays: its later use is detected as reuse.
            let (next, secret) = caller.session.refresh.reissue(now, &*self.entropy);
            let session = Session {
                active_organization: Some(organization),
                active_team: None,
                ..caller.session.clone()
            };
            let access_token = self.sign_access_token(&caller.user, &session, now).await?;
            if attempts.commit(Changes::new().rotate_refresh(&session, &next)).await? {
                return Ok(SwitchedOrganization {
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
                });
            }
        }
    }

    async fn may_switch(&self, caller: &Caller, to: OrganizationId) -> Result<(), SwitchOrganizationError> {
        let membership = caller.user.membership_in_any_state(to);
        let membership = membership.ok_or(SwitchOrganizationError::NotAMember)?;
        if membership.suspended {
            return Err(SwitchOrganizationError::Suspended);
        }
        let from = caller.session.active_organization.filter(|from| *from != to);
        let ids: Vec<_> = [to].into_iter().chain(from).collect();
        let organizations = self.store.find_organizations(&ids).await?;
        if !organizations.iter().any(|organization| organization.id == to) {
            return Err(SwitchOrganizationError::NotAMember);
        }
        if organizations.iter().any(|organization| organization.demo) {
            return Err(SwitchOrganizationError::Demo);
        }
        Ok(())
    }
}
