//! Changes of a member's roles in an account: who may make them, and what the membership is afterwards.

use jiff::Timestamp;

use crate::domain::{AccountAuthority, AccountRole, MemberRoles, Membership, OrganizationRole, RoleName};

/// A change of roles of the account. `SUPER_ADMIN`, which is a role of the service, is never among them.
#[derive(Debug, Clone, Copy)]
pub enum RoleChange<'a> {
    /// The role becomes the one in which the member acts. A deactivated role becomes active.
    Add(AccountRole),
    Activate(AccountRole),
    Deactivate(AccountRole),
    Remove(AccountRole),
    /// The member has exactly these roles afterwards, and all are active.
    Replace(&'a [AccountRole]),
}

/// Why the roles of a member do not change.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum RoleChangeRefused {
    #[error("the caller may neither grant the role nor take it from this member")]
    NotPermitted,
    #[error("the member does not hold the role")]
    NotHeld,
    #[error("the role is the member's last one in the account")]
    LastRole,
    #[error("the member would have too many roles")]
    TooMany,
}

/// The roles of a membership, by their names.
struct States {
    active: Vec<RoleName>,
    inactive: Vec<RoleName>,
}

impl AccountAuthority {
    /// The membership after a change that this authority permits.
    pub fn change_roles(
        self,
        membership: &Membership,
        change: RoleChange<'_>,
        now: Timestamp,
    ) -> Result<Membership, RoleChangeRefused> {
        let mut states = States::of(membership);
        let mut chosen = membership.active_role;
        match change {
            RoleChange::Add(role) => {
                self.expect_permitted(&states, role)?;
                self.activate(&mut states, role)?;
                chosen = Some(role);
            }
            RoleChange::Activate(role) => {
                self.expect_permitted(&states, role)?;
                states.expect_held(role)?;
                self.activate(&mut states, role)?;
            }
            RoleChange::Deactivate(role) => {
                self.expect_permitted(&states, role)?;
                states.expect_held(role)?;
                states.deactivate(role);
            }
            RoleChange::Remove(role) => {
                self.expect_permitted(&states, role)?;
                states.expect_held(role)?;
                states.remove(role);
            }
            RoleChange::Replace(roles) => self.replace(&mut states, roles)?,
        }
        if !states.names().any(is_account_role) {
            return Err(RoleChangeRefused::LastRole);
        }
        let changed = states.into_membership(membership, now);
        let changed = changed.ok_or(RoleChangeRefused::TooMany)?;
        let active = changed.roles.names().iter().filter_map(AccountRole::of_name);
        let is_active =
            |role: &AccountRole| *role == AccountRole::SuperAdmin || active.clone().any(|held| held == *role);
        Ok(Membership {
            active_role: chosen.filter(is_active),
            ..changed.clone()
        })
    }

    /// Roles that the member keeps need no permission, unless they become active.
    fn replace(self, states: &mut States, roles: &[AccountRole]) -> Result<(), RoleChangeRefused> {
        let held: Vec<AccountRole> = states.names().filter_map(AccountRole::of_name).collect();
        for role in held {
            if !roles.contains(&role) {
                self.expect_permitted(states, role)?;
                states.remove(role);
            }
        }
        for role in roles {
            if !states.is_active(*role) {
                self.expect_permitted(states, *role)?;
                self.activate(states, *role)?;
            }
        }
        Ok(())
    }

    /// A member with fewer rights neither grants nor takes away a role with more, active or not.
    fn expect_permitted(self, states: &States, role: AccountRole) -> Result<(), RoleChangeRefused> {
        let names = states.names().filter(|name| AccountRole::of_name(name) == Some(role));
        let held = MemberRoles::of(names.cloned());
        if self.may_assign(role) && held.is_none_or(|held| self.may_overrule(&held)) {
            Ok(())
        } else {
            Err(RoleChangeRefused::NotPermitted)
        }
    }

    fn activate(self, states: &mut States, role: AccountRole) -> Result<(), RoleChangeRefused> {
        if states.is_active(role) {
            return Ok(());
        }
        let (held, rest) = std::mem::take(&mut states.inactive)
            .into_iter()
            .partition(|name| AccountRole::of_name(name) == Some(role));
        states.inactive = rest;
        states.active.extend::<Vec<RoleName>>(held);
        if !states.is_active(role) {
            let granted = self.role_name(role).ok_or(RoleChangeRefused::NotPermitted)?;
            states.active.push(granted);
        }
        Ok(())
    }
}

