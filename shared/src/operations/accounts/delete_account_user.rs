//! Taking a role from a user of an account, as an administrator of the account. With the last role, the user leaves the
//! account; a user who was created in it, and who is nothing else, is deleted.

use jiff::Timestamp;

use crate::domain::account::{RoleChange, RoleChangeRefused};
use crate::domain::one_time::DeleteUser;
use crate::domain::{
    AccountMember, AccountRank, AccountRole, EmailAddress, Membership, OrganizationNumber, User, UserId,
};
use crate::operations::accounts::account_user::{AccountUser, AccountUserError};
use crate::operations::accounts::administer_account::{AccountAction, AccountAdministration, AccountAdministrator};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct DeleteAccountUser {
    pub account: OrganizationNumber,
    pub role: AccountRole,
    /// The address that the client believes to be the user's.
    pub email: EmailAddress,
}

/// What is left of the user in the account.
#[derive(Debug)]
pub struct RoleTaken {
    pub user: User,
    pub remaining: Vec<AccountRole>,
    pub is_deleted: bool,
}

impl Core {
    pub async fn delete_account_user(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        command: &DeleteAccountUser,
        now: Timestamp,
    ) -> Result<RoleTaken, AccountUserError> {
        let action = AccountAction {
            name: "delete-account-user",
            requires: AccountRank::GroupAdmin,
        };
        let account = self.locate_account(caller, command.account).await?;
        let account = account.ok_or(AccountUserError::AccountNotFound)?;
        let mut administration = self.administer_account(caller, account, action, now).await?;
        loop {
            let administrator = administration.administrator()?;
            let (mut user, seen) = self.account_user(account, id).await?;
            if user.email != command.email {
                return Err(AccountUserError::OtherAddress);
            }
            let change = RoleChange::Remove(command.role);
            let membership = match administrator.authority.change_roles(&seen, change, now) {
                Ok(membership) => membership,
                Err(RoleChangeRefused::LastRole) => {
                    match self
                        .end_membership(&mut administration, &administrator, user, &seen)
                        .await?
                    {
                        Some(taken) => return Ok(taken),
                        None => continue,
                    }
                }
                Err(refused) => return Err(refused.into()),
            };
            user.updated_at = now;
            let changes = Changes::new().change_membership(&user, &membership).move_owners(
                account,
                &seen.roles,
                &membership.roles,
            );
            if administration.commit(&administrator, Some(id), changes).await? {
                let user = AccountUser::changed(user, &membership).user;
                let member = AccountMember::of_membership(&user, &membership);
                let states = member.map(|member| member.roles).unwrap_or_default();
                return Ok(RoleTaken {
                    user,
                    remaining: states.into_iter().map(|state| state.role).collect(),
                    is_deleted: false,
                });
            }
        }
    }

    /// `None`: the commit lost a race. Administrators do not delete themselves here: that takes the own password, or a
    /// mail.
    async fn end_membership(
        &self,
        administration: &mut AccountAdministration<'_>,
        administrator: &AccountAdministrator,
        user: User,
        membership: &Membership,
    ) -> Result<Option<RoleTaken>, AccountUserError> {
        let is_deleted = user.id != administrator.caller.user.id && Self::ends_with(&user, membership);
        let organization = self
            .store
            .find_organization_in_any_state(membership.organization_id)
            .await?;
        if organization.is_some_and(|organization| organization.member_count <= 1) {
            return Err(AccountUserError::LastAdministrator);
        }
        let is_committed = if is_deleted {
            let changes = Changes::new()
                .drop_grant::<DeleteUser>(user.id)
                .fact(administration.acted(Some(user.id)));
            let changes = administration.guarded(administrator, changes);
            self.erase_user(administration.permitted_attempts(administrator), user.clone(), changes)
                .await?
        } else {
            let changes = Changes::new()
                .update_user(&user.without_membership(membership.organization_id))
                .delete_member(user.id, membership);
            administration.commit(administrator, Some(user.id), changes).await?
        };
        Ok(is_committed.then_some(RoleTaken {
            user,
            remaining: Vec::new(),
            is_deleted,
        }))
    }
}
