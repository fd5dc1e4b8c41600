//! An invitation as the holder of its mailed token sees it, before the answer. Nothing changes.

use jiff::Timestamp;

use crate::domain::invitation::InvitationRefused;
use crate::domain::{Invitation, InvitationToken, RateLimit, User};
use crate::operations::invitations::check_invitation::CheckInvitationError;
use crate::operations::prelude::*;

/// What the mail says, and whether the invited address has an account, which the owner of the mailbox may know.
#[derive(Debug)]
pub struct OpenedInvitation {
    pub invitation: Invitation,
    pub organization: String,
    pub inviter: String,
    pub account: Option<User>,
}

impl Core {
    pub async fn open_invitation(
        &self,
        token: &InvitationToken,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<OpenedInvitation, CheckInvitationError> {
        let open = Box::pin(self.opened_invitation(token, now));
        self.limit_failures(RateLimit::CHECK_TOKEN, client_ip, now, open).await
    }

    async fn opened_invitation(
        &self,
        token: &InvitationToken,
        now: Timestamp,
    ) -> Result<OpenedInvitation, CheckInvitationError> {
        let (invitation, inviter) = self.invitation_of(token, now).await?;
        let (organization, owner) = tokio::join!(
            self.store.find_organization(invitation.organization_id),
            self.store.find_owner(&invitation.email)
        );
        let organization = organization?.ok_or(InvitationRefused::Closed)?;
        let account = match owner? {
            Some(id) => self.store.find_user(id).await?,
            None => None,
        };
        Ok(OpenedInvitation {
            invitation,
            organization: organization.name,
            inviter: inviter.name,
            account,
        })
    }
}