impl States {
    fn of(membership: &Membership) -> Self {
        Self {
            active: membership.roles.names().to_vec(),
            inactive: membership.inactive_roles.clone(),
        }
    }

    fn names(&self) -> impl Iterator<Item = &RoleName> {
        self.active.iter().chain(&self.inactive)
    }

    fn is_active(&self, role: AccountRole) -> bool {
        self.active.iter().any(|name| AccountRole::of_name(name) == Some(role))
    }

    fn expect_held(&self, role: AccountRole) -> Result<(), RoleChangeRefused> {
        if self.names().any(|name| AccountRole::of_name(name) == Some(role)) {
            Ok(())
        } else {
            Err(RoleChangeRefused::NotHeld)
        }
    }

    fn deactivate(&mut self, role: AccountRole) {
        let (held, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.active)
            .into_iter()
            .partition(|name| AccountRole::of_name(name) == Some(role));
        self.active = rest;
        self.inactive.extend(held);
    }

    fn remove(&mut self, role: AccountRole) {
        let stays = |name: &RoleName| AccountRole::of_name(name) != Some(role);
        self.active.retain(stays);
        self.inactive.retain(stays);
    }

    /// The base role only stands for the absence of others.
    fn into_membership(mut self, membership: &Membership, now: Timestamp) -> Option<Membership> {
        if self.active.iter().any(is_account_role) {
            self.active
                .retain(|name| name.as_str() != OrganizationRole::Member.as_str());
        }
        membership.with_role_states(self.active, self.inactive, now)
    }
}

fn is_account_role(name: &RoleName) -> bool {
    AccountRole::of_name(name).is_some()
}

#[cfg(test)]
mod tests {
    use AccountRole::{Admin, Coach, Coachee, GroupAdmin};

    use super::*;
    use crate::domain::{AccountRank, OrganizationId, OrganizationNumber};

    fn now() -> Timestamp {
        Timestamp::from_second(1_700_000_000).expect("a time")
    }

    fn names(texts: &[&str]) -> Vec<RoleName> {
        texts
            .iter()
            .map(|text| RoleName::parse(text).expect("a name"))
            .collect()
    }

    fn member(active: &[&str], inactive: &[&str]) -> Membership {
        let roles = MemberRoles::of(names(active)).expect("roles");
        let id = OrganizationId::from_bytes([1; 16]);
        Membership {
            inactive_roles: names(inactive),
            ..Membership::new(id, OrganizationNumber(1), roles, now())
        }
    }

    fn authority(roles: &[&str]) -> AccountAuthority {
        let roles = MemberRoles::of(names(roles)).expect("roles");
        AccountAuthority {
            organization: OrganizationId::from_bytes([1; 16]),
            rank: match roles.standing() {
                OrganizationRole::Owner | OrganizationRole::Admin => AccountRank::Admin,
                OrganizationRole::Member => AccountRank::GroupAdmin,
            },
            is_owner: roles.is_owner(),
        }
    }

    fn super_admin() -> AccountAuthority {
        AccountAuthority {
            rank: AccountRank::SuperAdmin,
            ..authority(&["admin"])
        }
    }

    type Outcome = Result<(Vec<String>, Vec<String>), RoleChangeRefused>;

    fn changed(authority: AccountAuthority, membership: &Membership, change: RoleChange<'_>) -> Outcome {
        let texts = |names: &[RoleName]| names.iter().map(ToString::to_string).collect();
        let changed = authority.change_roles(membership, change, now())?;
        Ok((texts(changed.roles.names()), texts(&changed.inactive_roles)))
    }

    fn roles(active: &[&str], inactive: &[&str]) -> (Vec<String>, Vec<String>) {
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        (texts(active), texts(inactive))
    }

    #[test]
    fn a_deactivated_role_is_kept_beside_the_roles() {
        let owner = authority(&["owner"]);
        let deactivated = owner.change_roles(&member(&["coach"], &[]), RoleChange::Deactivate(Coach), now());
        let deactivated = deactivated.expect("a membership");
        assert_eq!(
            deactivated,
            Membership {
                changed_at: Some(now()),
                ..member(&["member"], &["coach"])
            }
        );
        assert_eq!(
            changed(owner, &deactivated, RoleChange::Activate(Coach)),
            Ok(roles(&["coach"], &[]))
        );
        assert_eq!(
            changed(owner, &deactivated, RoleChange::Add(Coach)),
            Ok(roles(&["coach"], &[]))
        );
        assert_eq!(
            changed(owner, &deactivated, RoleChange::Deactivate(Coach)),
            Ok(roles(&["member"], &["coach"]))
        );
        assert_eq!(
            changed(owner, &deactivated, RoleChange::Add(Coachee)),
            Ok(roles(&["coachee"], &["coach"]))
        );
    }

