//! Responses of the operations on organizations.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::located;
use super::teams::Team;
use crate::contract::time::time;
use crate::domain::{
    Invitation as CoreInvitation, InvitationState, Membership, Organization as CoreOrganization, User, UserId,
};
use crate::operations;

/// An organization in lists, and the active one: the metadata is JSON text.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    pub metadata: Option<String>,
}

/// An organization that was created or changed: the metadata is an object, or absent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedOrganization {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
}

#[derive(Debug, Serialize)]
pub struct CreatedOrganization {
    #[serde(flatten)]
    pub organization: ChangedOrganization,
    pub members: Vec<Member>,
}

#[derive(Debug, Serialize)]
pub struct FullOrganization {
    #[serde(flatten)]
    pub organization: Organization,
    pub members: Vec<Member>,
    pub invitations: Vec<Invitation>,
    pub teams: Vec<Team>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// A membership has no id of its own: within its organization, the user's id is unique.
    pub id: String,
    pub organization_id: String,
    pub user_id: String,
    pub role: String,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<MemberUser>,
}

#[derive(Debug, Serialize)]
pub struct MemberUser {
    pub id: String,
    pub name: String,
    pub email: String,
    pub image: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Members {
    pub members: Vec<Member>,
    pub total: usize,
}

/// The clients read the fields at the top level, the document has them under a name; the response contains both.
#[derive(Debug, Serialize)]
pub struct UpdatedMember {
    #[serde(flatten)]
    pub flat: Member,
    pub member: Member,
}

#[derive(Debug, Serialize)]
pub struct RemovedMember {
    pub member: Member,
}

#[derive(Debug, Serialize)]
pub struct ActiveRole {
    pub role: String,
}

#[derive(Debug, Serialize)]
pub struct Permitted {
    pub error: Option<String>,
    pub success: bool,
}

#[derive(Debug, Serialize)]
pub struct SlugIsFree {
    pub status: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub id: String,
    pub organization_id: String,
    pub email: String,
    pub role: String,
    pub status: &'static str,
    /// Several roles are joined by commas.
    pub team_id: Option<String>,
    pub inviter_id: String,
    #[serde(serialize_with = "time")]
    pub expires_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
}

/// An invitation in responses to the invited user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownInvitation {
    #[serde(flatten)]
    pub invitation: Invitation,
    pub organization_name: String,
    pub organization_slug: String,
    pub inviter_email: String,
}

/// An invitation in the list that a user has received.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedInvitation {
    #[serde(flatten)]
    pub invitation: Invitation,
    pub organization_name: String,
}

#[derive(Debug, Serialize)]
pub struct JoinedOrganization {
    pub invitation: Invitation,
    pub member: Member,
}

#[derive(Debug, Serialize)]
pub struct RejectedInvitation {
    pub invitation: Invitation,
    /// Always absent: a rejection creates no membership.
    pub member: Option<Member>,
}

impl From<&CoreOrganization> for Organization {
    fn from(organization: &CoreOrganization) -> Self {
        Self {
            id: organization.id.to_string(),
            name: organization.name.clone(),
            slug: organization.slug.to_string(),
            logo: organization.logo.clone(),
            created_at: organization.created_at,
            metadata: organization.metadata.clone(),
        }
    }
}

impl From<&CoreOrganization> for ChangedOrganization {
    fn from(organization: &CoreOrganization) -> Self {
        let metadata = organization.metadata.as_deref();
        Self {
            id: organization.id.to_string(),
            name: organization.name.clone(),
            slug: organization.slug.to_string(),
            logo: organization.logo.clone(),
            created_at: organization.created_at,
            metadata: metadata.and_then(|text| serde_json::from_str(text).ok()),
        }
    }
}

impl CreatedOrganization {
    pub fn of(organization: &CoreOrganization, owner: UserId, membership: &Membership) -> Self {
        Self {
            organization: organization.into(),
            members: vec![Member::of(owner, membership)],
        }
    }
}

impl Member {
    pub fn of(user: UserId, membership: &Membership) -> Self {
        Self {
            id: user.to_string(),
            organization_id: membership.organization_id.to_string(),
            user_id: user.to_string(),
            role: membership.roles.to_string(),
            created_at: membership.joined_at,
            user: None,
        }
    }

    /// The user's fields that other members may read.
    pub fn with_user(user: &User, membership: &Membership) -> Self {
        let shown = MemberUser {
            id: user.id.to_string(),
            name: user.name.as_str().to_owned(),
            email: user.email.to_string(),
            image: user.image.clone(),
        };
        Self {
            user: Some(shown),
            ..Self::of(user.id, membership)
        }
    }
}

impl UpdatedMember {
    pub fn of(user: UserId, membership: &Membership) -> Self {
        Self {
            flat: Member::of(user, membership),
            member: Member::of(user, membership),
        }
    }
}

impl From<&CoreInvitation> for Invitation {
    fn from(invitation: &CoreInvitation) -> Self {
        let organization = invitation.organization_id;
        let teams = invitation.teams.iter().map(|team| located::team(organization, *team));
        let teams: Vec<String> = teams.collect();
        Self {
            id: located::invitation(organization, invitation.id),
            organization_id: organization.to_string(),
            email: invitation.email.to_string(),
            role: invitation.roles.to_string(),
            status: match invitation.state {
                // As in the framework, an expired invitation keeps the status `pending`.
                InvitationState::Pending | InvitationState::Lapsed => "pending",
                InvitationState::Accepted { .. } => "accepted",
                InvitationState::Rejected { .. } => "rejected",
                InvitationState::Canceled { .. } => "canceled",
            },
            team_id: (!teams.is_empty()).then(|| teams.join(",")),
            inviter_id: invitation.inviter.to_string(),
            expires_at: invitation.expires_at,
            created_at: invitation.created_at,
        }
    }
}

impl From<&operations::Joined> for JoinedOrganization {
    fn from(joined: &operations::Joined) -> Self {
        Self {
            invitation: Invitation::from(&joined.invitation),
            member: Member::of(joined.user_id, &joined.membership),
        }
    }
}
