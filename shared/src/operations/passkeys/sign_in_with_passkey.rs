//! Signing in with a passkey. The browser names no user: the response names a credential, and the credential leads to
//! its owner.

use jiff::Timestamp;

use crate::audit;
use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::passkey::{Ceremony, CeremonyRefused, Passkey, PasskeyId};
use crate::domain::session::{AuthenticationMethod, SessionState};
use crate::domain::token::CeremonyToken;
use crate::domain::user::AccountBlocked;
use crate::domain::{RateLimit, User, UserId};
use crate::operations::prelude::*;
use crate::operations::refusal::Refusal as _;
use crate::operations::sessions::open_session::{Client, Login, SignedIn};
use crate::operations::sessions::sign_in::record_failure;
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::store::Changes;
use crate::webauthn::{self, Assertion, AuthenticationResponse, Refused};

#[derive(Debug)]
pub struct SignInWithPasskey {
    pub token: CeremonyToken,
    pub response: AuthenticationResponse,
    pub policy: SignInPolicy,
    pub captcha: CaptchaCheck,
    pub client: Client,
}

refusals! {
    pub enum SignInWithPasskeyError {
        NoChallenge: Expired
            = "there is no such challenge; it was answered, has expired or was made for something else",
        UnknownPasskey: Unauthenticated = "no user has this passkey",
        WrongSignature: Unauthenticated = "the signature is wrong",
        AnswerRefused: Unauthenticated on PasskeyMoved = "the authenticator's response was refused",
        /// Disclosed only after the signature was verified.
        EmailNotVerified: Forbidden = "the address is not verified",
    }
    of {
        /// Disclosed only after the signature was verified.
        AccountBlocked(#[from] AccountBlocked) = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
    }
}

impl Core {
    pub async fn sign_in_with_passkey(
        &self,
        command: SignInWithPasskey,
        now: Timestamp,
    ) -> Result<SignedIn, SignInWithPasskeyError> {
        let client_ip = command.client.ip.clone();
        let attempt = Box::pin(self.answer_challenge(command, now));
        let attempt = async {
            let result = attempt.await;
            if let Err(refused) = &result
                && refused.kind().is_ok()
            {
                record_failure(audit::suspect(), refused);
            }
            result
        };
        self.limit_failures(RateLimit::SIGN_IN, &client_ip, now, attempt).await
    }

    async fn answer_challenge(
        &self,
        command: SignInWithPasskey,
        now: Timestamp,
    ) -> Result<SignedIn, SignInWithPasskeyError> {
        self.verify_captcha(&command.captcha, &command.client, now).await?;
        let ceremony = self.store.take_ceremony(&command.token.secret.hash()).await?;
        let ceremony = ceremony.ok_or(SignInWithPasskeyError::NoChallenge)?;
        let asked_for = ceremony.open_authentication(now)?;
        let (passkey, user) = self.find_credential(&command.response).await?;
        audit::note_suspect(user.id);
        let assertion = self.verify_assertion(&ceremony, asked_for, &command.response, &passkey)?;
        user.admit(now)?;
        if command.policy.rejects_address_of(&user) {
            return Err(SignInWithPasskeyError::EmailNotVerified);
        }
        let user = self.lift_expired_ban::<SignInWithPasskeyError>(user, now).await?;
        let login = Login {
            client: &command.client,
            remember_me: true,
            methods: vec![method(assertion, passkey.is_trusted_by(&user))],
            organization: user.starting_organization(),
            issue: command.policy.issue,
        };
        let signed_in = self.begin_session(&user, login, now).await?;
        let mut session = signed_in.session().clone();
        if session.state == SessionState::PendingSecondFactor && assertion.user_verified {
            session.passkey = Some(passkey.id());
        }
        let changes = Changes::new()
            .use_passkey(&passkey, assertion.counter, assertion.backed_up)
            .create_session(&session);
        // Refused when the passkey was deleted, or a parallel sign-in has reported the same signature counter.
        self.retries(now).commit_once(changes).await?;
        Ok(signed_in)
    }

    async fn find_credential(
        &self,
        response: &AuthenticationResponse,
    ) -> Result<(Passkey, User), SignInWithPasskeyError> {
        let id = PasskeyId::of(response.credential_id());
        let owner = self.store.find_passkey_owner(id).await?;
        let owner = owner.ok_or(SignInWithPasskeyError::UnknownPasskey)?;
        // An owner without a passkey or user was deleted a moment ago.
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
        if !is_of_expected_user(asked_for, response, passkey) {
            tracing::info!(user.id = %passkey.user_id, "a passkey was presented for another user");
            return Err(SignInWithPasskeyError::AnswerRefused);
        }
        let party = &self.settings.relying_party;
        webauthn::finish_authentication(party, &ceremony.state, response, passkey).map_err(|reason| {
            let (user, id) = (passkey.user_id, passkey.id());
            if matches!(reason, Refused::CounterNotUp) {
                tracing::warn!(user.id = %user, passkey.id = %id, "the counter of a passkey has not increased");
            } else {
                tracing::info!(user.id = %user, passkey.id = %id, %reason, "a sign-in with a passkey was refused");
            }
            reason.into()
        })
    }
}

/// WebAuthn Level 2, section 7.2, step 6: the credential belongs to the requested user; if none was requested, the user
/// handle of the response names its owner.
fn is_of_expected_user(asked_for: Option<UserId>, response: &AuthenticationResponse, passkey: &Passkey) -> bool {
    let is_owners = |handle: &[u8]| handle == webauthn::user_handle(passkey.user_id);
    match (asked_for, response.user_handle()) {
        (Some(user), handle) => user == passkey.user_id && handle.is_none_or(is_owners),
        (None, handle) => handle.is_some_and(is_owners),
    }
}

/// A passkey counts as two factors only when the authenticator has verified its user, and the user trusts the passkey.
fn method(assertion: Assertion, is_trusted: bool) -> AuthenticationMethod {
    if assertion.user_verified && is_trusted {
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
