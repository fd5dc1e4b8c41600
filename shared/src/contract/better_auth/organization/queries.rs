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

impl ReadBody for OrganizationQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            organization_id: given(fields, "organizationId")?,
            organization_slug: given(fields, "organizationSlug")?,
            members_limit: given(fields, "membersLimit")?,
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
            user_id: given(fields, "userId")?,
        })
    }
}

impl ReadBody for ListMembersQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            organization: OrganizationQuery::read(fields)?,
            limit: given(fields, "limit")?,
            offset: given(fields, "offset")?,
            sort_by: given(fields, "sortBy")?,
            sort_direction: given(fields, "sortDirection")?,
            filter_field: given(fields, "filterField")?,
            filter_value: given(fields, "filterValue")?,
            filter_operator: given(fields, "filterOperator")?,
        })
    }
}

/// An empty one is none.
fn given(fields: &mut Fields<'_>, name: &str) -> Option<Option<String>> {
    let text = fields.optional_string(name)?.filter(|text| !text.is_empty());
    Some(text.map(str::to_owned))
}
