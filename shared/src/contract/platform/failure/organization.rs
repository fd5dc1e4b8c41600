//! Errors of organizations, their members and invitations.

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{
    CancelInvitationError, ChangeAppRolesError, ChangeMemberRolesError, CreateOrganizationError,
    DeleteOrganizationError, FindOrganizationError, InviteMemberError, JoinOpenOrganizationError, ListInvitationsError,
    ListMembersError, RemoveMemberError, SwitchOrganizationError, TransferOwnershipError, UpdateOrganizationError,
};

impl Failure {
    pub fn organization_not_found() -> Self {
        Self::not_found("Organization not found")
    }

    pub fn member_not_found() -> Self {
        Self::not_found("Member not found")
    }

    pub fn invitation_not_found() -> Self {
        Self::not_found("Invitation not found or already processed")
    }

    pub fn suspended() -> Self {
        Self::forbidden("The organization is suspended")
    }

    pub fn own_role() -> Self {
        Self::forbidden("You cannot change your own role")
    }

    pub fn own_membership() -> Self {
        Self::forbidden("You cannot remove yourself")
    }

    /// For an id that is not that of an organization of the caller, and for one of another form.
    pub fn not_a_member() -> Self {
        Self::invalid("tenant_id", "must be the id of an organization of the user")
    }

    fn insufficient_permissions() -> Self {
        Self::forbidden("Insufficient permissions")
    }

    fn last_owner() -> Self {
        Self::forbidden("The organization must keep an owner")
    }

    fn no_seat() -> Self {
        Self::conflict("No seat is left")
    }
}

failures! {
    CreateOrganizationError {
        E::SlugTaken => "Organization slug already exists",
        E::TooManyOrganizations | E::PlanLimit => Failure::forbidden("The plan does not allow another organization"),
    }

    FindOrganizationError {
        E::NotFound | E::NotAMember => Failure::organization_not_found(),
        E::Suspended => Failure::suspended(),
    }

    UpdateOrganizationError {
        E::NotAMember => Failure::organization_not_found(),
        E::NotPermitted => Failure::insufficient_permissions(),
        E::SlugTaken => "Organization slug already exists",
    }

    DeleteOrganizationError {
        E::NotAMember => Failure::organization_not_found(),
        E::NotPermitted => Failure::insufficient_permissions(),
        E::SoloOrganization => "The personal organization has a plan",
    }

    ListMembersError {
        E::NotFound | E::NotAMember => Failure::organization_not_found(),
    }

    InviteMemberError {
        E::NotAMember => Failure::organization_not_found(),
        E::MayNotInvite => Failure::insufficient_permissions(),
        E::RoleTooHigh => "Only an owner may invite with this role",
        E::SoloOrganization => "A personal organization has no other members",
        E::UnknownRole(_) => Failure::invalid("role", "is not defined"),
        E::UnknownTeam => Failure::invalid("team", "is not defined"),
        E::NoSeat => Failure::no_seat(),
        E::InvitationLimit => "Too many invitations are pending",
        E::AlreadyMember => "User is already a member",
        E::AlreadyInvited => "Invitation already exists",
    }

    ListInvitationsError {
        E::NotAMember => Failure::organization_not_found(),
        E::NotPermitted => Failure::insufficient_permissions(),
    }

    CancelInvitationError {
        E::NotAMember => Failure::organization_not_found(),
        E::NotPermitted => Failure::insufficient_permissions(),
        E::NotFound => Failure::invitation_not_found(),
    }

    ChangeMemberRolesError {
        E::NotAMember => Failure::organization_not_found(),
        E::MemberNotFound => Failure::member_not_found(),
        E::NotPermitted => Failure::insufficient_permissions(),
        E::UnknownRole(_) => Failure::invalid("role", "is not defined"),
        E::LastOwner => Failure::last_owner(),
    }

    ChangeAppRolesError {
        E::NotAMember => Failure::organization_not_found(),
        E::MemberNotFound => Failure::member_not_found(),
        E::NotPermitted => Failure::insufficient_permissions(),
        E::UnknownRole => Failure::invalid("app_roles", "must be roles of active app role matrices"),
    }

    RemoveMemberError {
        E::NotAMember => Failure::organization_not_found(),
        E::MemberNotFound => Failure::member_not_found(),
        E::OwnerOnly | E::NotPermitted => Failure::insufficient_permissions(),
        E::LastOwner => Failure::last_owner(),
    }

    TransferOwnershipError {
        E::NotAMember => Failure::organization_not_found(),
        E::NotPermitted => "Only owners can transfer ownership",
        E::MemberNotFound => "Member not found or not an active member",
        E::AlreadyOwner => Failure::invalid("newOwnerId", "must be another member"),
        E::LastOwner => Failure::last_owner(),
    }

    JoinOpenOrganizationError {
        E::NotFound => Failure::organization_not_found(),
        E::NotOpen => "The organization is joined by invitation only",
        E::AlreadyMember => "User is already a member",
        E::NoSeat => Failure::no_seat(),
        E::TooManyOrganizations => "The user is a member of too many organizations",
    }

    SwitchOrganizationError {
        E::NotAMember => Failure::not_a_member(),
        E::Suspended => Failure::suspended(),
        E::Demo => "The organization is a demonstration",
    }
}
