//! The request bodies of the operations on organizations. An absent organization stands for the active one.

use super::located::parsers::{invitation, optional_organization, organization, organization_patch, user};
use crate::contract::fields::parsers::{
    bounded_patch, name, object, optional_name, optional_object_text, optional_text, statements, text,
};
use crate::contract::fields::{Fields, Read, request};
use crate::domain::{InvitationId, OrganizationId, Patch, Slug, Statements, UserId};

const NAME: usize = 256;
const LOGO: usize = 2048;
/// In bytes. The limit exists because every read of the organization reads the metadata.
const METADATA: usize = 8192;

request! {
    pub struct CreateOrganizationRequest {
        name: String = name("name", 1, NAME),
        slug: String = text("slug", 1, Slug::MAX_LENGTH),
        user_id: Option<String> = "userId",
        logo: Patch<String> = bounded_patch("logo", LOGO),
        /// The text of a JSON object.
        metadata: Option<String> = optional_object_text("metadata", METADATA),
        keep_current_active_organization: bool = "keepCurrentActiveOrganization".unwrap_or(false),
    }

    pub struct UpdateOrganizationRequest {
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
        data: OrganizationData = object("data"),
    }

    pub struct OrganizationData {
        name: Option<String> = optional_name("name", 1, NAME),
        slug: Option<String> = optional_text("slug", 1, Slug::MAX_LENGTH),
        logo: Patch<String> = bounded_patch("logo", LOGO),
        /// The text of a JSON object.
        metadata: Option<String> = optional_object_text("metadata", METADATA),
    }

    /// The request of an operation that takes only an organization.
    pub struct OrganizationRequest {
        organization_id: OrganizationId = organization("organizationId"),
    }

    pub struct SetActiveRequest {
        /// `null` deactivates the current one.
        organization_id: Patch<OrganizationId> = organization_patch("organizationId"),
        organization_slug: Option<String> = "organizationSlug",
    }

    pub struct CheckSlugRequest {
        slug: String = "slug",
    }

    pub struct InviteMemberRequest {
        /// Any text is accepted: the operation reports an invalid address with an error of its own.
        email: String = "email",
        /// Role names as they were sent: possibly empty, possibly unknown.
        roles: Vec<String> = roles(),
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
        resend: bool = "resend".unwrap_or(false),
        team_ids: Vec<String> = team_ids(),
    }

    /// The request of an operation that takes only an invitation.
    pub struct InvitationRequest {
        invitation_id: (OrganizationId, InvitationId) = invitation("invitationId"),
    }

    pub struct RemoveMemberRequest {
        member_id_or_email: String = "memberIdOrEmail",
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
    }

    pub struct UpdateMemberRoleRequest {
        roles: Vec<String> = roles(),
        member_id: UserId = user("memberId"),
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
    }

    pub struct HasPermissionRequest {
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
        /// `None` unless the body has exactly one of the two names of this field, with lists of actions.
        permissions: Option<Statements> = permissions(),
    }
}

/// One role or several, as a list or joined by commas. Blank names are dropped.
fn roles(fields: &mut Fields<'_>) -> Read<Vec<String>> {
    let texts = fields.strings("role")?;
    let names = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    Some(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

fn team_ids(fields: &mut Fields<'_>) -> Read<Vec<String>> {
    if fields.contains("teamId") {
        fields.strings("teamId")
    } else {
        Some(Vec::new())
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is a parser, and the operation refuses what is not sound"
)]
fn permissions(fields: &mut Fields<'_>) -> Read<Option<Statements>> {
    Some(match (fields.value("permissions"), fields.value("permission")) {
        (Some(asked), None) | (None, Some(asked)) => statements(asked),
        _ => None,
    })
}
