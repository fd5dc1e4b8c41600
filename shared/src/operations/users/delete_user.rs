//! Deleting the own account: with the password, from a fresh session, or with the token of a mail.

use jiff::Timestamp;

use crate::domain::one_time::{self, GrantRefused};
use crate::domain::{
    MailPurpose, OneTimeGrant, OneTimeToken, PasswordAttempt, RateLimit, Redirect, RequestingSession, User, admin_roles,
};
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::Changes;

#[derive(Debug)]
pub struct DeleteUser {
    pub password: Option<PasswordAttempt>,
    pub token: Option<OneTimeToken<one_time::DeleteUser>>,
    pub callback: Option<Redirect>,
    pub client_ip: String,
}

/// The progress of a deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    Done,
    /// A mail asks for confirmation.
    MailSent,
}

refusals! {
    pub enum DeleteUserError {
        WrongPassword: Unauthenticated = "the password is wrong",
        NoPassword: Conflict = "the user has no password",
        /// Without the password, the deletion requires a recent sign-in.
        SessionNotFresh: Unauthenticated = "the session is not fresh",
        /// Without an administrator, no user could administer users any more.
        LastAdministrator: Conflict = "the user is the only administrator",
        /// The user is the only owner of an organization that has other members.
        OnlyOwner: Conflict on LastOwner | LastAdministrator = "the user is the only owner of an organization that has other members",
    }
    of {
        TokenRefused(#[from] GrantRefused) [GrantRefused::Unknown] on GrantSpent = "{0}",
    }
}

impl Core {
    pub async fn delete_user(
        &self,
        caller: &Assured<InPerson>,
        command: DeleteUser,
        now: Timestamp,
    ) -> Result<Deletion, DeleteUserError> {
        if let Some(password) = &command.password {
            self.verify_own_password(caller, password, &command.client_ip, now)
                .await?;
        }
        if let Some(token) = &command.token {
            self.confirm_deletion(caller, token, &command.client_ip, now).await?;
            return Ok(Deletion::Done);
        }
        if self.settings.confirm_deletion_by_mail {
            self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
                .await?;
            let purpose = MailPurpose::DeleteUser {
                user_id: caller.user.id,
                requester: Some(RequestingSession::of(&caller.user, &caller.session)),
                callback: command.callback,
            };
            self.store
                .commit(Changes::new().enqueue(&self.mail(purpose, now)))
                .await?;
            return Ok(Deletion::MailSent);
        }
        if command.password.is_none() && !caller.session.is_fresh(&self.settings.sessions, now) {
            return Err(DeleteUserError::SessionNotFresh);
        }
        self.erase_caller(caller, None, now).await?;
        Ok(Deletion::Done)
    }

    /// The user whose deletion the token of a mail confirms, for a page that then asks for the password. The token stays
    /// valid.
    pub async fn user_of_deletion(
        &self,
        token: &OneTimeToken<one_time::DeleteUser>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<User, DeleteUserError> {
        let check = async {
            let grant = self.store.find_grant::<one_time::DeleteUser>(token.user_id).await?;
            let grant = grant.ok_or(GrantRefused::Unknown)?;
            grant.open(&token.secret, now)?;
            let user = self.store.find_user(token.user_id).await?;
            let user = user.filter(|user| grant.is_requested_by(user));
            Ok(user.ok_or(GrantRefused::Unknown)?)
        };
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, check).await
    }

    /// The token must be the caller's own: the link of a mail deletes only the account of the user who is signed in
    /// where it is opened.
    pub async fn confirm_deletion(
        &self,
        caller: &Assured<InPerson>,
        token: &OneTimeToken<one_time::DeleteUser>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), DeleteUserError> {
        let erasure = Box::pin(self.spend_and_erase(caller, token, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, erasure)
            .await
    }

    async fn spend_and_erase(
        &self,
        caller: &Assured<InPerson>,
        token: &OneTimeToken<one_time::DeleteUser>,
        now: Timestamp,
    ) -> Result<(), DeleteUserError> {
        if token.user_id != caller.user.id {
            return Err(GrantRefused::Unknown.into());
        }
        let grant = self.store.find_grant::<one_time::DeleteUser>(caller.user.id).await?;
        let grant = grant.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        self.erase_caller(caller, Some(&grant), now).await
    }

    async fn erase_caller(
        &self,
        caller: &Assured<InPerson>,
        grant: Option<&OneTimeGrant>,
        now: Timestamp,
    ) -> Result<(), DeleteUserError> {
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let user = attempts.caller().user.clone();
            if grant.is_some_and(|grant| !grant.is_requested_by(&user)) {
                return Err(GrantRefused::Unknown.into());
            }
            let mut changes = match grant {
                Some(grant) => Changes::new().spend_grant::<one_time::DeleteUser>(grant),
                None => Changes::new().drop_grant::<one_time::DeleteUser>(user.id),
            };
            if admin_roles::are_of_administrator(&user.roles) {
                let other = self.other_administrator(user.id, now).await?;
                changes = changes.require_user(&other.ok_or(DeleteUserError::LastAdministrator)?);
            }
            if self.erase_user(&mut attempts, user, changes).await? {
                return Ok(());
            }
        }
    }
}

impl From<NotProven> for DeleteUserError {
    fn from(reason: NotProven) -> Self {
        match reason {
            NotProven::WrongPassword => Self::WrongPassword,
            NotProven::NoPassword => Self::NoPassword,
            NotProven::Interrupted(interruption) => Self::Interrupted(interruption),
        }
    }
}
