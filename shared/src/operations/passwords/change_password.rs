//! Changing the own password, with the old one.

use jiff::Timestamp;

use crate::domain::one_time;
use crate::domain::password::WeakPassword;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{
    DeviceId, DeviceKey, KnownDeviceToken, MailPurpose, NewPassword, PasswordAttempt, PasswordHash, Session, User,
    UserId,
};
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::operations::sessions::open_session::Client;
use crate::operations::sessions::renew_session::RenewedSession;
use crate::passwords::PasswordOwner;
use crate::store::Changes;

#[derive(Debug)]
pub struct ChangePassword {
    pub current: PasswordAttempt,
    pub new: NewPassword,
    pub other_sessions: OtherSessions,
    pub client: Client,
}

/// What happens to the sessions of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherSessions {
    Kept,
    /// The others end, and the caller's is replaced by a new one, whose tokens the contract hands out.
    EndedAndOwnRenewed,
    /// The others end, for a contract whose answer has no tokens.
    Ended,
}

refusals! {
    pub enum ChangePasswordError {
        WrongPassword: Unauthenticated = "the current password is wrong",
        NoPassword: Conflict = "the user has no password",
    }
    of {
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

/// The user after the change, and the session that replaces the caller's, if it was to be renewed.
#[derive(Debug)]
pub struct ChangedPassword {
    /// The user as read before the change.
    pub before: User,
    pub user: User,
    pub session: Option<RenewedSession>,
    /// Makes the client a known device again: the change has forgotten all others, of which one may be stolen.
    pub device: KnownDeviceToken,
}

impl Core {
    pub async fn change_password(
        &self,
        caller: &Assured<InPerson>,
        command: ChangePassword,
        now: Timestamp,
    ) -> Result<ChangedPassword, ChangePasswordError> {
        let proven = self
            .prove_own_password(caller, &command.current, &command.client.ip, now)
            .await?;
        let mut current = proven.hash.clone();
        let hash = self
            .hash_password::<ChangePasswordError>(&command.new, PasswordOwner::of(&caller.user))
            .await?;
        let notice = self.mail(
            MailPurpose::PasswordChanged {
                user_id: caller.user.id,
            },
            now,
        );
        let device_key = DeviceKey::generate(&*self.entropy);
        let device = device_key.issue(caller.user.id, DeviceId::generate(now, &*self.entropy));
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let mut user = attempts.caller().user.clone();
            user.updated_at = now;
            user.password_generation += 1;
            user.is_password_reset = false;
            // An attacker who had a session may have requested the mails.
            let changes = proven
                .forgive(Changes::new())
                .drop_grant::<one_time::ResetPassword>(user.id)
                .drop_grant::<one_time::ChangeEmail>(user.id)
                .drop_grant::<one_time::DeleteUser>(user.id)
                .set_password_and_device_key(user.id, &hash, &device_key)
                .enqueue(&notice);
            let before = attempts.caller();
            let (is_committed, renewed) = match command.other_sessions {
                OtherSessions::Kept => (attempts.commit(changes.update_user(&user)).await?, None),
                OtherSessions::EndedAndOwnRenewed => {
                    user.end_sessions(now);
                    let verified = Some(AuthenticationMethod::Password);
                    let renewed = attempts.commit_and_renew(changes, user.clone(), verified).await?;
                    (renewed.is_some(), renewed)
                }
                OtherSessions::Ended => {
                    user.end_sessions(now);
                    let own = Session {
                        generation: user.session_generation,
                        ..before.session.clone()
                    };
                    let changes = changes.update_session(&own).update_user(&user);
                    (attempts.commit(changes).await?, None)
                }
            };
            if is_committed {
                return Ok(ChangedPassword {
                    before: before.user.clone(),
                    user: renewed.as_ref().map_or(user, |renewed| renewed.user.clone()),
                    session: renewed,
                    device,
                });
            }
            let user = &attempts.caller().user;
            current = self.verified_hash(user.id, &command.current, current).await?;
        }
    }

    /// The stored hash, if it matches the password. `known` is a hash that is known to match, because verifying costs
    /// as much as a sign-in.
    async fn verified_hash(
        &self,
        user: UserId,
        password: &PasswordAttempt,
        known: PasswordHash,
    ) -> Result<PasswordHash, ChangePasswordError> {
        let (_, stored) = self.store.find_user_and_password(user).await?;
        let stored = stored.ok_or(ChangePasswordError::NoPassword)?;
        if known == stored || self.passwords.verify(Some(&stored), password).await?.matches {
            Ok(stored)
        } else {
            Err(ChangePasswordError::WrongPassword)
        }
    }
}

impl From<NotProven> for ChangePasswordError {
    fn from(reason: NotProven) -> Self {
        match reason {
            NotProven::WrongPassword => Self::WrongPassword,
            NotProven::NoPassword => Self::NoPassword,
            NotProven::Interrupted(interruption) => Self::Interrupted(interruption),
        }
    }
}
