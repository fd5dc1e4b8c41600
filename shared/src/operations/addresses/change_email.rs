//! Moving a user to another address: asked for by the user, confirmed from the new mailbox, and told to the old one.

use jiff::Timestamp;

use crate::domain::one_time::{self, GrantRefused};
use crate::domain::user::Barred;
use crate::domain::{EmailAddress, EmailStatus, Errand, OneTimeToken, RateLimit, Redirect, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct ChangeEmail {
    pub new_email: EmailAddress,
    pub callback: Option<Redirect>,
    pub client_ip: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeEmailError {
    #[error("the address is the user's already")]
    SameEmail,
    /// Codes and new passwords would go to the new mailbox, so whoever has an old session would have all that the user is asked for.
    #[error("the second factor was not shown for this session")]
    SecondFactorNotShown,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum ConfirmEmailChangeError {
    #[error(transparent)]
    TokenRefused(#[from] GrantRefused),
    /// A mail that somebody asked for must not move their account to the mailbox of whoever opens it by mistake.
    #[error("somebody else is signed in where the mail was opened")]
    NotTheCallers,
    #[error(transparent)]
    Barred(#[from] Barred),
    /// Somebody else took it after the mail was sent.
    #[error("the address belongs to somebody")]
    EmailTaken,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ChangeEmailError, ConfirmEmailChangeError);

/// How often the caller is looked at again when another request was writing the user.
const ROUNDS: usize = 8;

impl Core {
    /// Nothing changes until the new mailbox confirms. An address that is taken gets the same answer, and no mail.
    pub async fn request_email_change(
        &self,
        caller: &Caller,
        command: ChangeEmail,
        now: Timestamp,
    ) -> Result<(), ChangeEmailError> {
        caller.expect_in_person()?;
        may_move(caller, &command.new_email)?;
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
            .await?;
        self.limit_rate(RateLimit::MAILBOX, command.new_email.mailbox(), now)
            .await?;
        let is_taken = self.store.find_owner(&command.new_email).await?.is_some();
        let errand = Errand::ChangeEmail {
            // For a taken address the same is written, of an id that nobody has.
            user_id: if is_taken {
                UserId::generate(now, &*self.entropy)
            } else {
                caller.user.id
            },
            generation: caller.session.generation,
            new_email: command.new_email.clone(),
            callback: command.callback,
        };
        let mail = self.mail(errand, now);
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            // A session that is being ended, or that lacks the second factor by now, must not move the user.
            let changes = Changes::new().enqueue(&mail).expect_user(&caller.user);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                    may_move(&caller, &command.new_email)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// The new address is the user's from now on, and verified. Tokens that went to the old one open nothing any more.
    /// `caller` is whoever is signed in where the mail was opened, if anybody is.
    pub async fn confirm_email_change(
        &self,
        caller: Option<&Caller>,
        token: &OneTimeToken<one_time::ChangeEmail>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<User, ConfirmEmailChangeError> {
        self.limit_rate(RateLimit::SPEND_TOKEN, client_ip, now).await?;
        if caller.is_some_and(|caller| caller.user.id != token.user_id) {
            return Err(ConfirmEmailChangeError::NotTheCallers);
        }
        let grant = self.store.find_grant::<one_time::ChangeEmail>(token.user_id).await?;
        let grant = grant.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        let mut user = self
            .store
            .find_user(token.user_id)
            .await?
            .ok_or(GrantRefused::Unknown)?;
        user.admit(now)?;
        if user.email == grant.email {
            // A parallel request spent the token after the grant was read.
            return Err(GrantRefused::Unknown.into());
        }
        let old_email = std::mem::replace(&mut user.email, grant.email.clone());
        user.email_verified_at = Some(now);
        user.email_status = EmailStatus::Deliverable;
        user.updated_at = now;
        let notice = Errand::EmailChanged {
            user_id: user.id,
            old_email: old_email.clone(),
        };
        let changes = Changes::new()
            .spend_grant::<one_time::ChangeEmail>(&grant)
            .claim_email(&user.email, user.id)
            .release_email(&old_email, user.id)
            .drop_grant::<one_time::VerifyEmail>(user.id)
            .drop_grant::<one_time::ResetPassword>(user.id)
            .update_user(&user)
            .enqueue(&self.mail(notice, now));
        match self.store.commit(changes).await {
            Ok(()) => Ok(user),
            Err(CommitError::Conflict(Conflict::GrantSpent)) => Err(GrantRefused::Unknown.into()),
            Err(CommitError::Conflict(Conflict::EmailTaken)) => Err(ConfirmEmailChangeError::EmailTaken),
            Err(error) => Err(error.into()),
        }
    }
}

fn may_move(caller: &Caller, to: &EmailAddress) -> Result<(), ChangeEmailError> {
    if !caller.session.may_manage_credentials(&caller.user) {
        return Err(ChangeEmailError::SecondFactorNotShown);
    }
    if *to == caller.user.email {
        return Err(ChangeEmailError::SameEmail);
    }
    Ok(())
}
