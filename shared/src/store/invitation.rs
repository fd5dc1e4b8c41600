//! Invitations: `ORGANIZATION#organization / INVITATION#id`; and `INVITED#address / ORGANIZATION#organization`, which
//! names the pending one, so that each address has at most one, and the invited user can find it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{at_most, is, missing, unchanged};
use super::item::{Address, Bytes32, Millis, Record, Text, from_item, hash, millis, text};
use super::member::Roles;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::{
    EmailAddress, Invitation, InvitationId, InvitationState, OrganizationId, SecretHash, TeamId, UserId,
};

#[derive(Debug, Serialize, Deserialize)]
struct InvitationRecord {
    id: Text<InvitationId>,
    organization_id: Text<OrganizationId>,
    email: Address,
    roles: Roles,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    teams: Vec<Text<TeamId>>,
    inviter: Text<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Absent until the letter was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<Bytes32>,
    #[serde(flatten)]
    state: StateRecord,
    created_at: Millis,
    expires_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateRecord {
    Pending,
    Accepted {
        accepted_by: Text<UserId>,
        accepted_at: Millis,
    },
    Rejected {
        rejected_at: Millis,
    },
    Canceled {
        canceled_by: Text<UserId>,
        canceled_at: Millis,
    },
    Lapsed,
}

#[derive(Debug, Serialize, Deserialize)]
struct InvitedRecord {
    organization_id: Text<OrganizationId>,
    invitation_id: Text<InvitationId>,
    /// The time of the invitation's expiry: from then on the address may be invited again.
    expires_at: Millis,
}

/// How long an organization sees a closed invitation.
const KEPT_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

impl Record for InvitationRecord {
    const KIND: &'static str = "invitation";

    /// A pending invitation does not expire from the table, even after its time: the organization counts it until it
    /// lapses.
    fn expires_at(&self) -> Option<Timestamp> {
        let closed_at = match &self.state {
            StateRecord::Pending => return None,
            StateRecord::Accepted { accepted_at, .. } => accepted_at,
            StateRecord::Rejected { rejected_at } => rejected_at,
            StateRecord::Canceled { canceled_at, .. } => canceled_at,
            StateRecord::Lapsed => &self.expires_at,
        };
        Some(closed_at.0 + KEPT_FOR)
    }
}

impl Record for InvitedRecord {
    const KIND: &'static str = "invited";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn find_invitation(
        &self,
        organization: OrganizationId,
        id: InvitationId,
    ) -> Result<Option<Invitation>, StoreError> {
        self.table
            .find::<InvitationRecord, _>(&keys::invitation(organization, id))
            .await
    }

    /// The pending invitation of an address. It may have expired.
    pub async fn find_pending_invitation(
        &self,
        organization: OrganizationId,
        email: &EmailAddress,
    ) -> Result<Option<Invitation>, StoreError> {
        let Some(item) = self.table.get(&keys::invited(organization, email)).await? else {
            return Ok(None);
        };
        let InvitedRecord { invitation_id, .. } = from_item(item)?;
        self.find_invitation(organization, invitation_id.0).await
    }

    /// All invitations of an organization, oldest first: ids begin with a time.
    pub async fn list_invitations(&self, organization: OrganizationId) -> Result<Vec<Invitation>, StoreError> {
        let partition = keys::organization(organization).partition;
        self.table
            .list::<InvitationRecord, _>(&partition, keys::INVITATION_PREFIX)
            .await
    }

    /// The pending invitations of the address, in all organizations. They may have expired.
    pub async fn list_invitations_of(&self, email: &EmailAddress) -> Result<Vec<Invitation>, StoreError> {
        let marks = self
            .table
            .query(&keys::invited_partition(email), keys::INVITED_PREFIX)
            .await?;
        let mut keys = Vec::with_capacity(marks.len());
        for mark in marks {
            let mark = from_item::<InvitedRecord>(mark)?;
            keys.push(keys::invitation(mark.organization_id.0, mark.invitation_id.0));
        }
        let items = self.table.get_many(&keys).await?;
        items
            .into_iter()
            .flatten()
            .map(|item| Ok(from_item::<InvitationRecord>(item)?.into()))
            .collect()
    }
}

