//! Signing in with an identity that a provider has vouched for. Whom it opens is decided here, and an address alone decides it only when
//! both sides have verified it: an account whose address nobody has verified may be a stranger's, with a password that would go on to
//! open it.

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::user::Barred;
use crate::domain::{EmailAddress, Errand, Identity, LinkedAccount, LinkedAccountId, Name, User, UserId, UserStatus};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::issue_tokens::{Client, Login, SignedIn};
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::social::Granted;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct IdentitySignIn {
    pub granted: Granted,
    /// Whether somebody new may come in.
    pub may_sign_up: bool,
    /// Only somebody new may come in.
    pub must_sign_up: bool,
    /// Whether a new user gets an organization of their own.
    pub with_organization: bool,
    pub policy: SignInPolicy,
    pub client: Client,
}

#[derive(Debug)]
pub struct SignedInWithIdentity {
    pub signed_in: SignedIn,
    pub is_new_user: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum IdentitySignInError {
    #[error("nobody is known by the identity, and nobody new may come in")]
    SignUpDisabled,
    #[error("the identity opens somebody already")]
    AlreadyLinked,
    #[error("the provider tells no address")]
    NoEmail,
    /// Somebody has the address, and it is not proven that they are the same.
    #[error("the address belongs to an account that the identity does not open")]
    NotLinked,
    #[error("the account of this address was deleted")]
    AccountDeleted,
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("the address is not verified")]
    EmailNotVerified,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(IdentitySignInError);

/// How often a lost race is run again.
const ROUNDS: usize = 8;

/// Whose sign-in it is.
enum Recognized {
    /// The identity opens them.
    Known(User),
    /// The address is theirs, as both sides have verified.
    ByEmail(User),
    New(EmailAddress),
}

impl Core {
    pub async fn sign_in_with_identity(
        &self,
        command: IdentitySignIn,
        now: Timestamp,
    ) -> Result<SignedInWithIdentity, IdentitySignInError> {
        for _ in 0..ROUNDS {
            let recognized = self.recognize(&command).await?;
            let attempt = match recognized {
                Recognized::Known(user) => self.admit_known(&command, user, now).await,
                Recognized::ByEmail(user) => self.admit_by_email(&command, user, now).await,
                Recognized::New(email) => self.admit_new(&command, email, now).await,
            };
            if let Some(signed_in) = attempt? {
                return Ok(signed_in);
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn recognize(&self, command: &IdentitySignIn) -> Result<Recognized, IdentitySignInError> {
        let identity = &command.granted.identity;
        if let Some(owner) = self
            .store
            .find_identity_owner(&identity.provider, &identity.subject)
            .await?
        {
            if command.must_sign_up {
                return Err(IdentitySignInError::AlreadyLinked);
            }
            // Deleted, and its identities about to be.
            let user = self.store.find_user(owner).await?;
            return user.map(Recognized::Known).ok_or(IdentitySignInError::AccountDeleted);
        }
        let owner = match &identity.email {
            Some(email) => self.owner_of(email).await?,
            None => None,
        };
        match (owner, &identity.email) {
            (Some(user), _) if user.status == UserStatus::Deleted => Err(IdentitySignInError::AccountDeleted),
            (Some(_), _) if command.must_sign_up => Err(IdentitySignInError::AlreadyLinked),
            (Some(user), _) if identity.email_verified && user.is_email_verified() => Ok(Recognized::ByEmail(user)),
            (Some(_), _) => Err(IdentitySignInError::NotLinked),
            (None, _) if !command.may_sign_up => Err(IdentitySignInError::SignUpDisabled),
            (None, Some(email)) => Ok(Recognized::New(email.clone())),
            (None, None) => Err(IdentitySignInError::NoEmail),
        }
    }

    /// `None`: what it was decided upon has changed.
    async fn admit_known(
        &self,
        command: &IdentitySignIn,
        user: User,
        now: Timestamp,
    ) -> Result<Option<SignedInWithIdentity>, IdentitySignInError> {
        let mut user = self.let_in::<IdentitySignInError>(user, now).await?;
        let identity = &command.granted.identity;
        let is_proven = identity.email_verified && identity.email.as_ref() == Some(&user.email);
        let mut changes = Changes::new();
        if is_proven && !user.is_email_verified() {
            user.email_verified_at = Some(now);
            user.updated_at = now;
            changes = changes.update_user(&user);
        }
        let seen = self
            .store
            .find_linked_account(user.id, &identity.provider, &identity.subject)
            .await?;
        let Some(seen) = seen else { return Ok(None) };
        let account = self.renewed_account(&seen, &command.granted, now).await?;
        changes = changes
            .expect_identity(&identity.provider, &identity.subject, user.id)
            .update_account(&seen, &account);
        self.admit_with(command, &user, changes, false, now).await
    }

    async fn admit_by_email(
        &self,
        command: &IdentitySignIn,
        user: User,
        now: Timestamp,
    ) -> Result<Option<SignedInWithIdentity>, IdentitySignInError> {
        let user = self.let_in::<IdentitySignInError>(user, now).await?;
        let account = self.account(&command.granted, user.id, now).await?;
        // Only while the address is the user's, and verified. Written, so that who deletes the user sees the identity.
        let changes = Changes::new().update_user(&user).link_account(&account);
        self.admit_with(command, &user, changes, false, now).await
    }

    async fn admit_new(
        &self,
        command: &IdentitySignIn,
        email: EmailAddress,
        now: Timestamp,
    ) -> Result<Option<SignedInWithIdentity>, IdentitySignInError> {
        let identity = &command.granted.identity;
        let mut user = self.new_user(email, name_of(identity), now).await?;
        user.image = identity.image.clone().filter(|image| image.len() <= IMAGE);
        user.email_verified_at = identity.email_verified.then_some(now);
        let account = self.account(&command.granted, user.id, now).await?;
        let mut changes = Changes::new().claim_email(&user.email, user.id).link_account(&account);
        if command.with_organization {
            changes = self.start_in_solo_organization(changes, &mut user, now).await?;
        }
        if !user.is_email_verified() && self.settings.verify_on_sign_up {
            let errand = Errand::VerifyEmail {
                user_id: user.id,
                callback: None,
            };
            changes = changes.enqueue(&self.mail(errand, now));
        }
        let changes = changes.create_user(&user);
        self.admit_with(command, &user, changes, true, now).await
    }

    async fn admit_with(
        &self,
        command: &IdentitySignIn,
        user: &User,
        changes: Changes,
        is_new_user: bool,
        now: Timestamp,
    ) -> Result<Option<SignedInWithIdentity>, IdentitySignInError> {
        let is_shut_out = command.policy.rejects_address_of(user);
        let login = Login {
            client: &command.client,
            remember_me: true,
            methods: vec![AuthenticationMethod::Federated],
            organization: user.starting_organization(),
            issue: command.policy.issue,
        };
        let signed_in = self.begin_session(user, login, now).await?;
        let changes = if is_shut_out {
            changes
        } else {
            changes.create_session(signed_in.session())
        };
        match self.store.commit(changes).await {
            Ok(()) if is_shut_out => Err(IdentitySignInError::EmailNotVerified),
            Ok(()) => Ok(Some(SignedInWithIdentity { signed_in, is_new_user })),
            Err(CommitError::Conflict(
                Conflict::UserMoved | Conflict::AccountMoved | Conflict::IdentityTaken | Conflict::EmailTaken,
            )) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The account with what the provider has just issued. What it has not issued anew stays: some issue a refresh token only once.
    pub(in crate::operations) async fn renewed_account(
        &self,
        seen: &LinkedAccount,
        granted: &Granted,
        now: Timestamp,
    ) -> Result<LinkedAccount, Interruption> {
        let mut tokens = granted.tokens.clone();
        if !tokens.is_complete() {
            tokens = tokens.or(self.open_tokens(seen).await?);
        }
        Ok(LinkedAccount {
            tokens: self.seal_tokens(&tokens, seen.user_id).await?,
            access_token_expires_at: tokens.access_token_expires_at,
            scopes: tokens.scopes,
            updated_at: now,
            ..seen.clone()
        })
    }

    /// A fresh account of the identity, the provider's tokens sealed for it.
    pub(in crate::operations) async fn account(
        &self,
        granted: &Granted,
        user: UserId,
        now: Timestamp,
    ) -> Result<LinkedAccount, Interruption> {
        let Granted { identity, tokens } = granted;
        Ok(LinkedAccount {
            id: LinkedAccountId::generate(now, &*self.entropy),
            user_id: user,
            provider: identity.provider.clone(),
            subject: identity.subject.clone(),
            scopes: tokens.scopes.clone(),
            tokens: self.seal_tokens(tokens, user).await?,
            access_token_expires_at: tokens.access_token_expires_at,
            created_at: now,
            updated_at: now,
        })
    }
}

/// Longest name that is taken from a provider, in characters.
const NAME: usize = 256;
/// Longest URL of a picture: it is read with every session check.
const IMAGE: usize = 2048;

fn name_of(identity: &Identity) -> Name {
    let named = identity.name.as_deref().unwrap_or_default();
    Name::full(&named.chars().take(NAME).collect::<String>())
}
