//! Sending users of an account the mail again with which they can sign in for the first time, as an administrator of
//! the account. Tokens of earlier mails become invalid.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::one_time::{Purpose, SetPassword, VerifyEmail};
use crate::domain::user::Activation;
use crate::domain::{
    AccountAuthority, AccountRank, EmailAddress, MailPurpose, OrganizationId, OrganizationNumber, RateLimit,
    RequestedMail, User, UserStatus, admin_roles,
};
use crate::operations::accounts::administer_account::AccountAction;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::{Changes, StoreError};

/// A user to be reminded, in the account with the number if the client names one.
#[derive(Debug, Clone)]
pub struct Reminder {
    pub email: EmailAddress,
    pub account: Option<OrganizationNumber>,
}

/// A mail that was enqueued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminded {
    /// The lifetime of the link.
    pub expires_in: SignedDuration,
}

refusals! {
    pub enum RemindUserError {
        NotPermitted: Forbidden = "the caller administers no account",
        /// An address without a user, or with a user whom the caller does not administer.
        UserNotFound: NotFound = "the caller administers no user with the address",
        AlreadyVerified: Conflict = "the address of the user is verified",
        /// Only an administrator can make the user active again.
        Inactive: Forbidden = "the user is not active",
        /// The address is in the request twice.
        Repeated: Conflict = "the address is repeated",
    }
}

const ACTION: AccountAction = AccountAction {
    name: "remind-account-user",
    requires: AccountRank::GroupAdmin,
};

/// How many tokens of earlier mails one commit revokes.
const REVOKED_AT_ONCE: usize = 40;

impl Core {
    pub async fn remind_account_user(
        &self,
        caller: &Assured<StepUp>,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Reminded, RemindUserError> {
        expect_administrator(caller)?;
        let user = self.find_user_by_email(email).await?;
        self.limit_rate(RateLimit::ADMIN, caller.user.id, now).await?;
        self.remind(caller, user, None, now).await
    }

    /// The outcomes in the order of the reminders. The users are read in two round trips.
    pub async fn remind_account_users(
        &self,
        caller: &Assured<StepUp>,
        reminders: &[Reminder],
        now: Timestamp,
    ) -> Result<Vec<Result<Reminded, RemindUserError>>, RemindUserError> {
        expect_administrator(caller)?;
        self.limit_rate(RateLimit::ADMIN, caller.user.id, now).await?;
        let mut emails: BTreeSet<EmailAddress> = reminders.iter().map(|reminder| reminder.email.clone()).collect();
        let mut users = self.store.find_users_by_email(&emails).await?;
        let mut outcomes = Vec::with_capacity(reminders.len());
        for reminder in reminders {
            // One commit after another: each requires the caller to be unchanged, so parallel ones would conflict.
            let outcome = if emails.remove(&reminder.email) {
                let user = users.remove(&reminder.email);
                self.remind(caller, user, reminder.account, now).await
            } else {
                Err(RemindUserError::Repeated)
            };
            match outcome {
                // The caller would be answered alike for each further user.
                Err(RemindUserError::Interrupted(interruption @ Interruption::SessionGone)) => {
                    return Err(interruption.into());
                }
                outcome => outcomes.push(outcome),
            }
        }
        Ok(outcomes)
    }

    async fn remind(
        &self,
        caller: &Assured<StepUp>,
        user: Option<User>,
        number: Option<OrganizationNumber>,
        now: Timestamp,
    ) -> Result<Reminded, RemindUserError> {
        let mut user = user.ok_or(RemindUserError::UserNotFound)?;
        let account = administered_account(&caller.user, &user, number).ok_or(RemindUserError::UserNotFound)?;
        let mut administration = self.uncounted_administration(caller, account, ACTION, now);
        loop {
            let Ok(administrator) = administration.administrator() else {
                return Err(RemindUserError::UserNotFound);
            };
            let (changes, reminded) = self.reminder(&user, account, now).await?;
            // The limit comes last, because the first of several failed conditions determines the error.
            let mailbox = RequestedMail::VerifyEmail.window(&user.email, now);
            let changes = self.counted(changes.require_user(&user), &mailbox);
            if administration.commit(&administrator, Some(user.id), changes).await? {
                return Ok(reminded);
            }
            let found = self.store.find_user(user.id).await?;
            user = found.ok_or(RemindUserError::UserNotFound)?;
        }
    }

    /// The mail that the user needs, and the end of the tokens of earlier ones.
    async fn reminder(
        &self,
        user: &User,
        account: OrganizationId,
        now: Timestamp,
    ) -> Result<(Changes, Reminded), RemindUserError> {
        if user.is_email_verified() {
            return Err(RemindUserError::AlreadyVerified);
        }
        let (verify, set_password) = (
            self.settings.verify_email_lifetime,
            self.configuration().invitation_lifetime,
        );
        match user.activation() {
            Some(activation) => {
                let (changes, expires_in) = match activation {
                    Activation::VerifyEmail => (self.revoke_grants::<VerifyEmail>(user).await?, verify),
                    Activation::SetPassword => (self.revoke_grants::<SetPassword>(user).await?, set_password),
                };
                let mail = self.activation_mail(user.id, account, now);
                Ok((changes.enqueue(&mail), Reminded { expires_in }))
            }
            None if user.status == UserStatus::Active => {
                let purpose = MailPurpose::VerifyEmail {
                    user_id: user.id,
                    callback: None,
                };
                let changes = self.revoke_grants::<VerifyEmail>(user).await?;
                let changes = changes.enqueue(&self.mail(purpose, now));
                Ok((changes, Reminded { expires_in: verify }))
            }
            None => Err(RemindUserError::Inactive),
        }
    }

    async fn revoke_grants<P: Purpose>(&self, user: &User) -> Result<Changes, StoreError> {
        let grants = self.store.list_open_grants::<P>(user.id).await?;
        let some = grants.iter().take(REVOKED_AT_ONCE);
        Ok(some.fold(Changes::new(), Changes::revoke_grant::<P>))
    }
}

/// A caller who administers no account learns nothing about addresses.
fn expect_administrator(caller: &Caller) -> Result<(), RemindUserError> {
    let mut memberships = caller.user.memberships.iter();
    if admin_roles::is_super(&caller.user) || memberships.any(|own| administers(&caller.user, own.organization_id)) {
        Ok(())
    } else {
        Err(RemindUserError::NotPermitted)
    }
}

/// The account of the user that the administrator administers: the one with the number, or else the first.
fn administered_account(
    administrator: &User,
    user: &User,
    number: Option<OrganizationNumber>,
) -> Option<OrganizationId> {
    let mut accounts = user.memberships.iter().filter(|membership| {
        number.is_none_or(|number| number == membership.organization_number)
            && administers(administrator, membership.organization_id)
    });
    accounts.next().map(|membership| membership.organization_id)
}

fn administers(user: &User, account: OrganizationId) -> bool {
    let authority = AccountAuthority::of(user, account);
    authority.is_ok_and(|authority| authority.require(ACTION.requires).is_ok())
}
