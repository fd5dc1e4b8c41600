//! Invitations: `ORGANIZATION#organization / INVITATION#id`; and beside them `ORGANIZATION#organization / INVITED#address`, which
//! names the one that is pending, so that there is at most one for each address.

use aws_sdk_dynamodb::types::Put;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Bytes32, Millis, Record, Text, from_item, number, text, to_item};
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

#[derive(Debug, Serialize, Deserialize)]
struct InvitedRecord {
    invitation_id: Text<InvitationId>,
    /// With the invitation: from then on the address may be invited anew.
    expires_at: Millis,
}

/// Without a TTL: expired invitations stay for their organization to see.
impl Record for InvitationRecord {
    const KIND: &'static str = "invitation";
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
        let item = self.table.get(&keys::invitation(organization, id)).await?;
        Ok(item
            .map(from_item::<InvitationRecord>)
            .transpose()?
            .map(Invitation::from))
    }

    /// The invitation of an address that nobody has answered yet. It may have expired.
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
}

impl Changes {
    /// If no other invitation of the address is pending when this one is made.
    pub fn create_invitation(self, invitation: &Invitation) -> Self {
        let mut mark = put_invited(invitation);
        mark.condition_expression = Some("attribute_not_exists(pk) OR expires_at <= :now".to_owned());
        let now = number(invitation.created_at.as_millisecond());
        mark.expression_attribute_values = Some([(":now".to_owned(), now)].into());
        let key = keys::invitation(invitation.organization_id, invitation.id);
        self.put(mark, Conflict::AlreadyInvited)
            .create(&key, &InvitationRecord::from(invitation), Conflict::IdTaken)
    }

    /// Writes a pending invitation that now expires later.
    pub fn renew_invitation(self, invitation: &Invitation, seen: Option<SecretHash>) -> Self {
        let mut mark = put_invited(invitation);
        mark.condition_expression = Some("invitation_id = :id".to_owned());
        mark.expression_attribute_values = Some([(":id".to_owned(), text(invitation.id))].into());
        self.update_invitation(invitation, seen)
            .put(mark, Conflict::InvitationMoved)
    }

    /// Writes an invitation that was answered, so that the address may be invited anew.
    pub fn close_invitation(self, invitation: &Invitation, seen: Option<SecretHash>) -> Self {
        let mark = keys::invited(invitation.organization_id, &invitation.email);
        self.update_invitation(invitation, seen)
            .remove(&mark, Conflict::InvitationMoved)
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

fn put_invited(invitation: &Invitation) -> Put {
    let record = InvitedRecord {
        invitation_id: Text(invitation.id),
        expires_at: Millis(invitation.expires_at),
    };
    let key = keys::invited(invitation.organization_id, &invitation.email);
    put_any(to_item(&key, &record))
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
