//! A user of an account: how the operations of the account's administrators find one, and what they may change of it.

use crate::domain::account::RoleChangeRefused;
use crate::domain::{AccountRank, MemberRoles, Membership, OrganizationId, User, UserId};
use crate::operations::accounts::administer_account::AccountAdministrator;
use crate::operations::prelude::*;

/// A user, and the account for which the operation was performed.
#[derive(Debug)]
pub struct AccountUser {
    pub user: User,
    pub account: OrganizationId,
}

refusals! {
    /// Why an administrator of an account does not change a user of it.
    pub enum AccountUserError {
        AccountNotFound: NotFound = "the caller has no such account",
        NotPermitted: Forbidden = "the caller does not administer the account",
        UserNotFound: NotFound = "the account has no such user",
        /// The role permits what the caller may not do, or the user has such a role.
        RoleTooHigh: Forbidden = "the caller may neither grant the role nor take it from this user",
        RoleNotHeld: NotFound = "the user does not hold the role in the account",
        RoleInactive: Conflict = "the role is deactivated",
        LastRole: Conflict = "the user has no other role in the account",
        TooManyRoles: Conflict = "the user would have too many roles",
        LastAdministrator: Conflict on LastOwner | LastAdministrator = "the account would be left without an administrator",
        RoleOfService: Conflict = "a role of the service cannot be deactivated",
        /// The change would reach beyond the account.
        NotOfAccountAlone: Forbidden = "the user was not created in the account, or belongs to others as well",
        /// The address is the user's, who signs in with it in every contract.
        ProvenAddress: Forbidden = "the user has verified the address, which is not of the account's domain",
        Outranked: Forbidden = "the user may do what the caller may not",
        Yourself: Forbidden = "the user is the caller, who may not do it to themselves",
        OnlySuperAdmin: Forbidden = "only a super administrator may do it",
        StatusRefused: Conflict = "the user cannot have the status now",
        OtherAddress: Conflict = "the user has another address",
        EmailTaken: Conflict on EmailTaken = "another user has the address",
    }
    denied AccountNotFound, NotPermitted
}

impl From<RoleChangeRefused> for AccountUserError {
    fn from(refused: RoleChangeRefused) -> Self {
        match refused {
            RoleChangeRefused::NotPermitted => Self::RoleTooHigh,
            RoleChangeRefused::NotHeld => Self::RoleNotHeld,
            RoleChangeRefused::LastRole => Self::LastRole,
            RoleChangeRefused::TooMany => Self::TooManyRoles,
        }
    }
}

impl AccountUser {
    /// The user after a commit that wrote the membership.
    pub(super) fn changed(mut user: User, membership: &Membership) -> Self {
        let account = membership.organization_id;
        for stale in &mut user.memberships {
            if stale.organization_id == account {
                stale.clone_from(membership);
            }
        }
        user.mark_stored();
        Self { user, account }
    }
}

impl Core {
    /// A user of the account as just read, and the membership, which may be suspended with the account.
    pub(super) async fn account_user(
        &self,
        account: OrganizationId,
        id: UserId,
    ) -> Result<(User, Membership), AccountUserError> {
        let user = self.store.find_user(id).await?;
        let user = user.ok_or(AccountUserError::UserNotFound)?;
        let membership = user.membership_in_any_state(account).cloned();
        Ok((user, membership.ok_or(AccountUserError::UserNotFound)?))
    }

    /// Whether the administrator may change what the user is in every contract and organization: name, address and
    /// status. An administrator of an account may do so only to a user who was created in this account, who is a member
    /// of no other, and who has no right that the administrator lacks. Otherwise any person could take over a user by
    /// inviting them into an account.
    pub(super) fn may_edit_user(
        &self,
        administrator: &AccountAdministrator,
        user: &User,
    ) -> Result<(), AccountUserError> {
        let authority = administrator.authority;
        if !self.settings.admin_roles.outranks(&administrator.caller.user, user) {
            return Err(AccountUserError::Outranked);
        }
        if authority.rank == AccountRank::SuperAdmin {
            return Ok(());
        }
        let [membership] = user.memberships.as_slice() else {
            return Err(AccountUserError::NotOfAccountAlone);
        };
        if !is_created_with(user, membership) {
            return Err(AccountUserError::NotOfAccountAlone);
        }
        let inactive = MemberRoles::of(membership.inactive_roles.iter().cloned());
        let mut held = inactive.iter().chain([&membership.roles]);
        if held.all(|roles| authority.may_overrule(roles)) {
            Ok(())
        } else {
            Err(AccountUserError::Outranked)
        }
    }

    /// Whether the user ends with the membership: a user who was created with it, and who is nothing else.
    pub(super) fn ends_with(user: &User, membership: &Membership) -> bool {
        user.roles.is_empty()
            && user.custom_roles.is_empty()
            && user.memberships.len() == 1
            && is_created_with(user, membership)
    }
}

/// Whether an administrator, or the link of one, created the user in the account.
fn is_created_with(user: &User, membership: &Membership) -> bool {
    user.created_by.is_some() && user.created_at == membership.joined_at
}