impl Changes {
    /// The write fails if another invitation of the address is pending.
    pub fn create_invitation(self, invitation: &Invitation) -> Self {
        let lapsed = at_most("expires_at", millis(invitation.created_at));
        let key = keys::invitation(invitation.organization_id, invitation.id);
        let write = Write::create(key, &InvitationRecord::from(invitation));
        self.fact(Fact::InvitationCreated {
            organization: invitation.organization_id,
            invitation: invitation.id,
            roles: invitation.roles.names().to_vec(),
        })
        .with(
            put_invited(invitation).when(missing().or(lapsed)),
            Conflict::AlreadyInvited,
        )
        .with(write, Conflict::IdTaken)
    }

    /// Writes a pending invitation with a later expiry.
    pub fn renew_invitation(self, invitation: &Invitation, seen: &Invitation) -> Self {
        let mark = put_invited(invitation).when(is("invitation_id", text(invitation.id)));
        self.update_invitation(invitation, seen)
            .with(mark, Conflict::InvitationMoved)
            .fact(Fact::InvitationRenewed {
                organization: invitation.organization_id,
                invitation: invitation.id,
                roles: invitation.roles.names().to_vec(),
            })
    }

    /// Writes an invitation that was answered in time, so that the address may be invited again. After its expiry, the
    /// mark may belong to a newer invitation: then [`Changes::update_invitation`] is sufficient.
    pub fn close_invitation(self, invitation: &Invitation, seen: &Invitation) -> Self {
        let mark = Write::delete(keys::invited(invitation.organization_id, &invitation.email))
            .when(missing().or(is("invitation_id", text(invitation.id))));
        self.update_invitation(invitation, seen)
            .with(mark, Conflict::InvitationMoved)
    }

    /// For an invitation that is deleted with its organization.
    pub fn forget_invitation(self, organization: OrganizationId, id: InvitationId) -> Self {
        self.with(
            Write::delete(keys::invitation(organization, id)),
            Conflict::InvitationMoved,
        )
    }

    /// Deletes the mark of an address whose invitation is deleted with its organization.
    pub fn forget_invited(self, organization: OrganizationId, email: &EmailAddress) -> Self {
        self.with(
            Write::delete(keys::invited(organization, email)),
            Conflict::InvitationMoved,
        )
    }

    /// Writes the new state of the invitation, if it is still pending and unchanged: a new secret or a later expiry
    /// means that it was sent again, possibly with other roles.
    pub fn update_invitation(self, invitation: &Invitation, seen: &Invitation) -> Self {
        let key = keys::invitation(invitation.organization_id, invitation.id);
        let write = Write::put(key, &InvitationRecord::from(invitation))
            .when(is("state", text("pending")))
            .when(is("expires_at", millis(seen.expires_at)))
            .when(unchanged("hash", seen.hash.as_ref().map(hash)));
        let state = match invitation.state {
            InvitationState::Pending => None,
            InvitationState::Accepted { .. } => Some("accepted"),
            InvitationState::Rejected { .. } => Some("rejected"),
            InvitationState::Canceled { .. } => Some("canceled"),
            InvitationState::Lapsed => Some("lapsed"),
        };
        self.with(write, Conflict::InvitationMoved)
            .facts(state.map(|state| Fact::InvitationClosed {
                organization: invitation.organization_id,
                invitation: invitation.id,
                state,
            }))
    }
}

fn put_invited(invitation: &Invitation) -> Write {
    let record = InvitedRecord {
        organization_id: Text(invitation.organization_id),
        invitation_id: Text(invitation.id),
        expires_at: Millis(invitation.expires_at),
    };
    Write::put(keys::invited(invitation.organization_id, &invitation.email), &record)
}

