//! The query strings of the operations on organizations.

use super::located::parsers::{invitation, optional_organization, optional_team, optional_user};
use crate::contract::fields::parsers::non_empty;
use crate::contract::fields::request;
use crate::domain::{InvitationId, OrganizationId, TeamId, UserId};

request! {
    /// The organization; if absent, the active one.
    pub struct OrganizationQuery {
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
        organization_slug: Option<String> = non_empty("organizationSlug"),
        /// The number of members to list, as any text.
        members_limit: Option<String> = non_empty("membersLimit"),
    }

    pub struct InvitationQuery {
        id: (OrganizationId, InvitationId) = invitation("id"),
    }

    pub struct MemberRoleQuery {
        organization: OrganizationQuery = OrganizationQuery::read(),
        /// If absent, the caller.
        user_id: Option<UserId> = optional_user("userId"),
    }

    /// All fields but the organization accept any text: the operation reports unknown names with errors of its own.
    pub struct ListMembersQuery {
        organization: OrganizationQuery = OrganizationQuery::read(),
        limit: Option<String> = non_empty("limit"),
        offset: Option<String> = non_empty("offset"),
        sort_by: Option<String> = non_empty("sortBy"),
        sort_direction: Option<String> = non_empty("sortDirection"),
        filter_field: Option<String> = non_empty("filterField"),
        filter_value: Option<String> = non_empty("filterValue"),
        filter_operator: Option<String> = non_empty("filterOperator"),
    }

    pub struct UserTeamsQuery {
        /// If absent, the caller.
        user_id: Option<UserId> = optional_user("userId"),
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
    }

    pub struct TeamMembersQuery {
        /// If absent, the active one.
        team_id: Option<(OrganizationId, TeamId)> = optional_team("teamId"),
    }
}
