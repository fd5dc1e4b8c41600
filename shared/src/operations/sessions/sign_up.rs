//! Signing up: a new user with a password.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::password::WeakPassword;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{
    DeviceId, DeviceKey, EmailAddress, MailPurpose, Name, NewPassword, RateLimit, Redirect, SignUpRefused, User,
    UserStatus, Username,
};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::{Client, Issue, Login, OpenedSession};
use crate::passwords::PasswordOwner;
use crate::store::{Changes, Conflict};

#[derive(Debug)]
pub struct SignUp {
    pub email: EmailAddress,
    pub password: NewPassword,
    pub name: Name,
    pub username: Option<Username>,
    /// The display form of the username.
    pub display_username: Option<String>,
    /// URL of a picture.
    pub image: Option<String>,
    /// Whether the user gets an organization of their own.
    pub with_organization: bool,
    /// The tokens of the session that the sign-up opens. `None`: the contract opens none, or requires a verified
    /// address.
    pub sign_in: Option<Issue>,
    pub remember_me: bool,
    /// The final target of the link in the verification mail.
    pub callback: Option<Redirect>,
    pub captcha: CaptchaCheck,
    pub client: Client,
}

/// The new user, and the session if one was asked for.
#[derive(Debug)]
pub struct SignedUp {
    pub user: User,
    pub session: Option<OpenedSession>,
}

refusals! {
    pub enum SignUpError {
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        UsernameTaken: Conflict on UsernameTaken = "another user has the username",
        UsernameReserved: Invalid = "the username is reserved",
        AccountDeleted: Conflict = "the account of this address was deleted",
    }
    of {
        Captcha(#[from] CaptchaRefused) = "{0}",
        NotAdmitted(#[from] SignUpRefused) = "{0}",
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

impl Core {
    pub async fn sign_up(&self, command: SignUp, now: Timestamp) -> Result<SignedUp, SignUpError> {
        let (signed_up, changes) = self.prepare_sign_up(command, now).await?;
        match self.retries(now).commit_once(changes).await {
            Ok(()) => Ok(signed_up),
            Err(Lost::Refused(Conflict::EmailTaken)) => Err(self.why_taken(&signed_up.user.email).await?),
            Err(lost) => Err(lost.into()),
        }
    }

    /// For contracts that prevent the enumeration of addresses: for a taken address, too, the response is a new user
    /// after the same calls, but that user is not stored. Neither response signs in. Usernames are public, so a taken
    /// username is rejected whether or not the address is taken.
    pub async fn sign_up_silently(&self, command: SignUp, now: Timestamp) -> Result<User, SignUpError> {
        let command = SignUp {
            sign_in: None,
            ..command
        };
        let (signed_up, changes) = self.prepare_sign_up(command, now).await?;
        match self.retries(now).commit_once(changes).await {
            Ok(()) | Err(Lost::Refused(Conflict::EmailTaken)) => Ok(signed_up.user),
            Err(lost) => Err(lost.into()),
        }
    }

    /// The new user, and the changes that create it.
    async fn prepare_sign_up(&self, command: SignUp, now: Timestamp) -> Result<(SignedUp, Changes), SignUpError> {
        self.limit_rate(RateLimit::SIGN_UP, &command.client.ip, now).await?;
        self.verify_captcha(&command.captcha, &command.client, now).await?;
        self.configuration().admit_sign_up(&command.email)?;
        let owner = PasswordOwner {
            email: Some(&command.email),
            name: Some(&command.name),
            usernames: [
                command.username.as_ref().map(Username::as_str),
                command.display_username.as_deref(),
            ],
        };
        let hash = self.hash_password::<SignUpError>(&command.password, owner).await?;
        let mut user = self.build_user(command.email, command.name, now).await?;
        user.image = command.image;
        // The first conflict of a commit determines the response. That of a username must not disclose anything about
        // the address.
        let renamed = self.rename_user(
            &mut user,
            command.username.as_ref(),
            command.display_username.as_deref(),
        );
        let mut changes = renamed.ok_or(SignUpError::UsernameReserved)?;
        changes = changes.claim_email(&user.email, user.id);
        if command.with_organization {
            changes = self.start_in_solo_organization(changes, &mut user, now).await?;
        }
        if self.settings.verify_on_sign_up {
            let purpose = MailPurpose::VerifyEmail {
                user_id: user.id,
                callback: command.callback,
            };
            changes = changes.enqueue(&self.mail(purpose, now));
        }
        let device_key = DeviceKey::generate(&*self.entropy);
        changes = changes
            .create_user(&user)
            .set_password_and_device_key(user.id, &hash, &device_key);
        let mut session = None;
        if let Some(issue) = command.sign_in {
            let login = Login {
                client: &command.client,
                remember_me: command.remember_me,
                methods: vec![AuthenticationMethod::Password],
                organization: user.starting_organization(),
                issue,
            };
            let mut opened = self.open_session(&user, login, now).await?;
            opened.known_device = Some(device_key.issue(user.id, DeviceId::generate(now, &*self.entropy)));
            changes = changes.create_session(&opened.session);
            session = Some(opened);
        }
        Ok((SignedUp { user, session }, changes))
    }

    async fn why_taken(&self, email: &EmailAddress) -> Result<SignUpError, Interruption> {
        let owner = self.find_user_by_email(email).await?;
        Ok(match owner.map(|user| user.status) {
            Some(UserStatus::Deleted) => SignUpError::AccountDeleted,
            _ => SignUpError::EmailTaken,
        })
    }
}
