//! Changing a user of an account, as an administrator of the account: name, address, activation status and roles. Users
//! change their own name here, too.

use jiff::Timestamp;

use crate::domain::account::RoleChange;
use crate::domain::{
    AccountMember, AccountRank, AccountRole, ActivationStatus, EmailAddress, Mail, MailPurpose, Membership, Name,
    OrganizationId, OrganizationNumber, Patch, PlatformRole, RequestedMail, User, UserId, UserStatus, admin_roles,
};
use crate::operations::accounts::account_user::{AccountUser, AccountUserError};
use crate::operations::accounts::administer_account::{AccountAction, AccountAdministrator};
use crate::operations::addresses::replace_address::replace_address;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

/// Absent fields keep their value.
#[derive(Debug, Default)]
pub struct UpdateAccountUser {
    /// `None`: the account in which the caller acts.
    pub account: Option<OrganizationNumber>,
    pub name: Option<Name>,
    pub email: Option<EmailAddress>,
    pub email_verified: Patch<Timestamp>,
    pub status: Option<ActivationStatus>,
    pub role: Option<RoleUpdate>,
    /// The role in which the user acts.
    pub active_role: Option<AccountRole>,
}

/// A change of one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleUpdate {
    pub role: AccountRole,
    pub operation: RoleOperation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleOperation {
    /// The role becomes the one in which the user acts.
    Add,
    Activate,
    Deactivate,
    Remove,
}

impl UpdateAccountUser {
    fn only_renames(&self) -> bool {
        let is_otherwise_empty = self.email.is_none()
            && self.email_verified == Patch::Keep
            && self.status.is_none()
            && self.role.is_none()
            && self.active_role.is_none();
        self.name.is_some() && is_otherwise_empty
    }

    /// Whether it changes with what the user signs in, or whether the user may.
    fn changes_access(&self) -> bool {
        self.email.is_some() || self.email_verified != Patch::Keep || self.status.is_some()
    }
}

impl Core {
    /// Only a session with a step-up changes another user, and other things than the own name.
    pub async fn update_account_user(
        &self,
        caller: &Caller,
        id: UserId,
        command: &UpdateAccountUser,
        now: Timestamp,
    ) -> Result<AccountUser, AccountUserError> {
        let account = self.account_of_update(caller, id, command.account).await?;
        if caller.user.id == id && command.only_renames() {
            return self.rename_in_account(caller, account, command, now).await;
        }
        let caller: Assured<StepUp> = self.assure(caller.clone(), now)?;
        let action = AccountAction {
            name: "update-account-user",
            requires: AccountRank::GroupAdmin,
        };
        let mut administration = self.administer_account(&caller, account, action, now).await?;
        loop {
            let administrator = administration.administrator()?;
            let (user, seen) = self.account_user(account, id).await?;
            self.may_replace_address(&administrator, account, &user, command)
                .await?;
            let mut update = Update {
                core: self,
                administrator: &administrator,
                command,
                user,
                membership: seen.clone(),
                changes: Changes::new(),
                now,
            };
            update.apply()?;
            let Update {
                user,
                membership,
                changes,
                ..
            } = update;
            let changes =
                changes
                    .change_membership(&user, &membership)
                    .move_owners(account, &seen.roles, &membership.roles);
            let changes = self.count_mail(changes, command, &user, now);
            if administration.commit(&administrator, Some(id), changes).await? {
                return Ok(AccountUser::changed(user, &membership));
            }
        }
    }

    /// A super administrator need not be a member of the account: without a number, it is the one in which the user
    /// starts.
    async fn account_of_update(
        &self,
        caller: &Caller,
        id: UserId,
        number: Option<OrganizationNumber>,
    ) -> Result<OrganizationId, AccountUserError> {
        if let Some(number) = number {
            let account = self.locate_account(caller, number).await?;
            return account.ok_or(AccountUserError::AccountNotFound);
        }
        if admin_roles::is_super(&caller.user) {
            let user = self.store.find_user(id).await?.ok_or(AccountUserError::UserNotFound)?;
            let first = || user.memberships.first().map(|membership| membership.organization_id);
            return AccountMember::home_of(&user)
                .or_else(first)
                .ok_or(AccountUserError::UserNotFound);
        }
        let acting = caller.session.active_organization;
        acting
            .or_else(|| AccountMember::home_of(&caller.user))
            .ok_or(AccountUserError::AccountNotFound)
    }

