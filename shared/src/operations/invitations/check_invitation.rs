//! Whether the token of an invitation can still be used. It stays valid.

use jiff::Timestamp;

use crate::domain::invitation::InvitationRefused;
use crate::domain::{Invitation, InvitationToken, RateLimit};
use crate::operations::administration::grant_roles::Inviter;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;

#[derive(Debug, thiserror::Error)]
pub enum CheckInvitationError {
    #[error(transparent)]
    Refused(#[from] InvitationRefused),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(CheckInvitationError);

impl Core {
    pub async fn check_invitation(
        &self,
        token: &InvitationToken,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<Invitation, CheckInvitationError> {
        self.limit_rate(RateLimit::CHECK_TOKEN, client_ip, now).await?;
        let (invitation, _) = self.open_invitation(token, now).await?;
        Ok(invitation)
    }

    /// With whoever sent it, who must still be somebody that may.
    pub(in crate::operations) async fn open_invitation(
        &self,
        token: &InvitationToken,
        now: Timestamp,
    ) -> Result<(Invitation, Inviter), CheckInvitationError> {
        let found = self
            .store
            .find_invitation(token.organization_id, token.invitation_id)
            .await?;
        let invitation = found.ok_or(InvitationRefused::Unknown)?;
        invitation.open(&token.secret, now)?;
        let inviter = self.inviter(&invitation, now).await?;
        Ok((invitation, inviter.ok_or(InvitationRefused::Closed)?))
    }
}
