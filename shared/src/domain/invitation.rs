//! An invitation of one mailbox into one organization.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{InvitationId, OrganizationId, UserId};
use super::organization::OrganizationRole;
use super::secret::{Secret, SecretHash};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    pub email: EmailAddress,
    pub role: OrganizationRole,
    pub inviter: UserId,
    /// Of the secret in the mail; `None` until the mail was made.
    pub hash: Option<SecretHash>,
    pub state: InvitationState,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    Pending,
    Accepted { by: UserId, at: Timestamp },
}

/// Why an invitation lets nobody in.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum InvitationRefused {
    #[error("the invitation is unknown")]
    Unknown,
    #[error("the invitation was accepted before")]
    AlreadyAccepted,
    #[error("the invitation has expired")]
    Expired,
}

impl Invitation {
    /// Whether the holder of `presented` may still accept.
    pub fn open(&self, presented: &Secret, now: Timestamp) -> Result<(), InvitationRefused> {
        if !self.hash.is_some_and(|hash| hash.matches(presented)) {
            return Err(InvitationRefused::Unknown);
        }
        match self.state {
            InvitationState::Accepted { .. } => Err(InvitationRefused::AlreadyAccepted),
            InvitationState::Pending if self.expires_at <= now => Err(InvitationRefused::Expired),
            InvitationState::Pending => Ok(()),
        }
    }

    #[must_use]
    pub fn accepted(self, by: UserId, now: Timestamp) -> Self {
        Self {
            state: InvitationState::Accepted { by, at: now },
            ..self
        }
    }
}
