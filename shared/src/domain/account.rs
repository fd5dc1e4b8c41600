//! A user in an account, which is the accounts contract's name for an organization: the roles of that contract, and
//! which of them a membership grants. Authorization within an organization does not use these roles; it is in
//! `organization_access`.

use std::collections::BTreeSet;

use super::ids::{OrganizationId, OrganizationNumber};
use super::organization::OrganizationRole;
use super::organization_access::MemberRoles;
use super::text::text_enum;
use super::user::{PlatformRole, User};

/// The roles of an account. Those that have a rank are ordered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRole {
    SuperAdmin,
    Admin,
    Coach,
    Coachee,
    Associate,
    Manager,
    Sponsor,
    GroupAdmin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountMember {
    pub number: OrganizationNumber,
    /// The role in which the member acts: the first of `roles`.
    pub role: AccountRole,
    /// The member's roles without duplicates: the highest first, the others in the order in which they were granted.
    pub roles: Vec<AccountRole>,
}

text_enum!(AccountRole {
    SuperAdmin => "SUPER_ADMIN",
    Admin => "ADMIN",
    Coach => "COACH",
    Coachee => "COACHEE",
    Associate => "ASSOCIATE",
    Manager => "MANAGER",
    Sponsor => "SPONSOR",
    GroupAdmin => "GROUP_ADMIN",
});

impl AccountRole {
    /// The account role with the name of a membership's role. A name never grants an administrative role: those derive
    /// from the user's standing in the organization and from the user's platform roles. Otherwise a custom role that is
    /// called `admin` would make an administrator.
    fn named(name: &str) -> Option<Self> {
        let is_administrative = |role: &Self| matches!(role, Self::SuperAdmin | Self::Admin);
        Self::parse(&name.to_ascii_uppercase()).filter(|role| !is_administrative(role))
    }
}

impl AccountMember {
    /// `None` means that the user is not a member, or has none of the account roles.
    pub fn of(user: &User, organization: OrganizationId) -> Option<Self> {
        let membership = user.membership(organization)?;
        let roles = roles_of(&user.roles, &membership.roles);
        Some(Self {
            number: membership.organization_number,
            role: *roles.first()?,
            roles,
        })
    }
}

fn roles_of(platform: &BTreeSet<PlatformRole>, given: &MemberRoles) -> Vec<AccountRole> {
    let is_super = platform.contains(&PlatformRole::SuperAdmin);
    let is_admin = given.standing() > OrganizationRole::Member;
    let named = given
        .names()
        .iter()
        .filter_map(|name| AccountRole::named(name.as_str()));
    let highest = [
        is_super.then_some(AccountRole::SuperAdmin),
        is_admin.then_some(AccountRole::Admin),
    ];
    let mut roles = Vec::new();
    for role in highest.into_iter().flatten().chain(named) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::AccountRole::{Admin, Coach, GroupAdmin, SuperAdmin};
    use super::*;
    use crate::domain::RoleName;

    fn roles(platform: &[PlatformRole], given: &[&str]) -> Vec<AccountRole> {
        let names = given.iter().map(|name| RoleName::parse(name).expect("a name"));
        let given = MemberRoles::of(names).expect("roles");
        roles_of(&platform.iter().copied().collect(), &given)
    }

    #[test]
    fn a_membership_gives_the_roles_that_it_names() {
        for (given, expected) in [
            (["owner"].as_slice(), [Admin].as_slice()),
            (&["admin"], &[Admin]),
            (&["member"], &[]),
            (&["designer"], &[]),
            (&["member", "coach"], &[Coach]),
            (&["Group_Admin", "COACH", "owner"], &[Admin, GroupAdmin, Coach]),
            (&["coach", "COACH"], &[Coach]),
            (&["SUPER_ADMIN", "super_admin", "Admin", "ADMIN", "Owner"], &[]),
        ] {
            assert_eq!(roles(&[], given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_super_admin_is_one_in_every_account_of_theirs() {
        assert_eq!(roles(&[PlatformRole::SuperAdmin], &["member"]), [SuperAdmin]);
        assert_eq!(
            roles(&[PlatformRole::SuperAdmin], &["coach", "owner"]),
            [SuperAdmin, Admin, Coach]
        );
        assert_eq!(
            roles(&[PlatformRole::Admin, PlatformRole::PlatformAdmin], &["member"]),
            []
        );
    }
}
