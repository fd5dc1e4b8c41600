//! Organizations in the `better_auth` contract: the bodies of their operations, and what these answer with.

use jiff::Timestamp;
use serde::Serialize;

use super::wire::time;
use crate::contract::fields::{Fields, ReadBody};
use crate::domain::{
    Invitation as CoreInvitation, InvitationState, Organization as CoreOrganization, OrganizationRole, Slug, UserId,
};

const NAME: usize = 256;

/// `logo` and `metadata` are accepted, and not kept.
#[derive(Debug)]
pub struct CreateOrganizationRequest {
    pub name: String,
    pub slug: String,
    pub user_id: Option<String>,
    pub keep_current_active_organization: bool,
}

#[derive(Debug)]
pub struct InviteMemberRequest {
    /// Any text: what is no address is told apart from what is no body.
    pub email: String,
    pub role: String,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
    pub resend: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    pub metadata: Option<serde_json::Value>,
}

#[derive(Debug, Serialize)]
pub struct CreatedOrganization {
    #[serde(flatten)]
    pub organization: Organization,
    pub members: Vec<Member>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// A membership has no id of its own: within its organization, the user's is one.
    pub id: String,
    pub organization_id: String,
    pub user_id: String,
    pub role: &'static str,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub id: String,
    pub organization_id: String,
    pub email: String,
    pub role: &'static str,
    pub status: &'static str,
    pub inviter_id: String,
    #[serde(serialize_with = "time")]
    pub expires_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
}

impl ReadBody for CreateOrganizationRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, slug) = (fields.text("name", 1, NAME), fields.text("slug", 1, Slug::MAX_LENGTH));
        let (user_id, logo) = (fields.optional_string("userId"), fields.optional_string("logo"));
        let keep = fields.optional_bool("keepCurrentActiveOrganization");
        logo?;
        Some(Self {
            name: name?.to_owned(),
            slug: slug?.to_owned(),
            user_id: user_id?.map(str::to_owned),
            keep_current_active_organization: keep?.unwrap_or(false),
        })
    }
}

impl ReadBody for InviteMemberRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, role) = (fields.string("email"), fields.string("role"));
        let organization_id = fields.optional_string("organizationId");
        let resend = fields.optional_bool("resend");
        Some(Self {
            email: email?.to_owned(),
            role: role?.to_owned(),
            organization_id: organization_id?.map(str::to_owned),
            resend: resend?.unwrap_or(false),
        })
    }
}

impl From<&CoreOrganization> for Organization {
    fn from(organization: &CoreOrganization) -> Self {
        Self {
            id: organization.id.to_string(),
            name: organization.name.clone(),
            slug: organization.slug.to_string(),
            logo: None,
            created_at: organization.created_at,
            metadata: None,
        }
    }
}

impl CreatedOrganization {
    pub fn of(organization: &CoreOrganization, owner: UserId) -> Self {
        let owner = Member {
            id: owner.to_string(),
            organization_id: organization.id.to_string(),
            user_id: owner.to_string(),
            role: OrganizationRole::Owner.as_str(),
            created_at: organization.created_at,
        };
        Self {
            organization: organization.into(),
            members: vec![owner],
        }
    }
}

impl From<&CoreInvitation> for Invitation {
    fn from(invitation: &CoreInvitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            organization_id: invitation.organization_id.to_string(),
            email: invitation.email.to_string(),
            role: invitation.role.as_str(),
            status: match invitation.state {
                InvitationState::Pending => "pending",
                InvitationState::Accepted { .. } => "accepted",
            },
            inviter_id: invitation.inviter.to_string(),
            expires_at: invitation.expires_at,
            created_at: invitation.created_at,
        }
    }
}
