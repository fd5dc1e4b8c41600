//! Signing in with a passkey. Who it is, only the key says: the browser names none, so an answer is found by its credential, and the
//! credential leads to its owner.

use jiff::Timestamp;

use crate::domain::passkey::{Ceremony, CeremonyRefused, Passkey, PasskeyId};
use crate::domain::session::AuthenticationMethod;
use crate::domain::token::CeremonyToken;
use crate::domain::user::Barred;
use crate::domain::{RateLimit, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::issue_tokens::{Client, Login, SignedIn};
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::store::{Changes, CommitError, Conflict};
use crate::webauthn::{self, Assertion, AuthenticationResponse, Refused};

#[derive(Debug)]
pub struct SignInWithPasskey {
    pub token: CeremonyToken,
    pub response: AuthenticationResponse,
    pub policy: SignInPolicy,
    pub client: Client,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInWithPasskeyError {
    #[error("there is no such challenge; it was answered, has expired or was made for something else")]
    NoChallenge,
    #[error("nobody has this passkey")]
    UnknownPasskey,
    #[error("the signature is wrong")]
    WrongSignature,
    #[error("the authenticator's answer was refused")]
    AnswerRefused,
    /// Told only to whoever has the key.
    #[error(transparent)]
    Barred(#[from] Barred),
    /// Told only to whoever has the key.
    #[error("the address is not verified")]
    EmailNotVerified,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(SignInWithPasskeyError);

impl Core {
    pub async fn sign_in_with_passkey(
        &self,
        command: SignInWithPasskey,
        now: Timestamp,
    ) -> Result<SignedIn, SignInWithPasskeyError> {
        self.limit_rate(RateLimit::SIGN_IN, &command.client.ip, now).await?;
        let ceremony = self.store.take_ceremony(&command.token.secret.hash()).await?;
        let ceremony = ceremony.ok_or(SignInWithPasskeyError::NoChallenge)?;
        let asked_for = ceremony.open_authentication(now)?;
        let (passkey, user) = self.find_credential(&command.response).await?;
        let assertion = self.verify_assertion(&ceremony, asked_for, &command.response, &passkey)?;
        user.admit(now)?;
        if command.policy.rejects_address_of(&user) {
            return Err(SignInWithPasskeyError::EmailNotVerified);
        }
        let user = self.let_in::<SignInWithPasskeyError>(user, now).await?;
        let login = Login {
            client: &command.client,
            remember_me: true,
            methods: vec![method(assertion)],
            organization: user.starting_organization(),
            issue: command.policy.issue,
        };
        let signed_in = self.begin_session(&user, login, now).await?;
        let changes = Changes::new()
            .use_passkey(&passkey, assertion.counter, assertion.backed_up)
            .create_session(signed_in.session());
        match self.store.commit(changes).await {
            Ok(()) => Ok(signed_in),
            // It was deleted, or somebody was faster with the same count of the authenticator.
            Err(CommitError::Conflict(Conflict::PasskeyMoved)) => Err(SignInWithPasskeyError::AnswerRefused),
            Err(error) => Err(error.into()),
        }
    }

    async fn find_credential(
        &self,
        response: &AuthenticationResponse,
    ) -> Result<(Passkey, User), SignInWithPasskeyError> {
        let id = PasskeyId::of(response.credential_id());
        let owner = self.store.find_passkey_owner(id).await?;
        let owner = owner.ok_or(SignInWithPasskeyError::UnknownPasskey)?;
        // An owner without the rest was just deleted.
        let found = self.store.find_passkey_and_user(owner, id).await?;
        found.ok_or(SignInWithPasskeyError::UnknownPasskey)
    }

    fn verify_assertion(
        &self,
        ceremony: &Ceremony,
        asked_for: Option<UserId>,
        response: &AuthenticationResponse,
        passkey: &Passkey,
    ) -> Result<Assertion, SignInWithPasskeyError> {
        if !is_of_whom_it_says(asked_for, response, passkey) {
            tracing::info!(user.id = %passkey.user_id, "a passkey was shown in another user's name");
            return Err(SignInWithPasskeyError::AnswerRefused);
        }
        let party = &self.settings.relying_party;
        webauthn::finish_authentication(party, &ceremony.state, response, passkey).map_err(|reason| {
            let (user, id) = (passkey.user_id, passkey.id());
            if matches!(reason, Refused::CounterNotUp) {
                tracing::warn!(user.id = %user, passkey.id = %id, "there may be a copy of a passkey");
            } else {
                tracing::info!(user.id = %user, passkey.id = %id, %reason, "a sign-in with a passkey was refused");
            }
            reason.into()
        })
    }
}

/// WebAuthn Level 2, section 7.2, step 6: the key pair is of the user who was asked for; if none was, the authenticator says whose it is.
fn is_of_whom_it_says(asked_for: Option<UserId>, response: &AuthenticationResponse, passkey: &Passkey) -> bool {
    let is_owners = |handle: &[u8]| handle == webauthn::user_handle(passkey.user_id);
    match (asked_for, response.user_handle()) {
        (Some(user), handle) => user == passkey.user_id && handle.is_none_or(is_owners),
        (None, handle) => handle.is_some_and(is_owners),
    }
}

/// Two factors only when the authenticator has made sure who uses it.
fn method(assertion: Assertion) -> AuthenticationMethod {
    if assertion.user_verified {
        AuthenticationMethod::Passkey
    } else {
        AuthenticationMethod::UnverifiedPasskey
    }
}

impl From<CeremonyRefused> for SignInWithPasskeyError {
    fn from(refused: CeremonyRefused) -> Self {
        match refused {
            CeremonyRefused::NoChallenge | CeremonyRefused::NotTheCallers => Self::NoChallenge,
        }
    }
}

impl From<Refused> for SignInWithPasskeyError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::WrongSignature => Self::WrongSignature,
            Refused::CounterNotUp | Refused::Invalid(_) => Self::AnswerRefused,
        }
    }
}