impl From<&Invitation> for InvitationRecord {
    fn from(invitation: &Invitation) -> Self {
        Self {
            id: Text(invitation.id),
            organization_id: Text(invitation.organization_id),
            email: Address(invitation.email.clone()),
            roles: Roles(invitation.roles.clone()),
            teams: invitation.teams.iter().copied().map(Text).collect(),
            inviter: Text(invitation.inviter),
            message: invitation.message.clone(),
            hash: invitation.hash.map(|hash| Bytes32(*hash.as_bytes())),
            state: StateRecord::from(invitation.state),
            created_at: Millis(invitation.created_at),
            expires_at: Millis(invitation.expires_at),
        }
    }
}

impl From<InvitationRecord> for Invitation {
    fn from(record: InvitationRecord) -> Self {
        Self {
            id: record.id.0,
            organization_id: record.organization_id.0,
            email: record.email.0,
            roles: record.roles.0,
            teams: record.teams.into_iter().map(|team| team.0).collect(),
            inviter: record.inviter.0,
            message: record.message,
            hash: record.hash.map(|hash| SecretHash::from_bytes(hash.0)),
            state: record.state.into(),
            created_at: record.created_at.0,
            expires_at: record.expires_at.0,
        }
    }
}

impl From<InvitationState> for StateRecord {
    fn from(state: InvitationState) -> Self {
        match state {
            InvitationState::Pending => Self::Pending,
            InvitationState::Accepted { by, at } => Self::Accepted {
                accepted_by: Text(by),
                accepted_at: Millis(at),
            },
            InvitationState::Rejected { at } => Self::Rejected {
                rejected_at: Millis(at),
            },
            InvitationState::Canceled { by, at } => Self::Canceled {
                canceled_by: Text(by),
                canceled_at: Millis(at),
            },
            InvitationState::Lapsed => Self::Lapsed,
        }
    }
}

impl From<StateRecord> for InvitationState {
    fn from(record: StateRecord) -> Self {
        match record {
            StateRecord::Pending => Self::Pending,
            StateRecord::Accepted {
                accepted_by,
                accepted_at,
            } => Self::Accepted {
                by: accepted_by.0,
                at: accepted_at.0,
            },
            StateRecord::Rejected { rejected_at } => Self::Rejected { at: rejected_at.0 },
            StateRecord::Canceled {
                canceled_by,
                canceled_at,
            } => Self::Canceled {
                by: canceled_by.0,
                at: canceled_at.0,
            },
            StateRecord::Lapsed => Self::Lapsed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrganizationRole;

    #[test]
    fn what_became_of_an_invitation_is_kept_for_thirty_days() {
        let at = |days: i64| Timestamp::from_second(1_700_000_000 + days * 86_400).expect("a time");
        let by = UserId::from_bytes([1; 16]);
        let pending = Invitation {
            id: InvitationId::from_bytes([1; 16]),
            organization_id: OrganizationId::from_bytes([2; 16]),
            email: EmailAddress::parse("eve@example.com").expect("an address"),
            roles: OrganizationRole::Member.into(),
            teams: Vec::new(),
            inviter: by,
            message: None,
            hash: None,
            state: InvitationState::Pending,
            created_at: at(0),
            expires_at: at(2),
        };
        for (state, days) in [
            (InvitationState::Pending, None),
            (InvitationState::Accepted { by, at: at(1) }, Some(31)),
            (InvitationState::Rejected { at: at(3) }, Some(33)),
            (InvitationState::Canceled { by, at: at(0) }, Some(30)),
            (InvitationState::Lapsed, Some(32)),
        ] {
            let record = InvitationRecord::from(&pending.clone().in_state(state));
            assert_eq!(record.expires_at(), days.map(at), "{state:?}");
        }
    }
}
