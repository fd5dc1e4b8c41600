//! A new user with a password.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::{
    EmailAddress, EmailStatus, Errand, Name, NewPassword, Profile, RateLimit, Redirect, User, UserId, UserNumber,
    UserStatus, Username,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::issue_tokens::{Client, Issue, Login, OpenedSession};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct SignUp {
    pub email: EmailAddress,
    pub password: NewPassword,
    pub name: Name,
    pub username: Option<Username>,
    /// How the username is shown.
    pub display_username: Option<String>,
    /// URL of a picture.
    pub image: Option<String>,
    /// Whether the user gets an organization of their own.
    pub with_organization: bool,
    /// Whether the user is signed in right away, and with what; `None` when the contract does not, or wants the address verified
    /// first.
    pub sign_in: Option<Issue>,
    pub remember_me: bool,
    /// Where the verification mail leads in the end.
    pub callback: Option<Redirect>,
    pub client: Client,
}

/// The new user, and the session if one was asked for.
#[derive(Debug)]
pub struct SignedUp {
    pub user: User,
    pub session: Option<OpenedSession>,
}

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error("the address belongs to somebody")]
    EmailTaken,
    #[error("the username belongs to somebody")]
    UsernameTaken,
    #[error("the account of this address was deleted")]
    AccountDeleted,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(SignUpError);

impl Core {
    pub async fn sign_up(&self, command: SignUp, now: Timestamp) -> Result<SignedUp, SignUpError> {
        let (signed_up, changes) = self.prepare_sign_up(command, now).await?;
        match self.store.commit(changes).await {
            Ok(()) => Ok(signed_up),
            Err(CommitError::Conflict(Conflict::UsernameTaken)) => Err(SignUpError::UsernameTaken),
            Err(CommitError::Conflict(Conflict::EmailTaken)) => Err(self.why_taken(&signed_up.user.email).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// For contracts that do not tell whether an address is taken. Then, too, the answer is a new user, after the same calls; but
    /// nobody stored that user, and nobody is signed in either way. A username is public, so that one is taken is told, whether or not
    /// the address is.
    pub async fn sign_up_silently(&self, command: SignUp, now: Timestamp) -> Result<User, SignUpError> {
        let command = SignUp {
            sign_in: None,
            ..command
        };
        let (signed_up, changes) = self.prepare_sign_up(command, now).await?;
        match self.store.commit(changes).await {
            Ok(()) | Err(CommitError::Conflict(Conflict::EmailTaken)) => Ok(signed_up.user),
            Err(CommitError::Conflict(Conflict::UsernameTaken)) => Err(SignUpError::UsernameTaken),
            Err(error) => Err(error.into()),
        }
    }

    /// The new user, and what makes it true.
    async fn prepare_sign_up(&self, command: SignUp, now: Timestamp) -> Result<(SignedUp, Changes), SignUpError> {
        self.limit_rate(RateLimit::SIGN_UP, &command.client.ip, now).await?;
        let hash = self.passwords.hash(&command.password, &*self.entropy).await?;
        let mut user = self.new_user(command.email, command.name, now).await?;
        user.image = command.image;
        user.username = command.username;
        user.display_username = command.display_username;
        let mut changes = Changes::new();
        if let Some(username) = &user.username {
            // First, so that its conflict is the one that is told: it must say nothing of the address.
            changes = changes.claim_username(username, user.id);
        }
        changes = changes.claim_email(&user.email, user.id);
        if command.with_organization {
            changes = self.start_in_solo_organization(changes, &mut user, now).await?;
        }
        if self.settings.verify_on_sign_up {
            let errand = Errand::VerifyEmail {
                user_id: user.id,
                callback: command.callback,
            };
            changes = changes.enqueue(&self.mail(errand, now));
        }
        changes = changes.create_user(&user).set_password(user.id, &hash);
        let mut session = None;
        if let Some(issue) = command.sign_in {
            let login = Login {
                client: &command.client,
                remember_me: command.remember_me,
                methods: vec![AuthenticationMethod::Password],
                organization: user.starting_organization(),
                issue,
            };
            let opened = self.open_session(&user, login, now).await?;
            changes = changes.create_session(&opened.session);
            session = Some(opened);
        }
        Ok((SignedUp { user, session }, changes))
    }

    /// An active user, not yet written.
    pub(in crate::operations) async fn new_user(
        &self,
        email: EmailAddress,
        name: Name,
        now: Timestamp,
    ) -> Result<User, Interruption> {
        Ok(User {
            id: UserId::generate(now, &*self.entropy),
            number: UserNumber(self.user_numbers.next(&self.store).await?),
            email,
            email_verified_at: None,
            email_status: EmailStatus::Deliverable,
            username: None,
            display_username: None,
            name,
            image: None,
            profile: Profile::default(),
            status: UserStatus::Active,
            roles: BTreeSet::new(),
            custom_roles: BTreeSet::new(),
            memberships: Vec::new(),
            default_organization: None,
            two_factor_enabled: false,
            has_authenticator: false,
            trust_generation: 0,
            session_generation: 0,
            created_at: now,
            updated_at: now,
            version: 1,
        })
    }

    async fn why_taken(&self, email: &EmailAddress) -> Result<SignUpError, Interruption> {
        let owner = match self.store.find_owner(email).await? {
            Some(owner) => self.store.find_user(owner).await?,
            None => None,
        };
        let deleted = owner.is_some_and(|user| user.status == UserStatus::Deleted);
        Ok(if deleted {
            SignUpError::AccountDeleted
        } else {
            SignUpError::EmailTaken
        })
    }
}
