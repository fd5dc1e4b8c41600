//! Replacing the name and the roles of a user in an account, as an administrator of the account.

use jiff::Timestamp;

use crate::domain::account::RoleChange;
use crate::domain::{AccountRank, AccountRole, Name, OrganizationNumber, UserId};
use crate::operations::accounts::account_user::{AccountUser, AccountUserError};
use crate::operations::accounts::administer_account::AccountAction;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct SetAccountUserRoles {
    pub account: OrganizationNumber,
    pub name: Option<Name>,
    /// `None`: the roles stay as they are.
    pub roles: Option<Vec<AccountRole>>,
}

impl Core {
    pub async fn set_account_user_roles(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        command: &SetAccountUserRoles,
        now: Timestamp,
    ) -> Result<AccountUser, AccountUserError> {
        let action = AccountAction {
            name: "set-account-user-roles",
            requires: AccountRank::Admin,
        };
        let account = self.locate_account(caller, command.account).await?;
        let account = account.ok_or(AccountUserError::AccountNotFound)?;
        let mut administration = self.administer_account(caller, account, action, now).await?;
        loop {
            let administrator = administration.administrator()?;
            let (mut user, seen) = self.account_user(account, id).await?;
            if let Some(name) = &command.name {
                self.may_edit_user(&administrator, &user)?;
                user.name = name.clone();
            }
            let membership = match &command.roles {
                Some(roles) => {
                    let change = RoleChange::Replace(roles);
                    administrator.authority.change_roles(&seen, change, now)?
                }
                None => seen.clone(),
            };
            user.updated_at = now;
            let changes = Changes::new().change_membership(&user, &membership).move_owners(
                account,
                &seen.roles,
                &membership.roles,
            );
            if administration.commit(&administrator, Some(id), changes).await? {
                return Ok(AccountUser::changed(user, &membership));
            }
        }
    }
}
