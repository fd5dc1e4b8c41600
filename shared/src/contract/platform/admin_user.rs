//! Users in the responses to administrators of the `platform` contract, and the requests that change them. Fields
//! without a value are omitted.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::admin_organization::search;
use super::auth::{PASSWORD_RULES, chosen};
use super::failure::Failure;
use super::organization::{self, Organization};
use super::paging::{PageQuery, page};
use crate::contract::fields::parsers::{
    flag, new_password, optional, optional_among, optional_flag, optional_name, optional_text,
};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::time::time;
use crate::domain::listing::Listed;
use crate::domain::{
    EmailAddress, ListedStatus, Membership, Name, NewPassword, OrganizationId, OrganizationRole, Patch, Search,
    UserStatus,
};
use crate::operations::{CreatePlatformUser, PlatformUser, UpdatePlatformUser, UserFilter};

/// Longest name, in characters.
const NAME: usize = 50;
const STATUSES: &str = "status: ACTIVE, INACTIVE, SUSPENDED or PENDING";

request! {
    pub struct AdminCreateUser {
        email: EmailAddress = "email",
        first_name: Option<String> = optional_name("firstName", 1, NAME),
        last_name: Option<String> = optional_name("lastName", 1, NAME),
        region: Option<String> = optional_text("region", 2, 32),
        send_welcome_email: bool = flag("sendWelcomeEmail", true),
    }

    pub struct AdminUserQuery {
        page: PageQuery = page(),
        search: Option<Search> = search(),
        role: Option<OrganizationRole> = optional_among("role", "role: OWNER, ADMIN or MEMBER", role),
        status: Option<ListedStatus> = optional_among("status", STATUSES, listed_status),
    }

    /// Absent fields keep their value.
    pub struct AdminUpdateUser {
        first_name: Option<String> = optional_name("firstName", 1, NAME),
        last_name: Option<String> = optional_name("lastName", 1, NAME),
        preferred_name: Option<String> = optional_name("preferredName", 0, NAME),
        status: Option<UserStatus> = optional_among("status", STATUSES, status),
        organization_id: Patch<OrganizationId> = organization_id(),
        verified: Option<bool> = optional_flag("verified"),
        phone_verified: Option<bool> = optional_flag("phone_verified"),
    }

    pub struct AdminResetUserPassword {
        /// `None`: a password is generated.
        new_password: Option<String> = optional_password(),
    }
}

impl AdminResetUserPassword {
    pub fn password(&self) -> Result<Option<NewPassword>, Failure> {
        let chosen = self.new_password.as_ref().map(|text| chosen("newPassword", text));
        chosen.transpose()
    }
}

/// A user in the words of administrators.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminUser {
    id: String,
    email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_name: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_role: Option<&'static str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_name: Option<String>,
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    phone_verified: bool,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
    organizations: Vec<AdminUserOrganization>,
    memberships: Vec<AdminMembership>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminUserList {
    users: Vec<AdminUser>,
    total: usize,
    page: usize,
    total_pages: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AdminUserOrganization {
    tenant_id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    org_type: &'static str,
    plan: &'static str,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AdminMembership {
    tenant_id: String,
    role: &'static str,
    status: &'static str,
    #[serde(serialize_with = "time")]
    joined_at: Timestamp,
    organization_name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminUserCreated {
    user: AdminUser,
    message: &'static str,
    welcome_email_sent: bool,
}

/// The generated password is a credential, so the debug form does not show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminUserPasswordReset {
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_password: Option<String>,
}

impl std::fmt::Debug for AdminUserPasswordReset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AdminUserPasswordReset").finish_non_exhaustive()
    }
}

impl AdminUserList {
    pub fn of(listed: &Listed<PlatformUser>, query: &AdminUserQuery) -> Self {
        Self {
            users: listed.records.iter().map(AdminUser::from).collect(),
            total: listed.total,
            page: query.page.page,
            total_pages: query.page.page().count(listed.total),
        }
    }
}

impl AdminUserQuery {
    pub fn filter(&self) -> UserFilter {
        UserFilter {
            search: self.search.clone(),
            status: self.status,
            role: self.role,
        }
    }
}

impl AdminUserCreated {
    pub fn of(created: &PlatformUser, welcome_email_sent: bool) -> Self {
        Self {
            user: created.into(),
            message: "User created successfully",
            welcome_email_sent,
        }
    }
}

impl AdminUserPasswordReset {
    pub fn of(generated: Option<String>) -> Self {
        Self {
            message: "Password reset successfully",
            new_password: generated,
        }
    }
}

