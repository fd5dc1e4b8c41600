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

    /// The same invitation, sent once more by somebody who may have another role in mind.
    #[must_use]
    pub fn renewed(self, role: OrganizationRole, inviter: UserId, expires_at: Timestamp) -> Self {
        Self {
            role,
            inviter,
            expires_at,
            ..self
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
    }

    fn invitation(secret: Option<&Secret>) -> Invitation {
        Invitation {
            id: InvitationId::from_bytes([1; 16]),
            organization_id: OrganizationId::from_bytes([2; 16]),
            email: EmailAddress::parse("eve@example.com").expect("an address"),
            role: OrganizationRole::Member,
            inviter: UserId::from_bytes([3; 16]),
            hash: secret.map(Secret::hash),
            state: InvitationState::Pending,
            created_at: at(0),
            expires_at: at(60),
        }
    }

    #[test]
    fn an_invitation_is_open_until_it_expires() {
        let secret = Secret::from_bytes([7; 32]);
        let invitation = invitation(Some(&secret));
        assert_eq!(invitation.open(&secret, at(59)), Ok(()));
        assert_eq!(invitation.open(&secret, at(60)), Err(InvitationRefused::Expired));
        let renewed = invitation.renewed(OrganizationRole::Admin, UserId::from_bytes([4; 16]), at(120));
        assert_eq!(renewed.open(&secret, at(60)), Ok(()));
    }

    #[test]
    fn an_invitation_is_accepted_once() {
        let secret = Secret::from_bytes([7; 32]);
        let accepted = invitation(Some(&secret)).accepted(UserId::from_bytes([5; 16]), at(1));
        assert_eq!(accepted.open(&secret, at(2)), Err(InvitationRefused::AlreadyAccepted));
        assert_eq!(accepted.open(&secret, at(90)), Err(InvitationRefused::AlreadyAccepted));
    }

    /// Whoever has no token learns nothing of the invitation's state, and before the mail is made nobody has one.
    #[test]
    fn another_secret_opens_nothing() {
        let (secret, other) = (Secret::from_bytes([7; 32]), Secret::from_bytes([8; 32]));
        let accepted = invitation(Some(&secret)).accepted(UserId::from_bytes([5; 16]), at(1));
        for invitation in [invitation(Some(&secret)), accepted, invitation(None)] {
            assert_eq!(invitation.open(&other, at(2)), Err(InvitationRefused::Unknown));
        }
    }
}