    #[test]
    fn a_role_that_is_not_held_is_neither_activated_nor_taken() {
        let owner = authority(&["owner"]);
        for change in [RoleChange::Activate, RoleChange::Deactivate, RoleChange::Remove] {
            let refused = changed(owner, &member(&["coach"], &[]), change(Coachee));
            assert_eq!(refused, Err(RoleChangeRefused::NotHeld));
        }
    }

    #[test]
    fn the_last_role_stays() {
        let owner = authority(&["owner"]);
        for membership in [
            member(&["coach"], &[]),
            member(&["member"], &["coach"]),
            member(&["designer", "coach"], &[]),
        ] {
            let refused = changed(owner, &membership, RoleChange::Remove(Coach));
            assert_eq!(refused, Err(RoleChangeRefused::LastRole));
        }
        let other = member(&["coach"], &["coachee"]);
        assert_eq!(
            changed(owner, &other, RoleChange::Remove(Coach)),
            Ok(roles(&["member"], &["coachee"]))
        );
    }

    #[test]
    fn roles_are_replaced_and_those_of_applications_stay() {
        let owner = authority(&["owner"]);
        let membership = member(&["designer", "coach"], &["coachee"]);
        assert_eq!(
            changed(owner, &membership, RoleChange::Replace(&[GroupAdmin, Coachee])),
            Ok(roles(&["designer", "group_admin", "coachee"], &[]))
        );
        assert_eq!(
            changed(owner, &member(&["member"], &[]), RoleChange::Replace(&[Coach])),
            Ok(roles(&["coach"], &[]))
        );
        // An owner who stays an administrator stays an owner.
        let admin = authority(&["admin"]);
        assert_eq!(
            changed(admin, &member(&["owner"], &[]), RoleChange::Replace(&[Admin, Coach])),
            Ok(roles(&["owner", "coach"], &[]))
        );
        let refused = changed(admin, &member(&["owner"], &[]), RoleChange::Replace(&[Coach]));
        assert_eq!(refused, Err(RoleChangeRefused::NotPermitted));
    }

    #[test]
    fn a_group_admin_neither_grants_nor_removes_admin() {
        let group_admin = authority(&["group_admin"]);
        for (membership, change) in [
            (member(&["coach"], &[]), RoleChange::Add(Admin)),
            (member(&["coach"], &["admin"]), RoleChange::Add(Admin)),
            (member(&["coach"], &["admin"]), RoleChange::Activate(Admin)),
            (member(&["coach", "admin"], &[]), RoleChange::Deactivate(Admin)),
            (member(&["coach", "admin"], &[]), RoleChange::Remove(Admin)),
            (member(&["coach"], &["owner"]), RoleChange::Remove(Admin)),
            (member(&["coach", "admin"], &[]), RoleChange::Replace(&[Coach])),
        ] {
            let refused = changed(group_admin, &membership, change);
            assert_eq!(refused, Err(RoleChangeRefused::NotPermitted), "{change:?}");
        }
        let granted = changed(group_admin, &member(&["coach"], &[]), RoleChange::Add(GroupAdmin));
        assert_eq!(granted, Ok(roles(&["coach", "group_admin"], &[])));
    }

    #[test]
    fn an_admin_makes_an_admin_and_an_owner_an_owner() {
        let coach = member(&["coach"], &[]);
        for (authority, expected) in [
            (authority(&["admin"]), "admin"),
            (authority(&["owner"]), "owner"),
            (super_admin(), "owner"),
        ] {
            assert_eq!(
                changed(authority, &coach, RoleChange::Add(Admin)),
                Ok(roles(&["coach", expected], &[]))
            );
        }
    }

    #[test]
    fn the_chosen_role_is_one_that_is_active() {
        let owner = authority(&["owner"]);
        let coach = member(&["coach", "coachee"], &[]);
        let chosen = owner
            .change_roles(&coach, RoleChange::Add(Coachee), now())
            .expect("roles");
        assert_eq!(chosen.active_role, Some(Coachee));
        let deactivated = owner
            .change_roles(&chosen, RoleChange::Deactivate(Coachee), now())
            .expect("roles");
        assert_eq!(deactivated.active_role, None);
        let other = owner
            .change_roles(&chosen, RoleChange::Deactivate(Coach), now())
            .expect("roles");
        assert_eq!(other.active_role, Some(Coachee));
    }
}
