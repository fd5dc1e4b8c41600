//! Checking whether the token of an invitation is valid, without consuming it.

use jiff::Timestamp;

use crate::domain::invitation::InvitationRefused;
use crate::domain::{Invitation, InvitationToken, RateLimit};
use crate::operations::invitations::inviter::Inviter;
use crate::operations::prelude::*;
use crate::operations::refusal::{Refusal, RefusalKind, refusals};

refusals! {
    pub enum CheckInvitationError {
    }
    of {
        Refused(#[from] InvitationRefused) = "{0}",
    }
}

impl Refusal for InvitationRefused {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        Ok(match self {
            Self::Unknown => RefusalKind::NotFound,
            Self::AlreadyAccepted | Self::Closed | Self::Expired => RefusalKind::Expired,
        })
    }
}

impl Core {
    pub async fn check_invitation(
        &self,
        token: &InvitationToken,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<Invitation, CheckInvitationError> {
        let check = self.invitation_of(token, now);
        let (invitation, _) = self
            .limit_failures(RateLimit::CHECK_TOKEN, client_ip, now, check)
            .await?;
        Ok(invitation)
    }

    /// The invitation of a valid token, and its inviter.
    pub(in crate::operations) async fn invitation_of(
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