impl From<AdminCreateUser> for CreatePlatformUser {
    fn from(body: AdminCreateUser) -> Self {
        let part = |part: Option<String>| part.unwrap_or_default();
        Self {
            email: body.email,
            name: Name::of_parts(&part(body.first_name), &part(body.last_name)),
            region: body.region,
            is_mailed: body.send_welcome_email,
        }
    }
}

impl From<AdminUpdateUser> for UpdatePlatformUser {
    fn from(body: AdminUpdateUser) -> Self {
        Self {
            first_name: body.first_name,
            last_name: body.last_name,
            preferred_name: body.preferred_name.map_or(Patch::Keep, |name| match name.as_str() {
                "" => Patch::Clear,
                _ => Patch::Set(name),
            }),
            status: body.status,
            default_organization: body.organization_id,
            is_email_verified: body.verified,
            is_phone_verified: body.phone_verified,
        }
    }
}

/// The status of a user as the contract names it. A deleted user is shown nowhere.
pub(super) fn status_name(status: &UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "ACTIVE",
        UserStatus::Pending | UserStatus::Invited => "PENDING",
        UserStatus::Inactive | UserStatus::Deleted => "INACTIVE",
        UserStatus::Suspended | UserStatus::Banned { .. } => "SUSPENDED",
    }
}

impl From<&PlatformUser> for AdminUser {
    fn from(shown: &PlatformUser) -> Self {
        let PlatformUser { user, memberships } = shown;
        let default = user.default_organization;
        let primary = memberships
            .iter()
            .find(|(membership, _)| Some(membership.organization_id) == default);
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            first_name: user.name.first().to_owned(),
            preferred_name: user.profile.preferred_name.clone(),
            last_name: user.name.last().to_owned(),
            primary_role: user.primary_role().map(organization::role),
            status: status_name(&user.status),
            organization_id: primary.map(|(_, organization)| organization.id.to_string()),
            organization_name: primary.map(|(_, organization)| organization.name.clone()),
            email_verified: user.is_email_verified(),
            phone: user.profile.phone.as_ref().map(ToString::to_string),
            phone_verified: user.profile.is_phone_verified,
            created_at: user.created_at,
            updated_at: user.updated_at,
            organizations: memberships
                .iter()
                .map(|(_, organization)| {
                    let Organization {
                        tenant_id,
                        name,
                        org_type,
                        plan,
                        status,
                        ..
                    } = organization.into();
                    AdminUserOrganization {
                        tenant_id,
                        name,
                        region: organization.details.region.clone(),
                        org_type,
                        plan,
                        status,
                    }
                })
                .collect(),
            memberships: memberships
                .iter()
                .map(|(membership, organization)| AdminMembership {
                    tenant_id: membership.organization_id.to_string(),
                    role: role_of(membership),
                    status: status_name(&user.status),
                    joined_at: membership.joined_at,
                    organization_name: organization.name.clone(),
                })
                .collect(),
        }
    }
}

fn role_of(membership: &Membership) -> &'static str {
    organization::role(membership.roles.standing())
}

/// The role that is shown as the primary one.
fn role(name: &str) -> Option<OrganizationRole> {
    match name {
        "OWNER" => Some(OrganizationRole::Owner),
        "ADMIN" => Some(OrganizationRole::Admin),
        "MEMBER" => Some(OrganizationRole::Member),
        _ => None,
    }
}

fn status(name: &str) -> Option<UserStatus> {
    Some(match listed_status(name)? {
        ListedStatus::Active => UserStatus::Active,
        ListedStatus::Inactive => UserStatus::Inactive,
        ListedStatus::Suspended => UserStatus::Suspended,
        ListedStatus::Pending => UserStatus::Pending,
    })
}

fn listed_status(name: &str) -> Option<ListedStatus> {
    match name {
        "ACTIVE" => Some(ListedStatus::Active),
        "INACTIVE" => Some(ListedStatus::Inactive),
        "SUSPENDED" => Some(ListedStatus::Suspended),
        "PENDING" => Some(ListedStatus::Pending),
        _ => None,
    }
}

fn organization_id(fields: &mut Fields<'_>) -> Read<Patch<OrganizationId>> {
    match fields.value("organizationId") {
        None => Some(Patch::Keep),
        Some(Value::Null) => Some(Patch::Clear),
        Some(value) => match value.as_str().and_then(|text| OrganizationId::parse(text).ok()) {
            Some(id) => Some(Patch::Set(id)),
            None => fields.not_a("organizationId", "tenant id of an organization of the user"),
        },
    }
}

fn optional_password(fields: &mut Fields<'_>) -> Read<Option<String>> {
    optional(fields, "newPassword", |fields, field| {
        new_password(fields, field, PASSWORD_RULES)
    })
}