    async fn rename_in_account(
        &self,
        caller: &Caller,
        account: OrganizationId,
        command: &UpdateAccountUser,
        now: Timestamp,
    ) -> Result<AccountUser, AccountUserError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let membership = caller.user.membership(account).cloned();
            let membership = membership.ok_or(AccountUserError::UserNotFound)?;
            let mut user = caller.user.clone();
            if let Some(name) = &command.name {
                user.name = name.clone();
            }
            user.updated_at = now;
            if attempts.commit(Changes::new().update_user(&user)).await? {
                return Ok(AccountUser::changed(user, &membership));
            }
        }
    }

    /// A user who has verified the address may use it in every contract, and any user may own an account and create
    /// users in it. So administrators replace a verified address only in a domain for which a super administrator has
    /// vouched: otherwise they would take over a user whom they had invited.
    async fn may_replace_address(
        &self,
        administrator: &AccountAdministrator,
        account: OrganizationId,
        user: &User,
        command: &UpdateAccountUser,
    ) -> Result<(), AccountUserError> {
        let is_replaced = command.email.as_ref().is_some_and(|new| *new != user.email);
        if !is_replaced || !user.is_email_verified() || administrator.authority.is_super() {
            return Ok(());
        }
        let organization = self.store.find_organization(account).await?;
        let domain = organization.and_then(|organization| organization.account.sso_domain);
        if domain.is_some_and(|domain| domain.eq_ignore_ascii_case(user.email.domain())) {
            Ok(())
        } else {
            Err(AccountUserError::ProvenAddress)
        }
    }

    /// Mail to an address that its owner has not asked for counts against the mailbox. The limit comes last, because
    /// the first of several failed conditions determines the error.
    fn count_mail(&self, changes: Changes, command: &UpdateAccountUser, user: &User, now: Timestamp) -> Changes {
        match &command.email {
            Some(_) => self.counted(changes, &RequestedMail::Invitation.window(user.email.mailbox(), now)),
            None => changes,
        }
    }
}

/// An update in one attempt.
struct Update<'a> {
    core: &'a Core,
    administrator: &'a AccountAdministrator,
    command: &'a UpdateAccountUser,
    user: User,
    membership: Membership,
    changes: Changes,
    now: Timestamp,
}

