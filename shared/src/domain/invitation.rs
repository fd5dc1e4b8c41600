//! Invitations. An invitation offers one e-mail address a membership in one organization.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{InvitationId, OrganizationId, OrganizationNumber, TeamId, UserId};
use super::organization::Membership;
use super::organization_access::MemberRoles;
use super::secret::{Secret, SecretHash};
use super::team::TeamMembership;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    pub email: EmailAddress,
    pub roles: MemberRoles,
    /// The teams that a user who accepts also joins.
    pub teams: Vec<TeamId>,
    pub inviter: UserId,
    /// Text of the inviter for the mail.
    pub message: Option<String>,
    /// The hash of the secret in the mail. `None` means that the mail has not been written yet.
    pub hash: Option<SecretHash>,
    pub state: InvitationState,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// The invitation has not been answered. It may have expired, because the passing of time does not change the
    /// state.
    Pending,
    Accepted {
        by: UserId,
        at: Timestamp,
    },
    /// The invited user rejected the invitation.
    Rejected {
        at: Timestamp,
    },
    /// The organization canceled the invitation.
    Canceled {
        by: UserId,
        at: Timestamp,
    },
    /// The invitation has expired, and no longer counts toward the organization's open invitations.
    Lapsed,
}

/// Why an invitation cannot be accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum InvitationRefused {
    #[error("the invitation is unknown")]
    Unknown,
    #[error("the invitation was already accepted")]
    AlreadyAccepted,
    /// This is also the error if the inviter is no longer permitted to grant the roles of the invitation.
    #[error("the invitation was rejected or canceled")]
    Closed,
    #[error("the invitation has expired")]
    Expired,
}

impl Invitation {
    /// Verifies the secret from the mail, and that the invitation can still be accepted.
    pub fn open(&self, presented: &Secret, now: Timestamp) -> Result<(), InvitationRefused> {
        if !self.hash.is_some_and(|hash| hash.matches(presented)) {
            return Err(InvitationRefused::Unknown);
        }
        self.await_answer(now)
    }

    /// Verifies that the invitation can still be accepted, without its secret.
    pub fn await_answer(&self, now: Timestamp) -> Result<(), InvitationRefused> {
        match self.state {
            InvitationState::Accepted { .. } => Err(InvitationRefused::AlreadyAccepted),
            InvitationState::Rejected { .. } | InvitationState::Canceled { .. } => Err(InvitationRefused::Closed),
            InvitationState::Lapsed => Err(InvitationRefused::Expired),
            InvitationState::Pending if self.has_expired(now) => Err(InvitationRefused::Expired),
            InvitationState::Pending => Ok(()),
        }
    }

    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// The same invitation, which a member sends again, possibly with other roles and teams.
    #[must_use]
    pub fn renewed(self, roles: MemberRoles, teams: Vec<TeamId>, inviter: UserId, expires_at: Timestamp) -> Self {
        Self {
            roles,
            teams,
            inviter,
            expires_at,
            ..self
        }
    }

    /// The membership of a user who accepts. `number` is that of the organization; `teams` are the teams of the
    /// invitation that still exist.
    pub fn membership(&self, number: OrganizationNumber, teams: &[TeamId], now: Timestamp) -> Membership {
        let joined = |team_id: &TeamId| TeamMembership {
            team_id: *team_id,
            joined_at: now,
        };
        Membership {
            teams: teams.iter().map(joined).collect(),
            ..Membership::new(self.organization_id, number, self.roles.clone(), now)
        }
    }

    #[must_use]
    pub fn in_state(self, state: InvitationState) -> Self {
        Self { state, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::super::organization::OrganizationRole;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
    }

    fn invitation(secret: Option<&Secret>) -> Invitation {
        Invitation {
            id: InvitationId::from_bytes([1; 16]),
            organization_id: OrganizationId::from_bytes([2; 16]),
            email: EmailAddress::parse("eve@example.com").expect("an address"),
            roles: OrganizationRole::Member.into(),
            teams: Vec::new(),
            inviter: UserId::from_bytes([3; 16]),
            message: None,
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
        let renewed = invitation.renewed(
            OrganizationRole::Admin.into(),
            Vec::new(),
            UserId::from_bytes([4; 16]),
            at(120),
        );
        assert_eq!(renewed.open(&secret, at(60)), Ok(()));
    }

    #[test]
    fn an_invitation_is_answered_once() {
        use InvitationRefused::{AlreadyAccepted, Closed, Expired};
        let (secret, by) = (Secret::from_bytes([7; 32]), UserId::from_bytes([5; 16]));
        for (state, refused) in [
            (InvitationState::Accepted { by, at: at(1) }, AlreadyAccepted),
            (InvitationState::Rejected { at: at(1) }, Closed),
            (InvitationState::Canceled { by, at: at(1) }, Closed),
            (InvitationState::Lapsed, Expired),
        ] {
            let answered = invitation(Some(&secret)).in_state(state);
            for seconds in [2, 90] {
                assert_eq!(answered.open(&secret, at(seconds)), Err(refused));
                assert_eq!(answered.await_answer(at(seconds)), Err(refused));
            }
        }
    }

    /// A caller without the token must not learn the state of the invitation. Before the mail is written, no token
    /// exists.
    #[test]
    fn another_secret_opens_nothing() {
        let (secret, other) = (Secret::from_bytes([7; 32]), Secret::from_bytes([8; 32]));
        let accepted = invitation(Some(&secret)).in_state(InvitationState::Accepted {
            by: UserId::from_bytes([5; 16]),
            at: at(1),
        });
        for invitation in [invitation(Some(&secret)), accepted, invitation(None)] {
            assert_eq!(invitation.open(&other, at(2)), Err(InvitationRefused::Unknown));
        }
    }
}
