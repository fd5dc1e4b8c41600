//! A sign-in that is under way at a provider: what was asked for, and in which browser. The answer must come back with
//! the state, into the same browser, once, and from the provider that was asked (RFC 9700, sections 2.1 and 4.4).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::ids::{AuthorizationId, SessionId, UserId};
use super::linked_account::ProviderId;
use super::redirect::Redirect;
use super::secret::{Secret, SecretHash};
use crate::entropy::Entropy;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    pub id: AuthorizationId,
    /// Of the secret in the `state` parameter.
    pub hash: SecretHash,
    /// Of the secret that the browser keeps in a cookie: a state that leaks is of no use elsewhere.
    pub browser: SecretHash,
    pub provider: ProviderId,
    pub purpose: AuthorizationPurpose,
    pub callback: Option<Redirect>,
    pub new_user_callback: Option<Redirect>,
    pub error_callback: Option<Redirect>,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationPurpose {
    SignIn {
        /// A new user may sign up even where the provider is configured not to allow it.
        may_sign_up: bool,
    },
    /// The identity is to be linked to this user, as long as the session is live in which the user asked for it.
    Link { user: UserId, session: SessionId },
}

/// What the browser that was sent away keeps in a cookie until it comes back.
#[derive(Debug, Clone)]
pub struct BrowserSecret(Secret);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum AuthorizationRefused {
    #[error("the state is unknown, spent or expired")]
    Unknown,
    /// The browser of another user (login CSRF), or one that has lost its cookie.
    #[error("the response came from another browser")]
    OtherBrowser,
    /// Another provider than the one that was asked (mix-up, RFC 9700, section 4.4).
    #[error("the answer came from another provider")]
    OtherProvider,
}

/// What the provider is to bind its answer to. Made of the secret in the state, so that nothing of it is stored.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The nonce in the ID token (OpenID Connect Core, section 3.1.2.1). It differs in form from the nonces of clients:
    /// an ID token of this flow is handed to its user later, and must not be accepted as a credential then (replay).
    pub nonce: String,
    /// The code verifier (RFC 7636).
    pub code_verifier: String,
}

const NONCE: [u8; 32] = *b"ostiary: nonce of authorization.";
const CODE_VERIFIER: [u8; 32] = *b"ostiary: code verifier of PKCE..";

const OUR_NONCE: &str = "ostiary.";

impl Binding {
    /// Whether an ID token with this nonce was issued in a flow of ours.
    pub fn is_nonce(nonce: &str) -> bool {
        nonce.starts_with(OUR_NONCE)
    }

    pub fn of(state: &Secret) -> Self {
        let text = |salt| URL_SAFE_NO_PAD.encode(state.derive(salt).as_bytes());
        Self {
            nonce: format!("{OUR_NONCE}{}", text(&NONCE)),
            code_verifier: text(&CODE_VERIFIER),
        }
    }
}

impl BrowserSecret {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Secret::generate(entropy))
    }

    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(Secret::from_bytes(bytes.try_into().ok()?)))
    }

    pub fn hash(&self) -> SecretHash {
        self.0.hash()
    }
}

impl fmt::Display for BrowserSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.as_bytes()))
    }
}

impl Authorization {
    /// Whether an answer is the one to this request.
    pub fn open(
        &self,
        state: &Secret,
        browser: Option<&BrowserSecret>,
        provider: &str,
        now: Timestamp,
    ) -> Result<(), AuthorizationRefused> {
        if !self.hash.matches(state) || self.expires_at <= now {
            return Err(AuthorizationRefused::Unknown);
        }
        if !browser.is_some_and(|browser| self.browser.matches(&browser.0)) {
            return Err(AuthorizationRefused::OtherBrowser);
        }
        if self.provider.as_str() == provider {
            Ok(())
        } else {
            Err(AuthorizationRefused::OtherProvider)
        }
    }
}
