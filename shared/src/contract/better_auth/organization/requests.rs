//! The bodies of the operations on organizations, as they are read.

use serde_json::Value;

use crate::contract::fields::{Fields, Problem, ReadBody};
use crate::domain::{Patch, Slug, Statements};

const NAME: usize = 256;
const LOGO: usize = 2048;
/// In bytes. It is read with every look at the organization.
const METADATA: usize = 8192;

#[derive(Debug)]
pub struct CreateOrganizationRequest {
    pub name: String,
    pub slug: String,
    pub logo: Option<String>,
    /// The text of a JSON object.
    pub metadata: Option<String>,
    pub user_id: Option<String>,
    pub keep_current_active_organization: bool,
}

#[derive(Debug)]
pub struct UpdateOrganizationRequest {
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
    pub name: Option<String>,
    pub slug: Option<String>,
    pub logo: Patch<String>,
    /// The text of a JSON object.
    pub metadata: Option<String>,
}

/// An operation that does nothing but name an organization.
#[derive(Debug)]
pub struct OrganizationRequest {
    pub organization_id: String,
}

#[derive(Debug)]
pub struct SetActiveRequest {
    /// `null` makes none active.
    pub organization_id: Patch<String>,
    pub organization_slug: Option<String>,
}

#[derive(Debug)]
pub struct CheckSlugRequest {
    pub slug: String,
}

#[derive(Debug)]
pub struct InviteMemberRequest {
    /// Any text: what is no address is told apart from what is no body.
    pub email: String,
    /// As they were written: none, known or unknown.
    pub roles: Vec<String>,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
    pub resend: bool,
    pub team_ids: Vec<String>,
}

/// An operation that does nothing but name an invitation.
#[derive(Debug)]
pub struct InvitationRequest {
    pub invitation_id: String,
}

#[derive(Debug)]
pub struct RemoveMemberRequest {
    pub member_id_or_email: String,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
}

#[derive(Debug)]
pub struct UpdateMemberRoleRequest {
    pub member_id: String,
    pub roles: Vec<String>,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
}

#[derive(Debug)]
pub struct HasPermissionRequest {
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
    /// `None`: not exactly one of the two names that it may have, or not lists of actions.
    pub permissions: Option<Statements>,
}

impl ReadBody for CreateOrganizationRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, slug) = (fields.text("name", 1, NAME), fields.text("slug", 1, Slug::MAX_LENGTH));
        let (user_id, logo) = (fields.optional_string("userId"), logo(fields));
        let metadata = fields.optional_object_text("metadata", METADATA);
        let keep = fields.optional_bool("keepCurrentActiveOrganization");
        Some(Self {
            name: name?.to_owned(),
            slug: slug?.to_owned(),
            logo: logo?.value(),
            metadata: metadata?,
            user_id: user_id?.map(str::to_owned),
            keep_current_active_organization: keep?.unwrap_or(false),
        })
    }
}

impl ReadBody for UpdateOrganizationRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let organization_id = fields.optional_string("organizationId");
        fields.object("data", |data| {
            let name = data.optional_text("name", 1, NAME);
            let slug = data.optional_text("slug", 1, Slug::MAX_LENGTH);
            let (logo, metadata) = (logo(data), data.optional_object_text("metadata", METADATA));
            Some(Self {
                organization_id: organization_id?.map(str::to_owned),
                name: name?.map(str::to_owned),
                slug: slug?.map(str::to_owned),
                logo: logo?,
                metadata: metadata?,
            })
        })
    }
}

impl ReadBody for OrganizationRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            organization_id: fields.string("organizationId")?.to_owned(),
        })
    }
}

impl ReadBody for SetActiveRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let organization_id = fields.patch_string("organizationId");
        let organization_slug = fields.optional_string("organizationSlug");
        Some(Self {
            organization_id: organization_id?.map(str::to_owned),
            organization_slug: organization_slug?.map(str::to_owned),
        })
    }
}

impl ReadBody for CheckSlugRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            slug: fields.string("slug")?.to_owned(),
        })
    }
}

impl ReadBody for InviteMemberRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, roles) = (fields.string("email"), roles(fields));
        let organization_id = fields.optional_string("organizationId");
        let resend = fields.optional_bool("resend");
        let team_ids = if fields.contains("teamId") {
            fields.strings("teamId")
        } else {
            Some(Vec::new())
        };
        Some(Self {
            email: email?.to_owned(),
            roles: roles?,
            organization_id: organization_id?.map(str::to_owned),
            resend: resend?.unwrap_or(false),
            team_ids: team_ids?.into_iter().map(str::to_owned).collect(),
        })
    }
}

impl ReadBody for InvitationRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            invitation_id: fields.string("invitationId")?.to_owned(),
        })
    }
}

impl ReadBody for RemoveMemberRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let member = fields.string("memberIdOrEmail");
        let organization_id = fields.optional_string("organizationId");
        Some(Self {
            member_id_or_email: member?.to_owned(),
            organization_id: organization_id?.map(str::to_owned),
        })
    }
}

impl ReadBody for UpdateMemberRoleRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (roles, member_id) = (roles(fields), fields.string("memberId"));
        let organization_id = fields.optional_string("organizationId");
        Some(Self {
            member_id: member_id?.to_owned(),
            roles: roles?,
            organization_id: organization_id?.map(str::to_owned),
        })
    }
}

impl ReadBody for HasPermissionRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let organization_id = fields.optional_string("organizationId");
        let permissions = match (fields.value("permissions"), fields.value("permission")) {
            (Some(asked), None) | (None, Some(asked)) => statements(asked),
            _ => None,
        };
        Some(Self {
            organization_id: organization_id?.map(str::to_owned),
            permissions,
        })
    }
}

/// One role or several, in a list or joined by commas. Blank ones are none.
fn roles(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let texts = fields.strings("role")?;
    let names = texts.into_iter().flat_map(|text| text.split(',')).map(str::trim);
    Some(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

fn logo(fields: &mut Fields<'_>) -> Option<Patch<String>> {
    let logo = fields.patch_string("logo")?;
    if logo.value().is_some_and(|logo| logo.len() > LOGO) {
        return fields.problem("logo", Problem::TooLong { max: LOGO });
    }
    Some(logo.map(str::to_owned))
}

fn statements(value: &Value) -> Option<Statements> {
    let actions = |actions: &Value| {
        let actions = actions.as_array()?.iter();
        actions
            .map(|action| action.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
    };
    let resources = value.as_object()?.iter();
    let read: Option<Vec<_>> = resources
        .map(|(resource, value)| Some((resource.clone(), actions(value)?)))
        .collect();
    Some(Statements::of(read?))
}