impl Update<'_> {
    fn apply(&mut self) -> Result<(), AccountUserError> {
        let command = self.command;
        if command.name.is_some() || command.changes_access() {
            self.core.may_edit_user(self.administrator, &self.user)?;
        }
        // A stolen session of an administrator must not take over the account, or lock its owner out.
        if command.changes_access() && self.administrator.caller.user.id == self.user.id {
            return Err(AccountUserError::Yourself);
        }
        if let Some(name) = &command.name {
            self.user.name = name.clone();
        }
        self.set_email();
        self.set_verification()?;
        if let Some(status) = command.status {
            self.set_status(status)?;
        }
        if let Some(update) = command.role {
            self.change_role(update)?;
        }
        if let Some(role) = command.active_role {
            self.choose_role(role)?;
        }
        self.user.updated_at = self.now;
        Ok(())
    }

    /// The new address has to be verified. Both mailboxes learn of it, and no session and no mail from before counts.
    fn set_email(&mut self) {
        let Some(new) = self.command.email.as_ref().filter(|new| **new != self.user.email) else {
            return;
        };
        let (old_email, was_verified) = (self.user.email.clone(), self.user.is_email_verified());
        let changes = std::mem::take(&mut self.changes);
        let changes = replace_address(&mut self.user, new, changes);
        self.user.end_sessions(self.now);
        let user_id = self.user.id;
        let notice = self.core.mail(
            MailPurpose::EmailChanged {
                user_id,
                old_email,
                was_verified,
            },
            self.now,
        );
        self.changes = changes.enqueue(&notice).enqueue(&self.mail_to_new_address());
    }

    fn mail_to_new_address(&self) -> Mail {
        let user_id = self.user.id;
        if self.user.activation().is_some() {
            let account = self.membership.organization_id;
            return self.core.activation_mail(user_id, account, self.now);
        }
        let purpose = MailPurpose::VerifyEmail {
            user_id,
            callback: None,
        };
        self.core.mail(purpose, self.now)
    }

    /// A super administrator confirms an address afterwards. None becomes verified by being written.
    fn set_verification(&mut self) -> Result<(), AccountUserError> {
        let verified = match &self.command.email_verified {
            Patch::Keep => return Ok(()),
            Patch::Clear => None,
            Patch::Set(at) => Some((*at).min(self.now)),
        };
        if !self.administrator.authority.is_super() {
            return Err(AccountUserError::OnlySuperAdmin);
        }
        if verified.is_none() || self.command.email.is_none() {
            self.user.email_verified_at = verified;
        }
        Ok(())
    }

    /// An administrator deactivates a user, and makes a deactivated one active again. The other states are reached by
    /// the user. A ban or a suspension by the service is not lifted here.
    fn set_status(&mut self, status: ActivationStatus) -> Result<(), AccountUserError> {
        if status == ActivationStatus::of(&self.user) && status != ActivationStatus::Inactive {
            return Ok(());
        }
        match (status, &mut self.user.status) {
            (ActivationStatus::Inactive, UserStatus::Inactive | UserStatus::Deleted) => {}
            (ActivationStatus::Inactive, UserStatus::Banned { former, .. }) => **former = UserStatus::Inactive,
            (ActivationStatus::Inactive, _) => {
                self.user.status = UserStatus::Inactive;
                self.user.end_sessions(self.now);
            }
            (ActivationStatus::Active, UserStatus::Inactive) => self.user.status = UserStatus::Active,
            _ => return Err(AccountUserError::StatusRefused),
        }
        Ok(())
    }

    fn change_role(&mut self, update: RoleUpdate) -> Result<(), AccountUserError> {
        let RoleUpdate { role, operation } = update;
        if role == AccountRole::SuperAdmin {
            return self.change_super_admin(operation);
        }
        let change = match operation {
            RoleOperation::Add => RoleChange::Add(role),
            RoleOperation::Activate => RoleChange::Activate(role),
            RoleOperation::Deactivate => RoleChange::Deactivate(role),
            RoleOperation::Remove => RoleChange::Remove(role),
        };
        if operation == RoleOperation::Add {
            self.expect_overruled()?;
        }
        let authority = self.administrator.authority;
        self.membership = authority.change_roles(&self.membership, change, self.now)?;
        Ok(())
    }

    /// The role is one of the service: it counts in every account. Super administrators do not take it from themselves,
    /// so that one always remains.
    fn change_super_admin(&mut self, operation: RoleOperation) -> Result<(), AccountUserError> {
        if !self.administrator.authority.is_super() {
            return Err(AccountUserError::OnlySuperAdmin);
        }
        let is_held = self.user.roles.contains(&PlatformRole::SuperAdmin);
        match operation {
            RoleOperation::Add => {
                self.membership.active_role = Some(AccountRole::SuperAdmin);
                if self.user.roles.insert(PlatformRole::SuperAdmin) {
                    // An attacker who has a session of the user must not gain the role.
                    self.user.end_sessions(self.now);
                }
                Ok(())
            }
            RoleOperation::Activate | RoleOperation::Deactivate | RoleOperation::Remove if !is_held => {
                Err(AccountUserError::RoleNotHeld)
            }
            RoleOperation::Activate => Ok(()),
            RoleOperation::Deactivate => Err(AccountUserError::RoleOfService),
            RoleOperation::Remove => {
                if self.administrator.caller.user.id == self.user.id {
                    return Err(AccountUserError::Yourself);
                }
                self.user.roles.remove(&PlatformRole::SuperAdmin);
                if AccountMember::of_membership(&self.user, &self.membership).is_none() {
                    return Err(AccountUserError::LastRole);
                }
                self.membership.active_role = None;
                Ok(())
            }
        }
    }

    /// Applications go by the role in which a user acts. So an administrator changes it for users with more rights no
    /// more than their roles.
    fn expect_overruled(&self) -> Result<(), AccountUserError> {
        let authority = self.administrator.authority;
        let is_overruled = authority.may_overrule(&self.membership.roles)
            && (authority.is_super() || !self.user.roles.contains(&PlatformRole::SuperAdmin));
        if is_overruled || self.administrator.caller.user.id == self.user.id {
            Ok(())
        } else {
            Err(AccountUserError::NotPermitted)
        }
    }

    fn choose_role(&mut self, role: AccountRole) -> Result<(), AccountUserError> {
        self.expect_overruled()?;
        let member = AccountMember::of_membership(&self.user, &self.membership);
        let states = member.map(|member| member.roles).unwrap_or_default();
        let state = states.iter().find(|state| state.role == role);
        if !state.ok_or(AccountUserError::RoleNotHeld)?.is_active {
            return Err(AccountUserError::RoleInactive);
        }
        self.membership.active_role = Some(role);
        Ok(())
    }
}
