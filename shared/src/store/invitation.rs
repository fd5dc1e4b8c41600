//! Invitations: `ORGANIZATION#organization / INVITATION#id`.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Bytes32, Millis, Record, Text, from_item, text, to_item};
use super::{Store, StoreError, keys};
use crate::domain::{
    EmailAddress, Invitation, InvitationId, InvitationState, OrganizationId, OrganizationRole, SecretHash, UserId,
};

#[derive(Debug, Serialize, Deserialize)]
struct InvitationRecord {
    id: Text<InvitationId>,
    organization_id: Text<OrganizationId>,
    email: Text<EmailAddress>,
    role: Text<OrganizationRole>,
    inviter: Text<UserId>,
    /// Absent until the mail was made.
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
}

/// Without a TTL: expired invitations stay for their organization to see.
impl Record for InvitationRecord {
    const KIND: &'static str = "invitation";
}

impl Store {
    pub async fn find_invitation(
        &self,
        organization: OrganizationId,
        id: InvitationId,
    ) -> Result<Option<Invitation>, StoreError> {
        let item = self.table.get(&keys::invitation(organization, id)).await?;
        Ok(item
            .map(from_item::<InvitationRecord>)
            .transpose()?
            .map(Invitation::from))
    }
}

impl Changes {
    pub fn create_invitation(self, invitation: &Invitation) -> Self {
        let key = keys::invitation(invitation.organization_id, invitation.id);
        self.create(&key, &InvitationRecord::from(invitation), Conflict::IdTaken)
    }

    /// Writes the invitation as it now is, if nobody has answered it yet and its secret is the one that was seen.
    pub fn update_invitation(self, invitation: &Invitation, seen: Option<SecretHash>) -> Self {
        let key = keys::invitation(invitation.organization_id, invitation.id);
        let mut put = put_any(to_item(&key, &InvitationRecord::from(invitation)));
        let mut values = std::collections::HashMap::from([(":pending".to_owned(), text("pending"))]);
        put.expression_attribute_names = Some(
            [
                ("#state".to_owned(), "state".to_owned()),
                ("#hash".to_owned(), "hash".to_owned()),
            ]
            .into(),
        );
        let same_secret = match seen {
            Some(hash) => {
                values.insert(":hash".to_owned(), text(Bytes::to_text(hash.as_bytes())));
                "#hash = :hash"
            }
            None => "attribute_not_exists(#hash)",
        };
        put.condition_expression = Some(format!("#state = :pending AND {same_secret}"));
        put.expression_attribute_values = Some(values);
        self.put(put, Conflict::InvitationMoved)
    }
}

impl From<&Invitation> for InvitationRecord {
    fn from(invitation: &Invitation) -> Self {
        Self {
            id: Text(invitation.id),
            organization_id: Text(invitation.organization_id),
            email: Text(invitation.email.clone()),
            role: Text(invitation.role),
            inviter: Text(invitation.inviter),
            hash: invitation.hash.map(|hash| Bytes32(*hash.as_bytes())),
            state: match invitation.state {
                InvitationState::Pending => StateRecord::Pending,
                InvitationState::Accepted { by, at } => StateRecord::Accepted {
                    accepted_by: Text(by),
                    accepted_at: Millis(at),
                },
            },
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
            role: record.role.0,
            inviter: record.inviter.0,
            hash: record.hash.map(|hash| SecretHash::from_bytes(hash.0)),
            state: match record.state {
                StateRecord::Pending => InvitationState::Pending,
                StateRecord::Accepted {
                    accepted_by,
                    accepted_at,
                } => InvitationState::Accepted {
                    by: accepted_by.0,
                    at: accepted_at.0,
                },
            },
            created_at: record.created_at.0,
            expires_at: record.expires_at.0,
        }
    }
}
