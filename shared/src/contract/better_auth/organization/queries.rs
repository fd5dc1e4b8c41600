//! The query strings of the operations on organizations, as they are read.

use crate::contract::fields::{Fields, ReadBody};

/// Which organization is meant; the active one when nothing says it.
#[derive(Debug)]
pub struct OrganizationQuery {
    pub organization_id: Option<String>,
    pub organization_slug: Option<String>,
    /// How many members to tell; any text.
    pub members_limit: Option<String>,
}

#[derive(Debug)]
pub struct InvitationQuery {
    pub id: String,
}

#[derive(Debug)]
pub struct MemberRoleQuery {
    pub organization: OrganizationQuery,
    /// Absent: the caller.
    pub user_id: Option<String>,
}

/// All but the organization are any text: what is meant is for the operation's handler to say.
#[derive(Debug)]
pub struct ListMembersQuery {
    pub organization: OrganizationQuery,
    pub limit: Option<String>,
    pub offset: Option<String>,
    pub sort_by: Option<String>,
    pub sort_direction: Option<String>,
    pub filter_field: Option<String>,
    pub filter_value: Option<String>,
    pub filter_operator: Option<String>,
}

#[derive(Debug)]
pub struct UserTeamsQuery {
    /// Absent: the caller.
    pub user_id: Option<String>,
    pub organization_id: Option<String>,
}

#[derive(Debug)]
pub struct TeamMembersQuery {
    /// Absent: the one that is active.
    pub team_id: Option<String>,
}

impl ReadBody for UserTeamsQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            user_id: fields.filled_string("userId")?,
            organization_id: fields.filled_string("organizationId")?,
        })
    }
}

impl ReadBody for TeamMembersQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            team_id: fields.filled_string("teamId")?,
        })
    }
}

impl ReadBody for OrganizationQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            organization_id: fields.filled_string("organizationId")?,
            organization_slug: fields.filled_string("organizationSlug")?,
            members_limit: fields.filled_string("membersLimit")?,
        })
    }
}

impl ReadBody for InvitationQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            id: fields.string("id")?.to_owned(),
        })
    }
}

impl ReadBody for MemberRoleQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            organization: OrganizationQuery::read(fields)?,
            user_id: fields.filled_string("userId")?,
        })
    }
}

impl ReadBody for ListMembersQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            organization: OrganizationQuery::read(fields)?,
            limit: fields.filled_string("limit")?,
            offset: fields.filled_string("offset")?,
            sort_by: fields.filled_string("sortBy")?,
            sort_direction: fields.filled_string("sortDirection")?,
            filter_field: fields.filled_string("filterField")?,
            filter_value: fields.filled_string("filterValue")?,
            filter_operator: fields.filled_string("filterOperator")?,
        })
    }
}
