//! Changing the own password, with the old one.

use jiff::Timestamp;

use crate::domain::one_time;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{Errand, NewPassword, PasswordAttempt, RateLimit, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::operations::sessions::issue_tokens::{Client, Issue, Login, OpenedSession};
use crate::store::Changes;

#[derive(Debug)]
pub struct ChangePassword {
    pub current: PasswordAttempt,
    pub new: NewPassword,
    pub revoke_other_sessions: bool,
    pub client: Client,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    #[error("the current password is wrong")]
    WrongPassword,
    #[error("the user has no password")]
    NoPassword,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ChangePasswordError);

/// The user after the change, and the session that replaces all others if they were to be revoked.
#[derive(Debug)]
pub struct ChangedPassword {
    pub user: User,
    pub session: Option<OpenedSession>,
}

impl Core {
    pub async fn change_password(
        &self,
        caller: &Caller,
        command: ChangePassword,
        now: Timestamp,
    ) -> Result<ChangedPassword, ChangePasswordError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::CHANGE_CREDENTIAL, &command.client.ip, now)
            .await?;
        let identifier = self.attempt(&caller.user.email, now).await?;
        let (Some(mut user), Some(current)) = self.store.find_user_and_password(caller.user.id).await? else {
            return Err(ChangePasswordError::NoPassword);
        };
        if !self.passwords.verify(Some(&current), &command.current).await?.matches {
            return Err(ChangePasswordError::WrongPassword);
        }
        let hash = self.passwords.hash(&command.new, &*self.entropy).await?;
        user.updated_at = now;
        let mut changes = Changes::new()
            .forgive_attempts(&user.email, &identifier)
            .drop_grant::<one_time::ResetPassword>(user.id);
        let mut session = None;
        if command.revoke_other_sessions {
            user.session_generation += 1;
            let login = anew(caller, &command.client);
            let opened = self.replace_session(&user, caller, login, now).await?;
            // Whoever had one of the others must not keep the account by another way.
            changes = changes
                .create_session(&opened.session)
                .drop_grant::<one_time::ChangeEmail>(user.id)
                .drop_grant::<one_time::DeleteUser>(user.id);
            session = Some(opened);
        }
        let notice = self.mail(Errand::PasswordChanged { user_id: user.id }, now);
        self.store
            .commit(changes.set_password(user.id, &hash).update_user(&user).enqueue(&notice))
            .await?;
        Ok(ChangedPassword { user, session })
    }
}

/// The session that goes on in place of the caller's, as remembered as that one.
fn anew<'a>(caller: &Caller, client: &'a Client) -> Login<'a> {
    Login {
        client,
        remember_me: caller.session.remember_me,
        methods: vec![AuthenticationMethod::Password],
        organization: caller.user.starting_organization(),
        issue: Issue::Session,
    }
}
