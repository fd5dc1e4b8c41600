//! A pending authorization request to an identity provider: its purpose, and the browser that started it. The response
//! must carry the state, arrive in the same browser, be used once, and come from the provider that received the request
//! (RFC 9700, sections 2.1 and 4.4).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::contract::Contract;
use super::ids::{AuthorizationId, SessionId, UserId};
use super::issuer::Issuer;
use super::linked_account::ProviderId;
use super::redirect::Redirect;
use super::secret::{Secret, SecretHash};
use crate::entropy::Entropy;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    pub id: AuthorizationId,
    /// The hash of the secret in the `state` parameter.
    pub hash: SecretHash,
    /// The hash of the secret in the browser's cookie. It makes a leaked state useless in any other browser.
    pub browser: SecretHash,
    pub provider: ProviderId,
    /// The issuer that the provider had. The code and its verifier are for no other one.
    pub issuer: Issuer,
    /// The contract whose callback URL the provider redirects the browser to.
    pub contract: Contract,
    pub purpose: AuthorizationPurpose,
    pub callback: Option<Redirect>,
    pub new_user_callback: Option<Redirect>,
    pub error_callback: Option<Redirect>,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationPurpose {
    SignIn {
        /// Whether a new user may sign up even if the provider is configured not to allow it.
        may_sign_up: bool,
    },
    /// The identity is linked to this user, provided that the session that requested it is still live.
    Link {
        user: UserId,
        session: SessionId,
        limit: LinkLimit,
    },
}

/// How many identities of one provider a user may have, in the contract in which the link began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkLimit {
    None,
    OnePerProvider,
}

/// The secret that the browser keeps in a cookie between the redirect to the provider and the callback.
#[derive(Debug, Clone)]
pub struct BrowserSecret(Secret);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum AuthorizationRefused {
    #[error("the state is unknown, spent or expired")]
    Unknown,
    /// The response arrived in another user's browser (login CSRF), or in a browser that has lost its cookie.
    #[error("the response came from another browser")]
    OtherBrowser,
    /// The response came from a provider other than the one that received the request (mix-up attack, RFC 9700,
    /// section 4.4).
    #[error("the response came from another provider")]
    OtherProvider,
    /// The response arrived at the callback of another contract, whose answer the client does not expect.
    #[error("the response came to the callback of another contract")]
    OtherContract,
}

/// The values to which the provider binds its response. They are derived from the secret of the browser, so that none of
/// them is stored, and an attacker who reads the response, which has the state and the code, does not learn the verifier.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The nonce in the ID token (OpenID Connect Core, section 3.1.2.1). Its form differs from the nonces of clients,
    /// because the user can read the ID token of this flow later, and it must not be accepted as a credential then
    /// (replay).
    pub nonce: String,
    /// The code verifier of PKCE (RFC 7636).
    pub code_verifier: String,
}

const NONCE: [u8; 32] = *b"ostiary: nonce of authorization.";
const CODE_VERIFIER: [u8; 32] = *b"ostiary: code verifier of PKCE..";

const OUR_NONCE: &str = "ostiary.";

impl Binding {
    /// Whether an ID token with this nonce was issued in a flow that this service started.
    pub fn is_nonce(nonce: &str) -> bool {
        nonce.starts_with(OUR_NONCE)
    }

    pub fn of(browser: &BrowserSecret) -> Self {
        let text = |salt| URL_SAFE_NO_PAD.encode(browser.0.derive(salt).as_bytes());
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
    /// Verifies that a response belongs to this request, and returns what binds it. `browsers` are the secrets of the
    /// browser, which may have several cookies of the name.
    pub fn open(
        &self,
        state: &Secret,
        browsers: &[BrowserSecret],
        provider: &str,
        now: Timestamp,
    ) -> Result<Binding, AuthorizationRefused> {
        if !self.hash.matches(state) || self.expires_at <= now {
            return Err(AuthorizationRefused::Unknown);
        }
        let browser = browsers.iter().find(|browser| self.browser.matches(&browser.0));
        let browser = browser.ok_or(AuthorizationRefused::OtherBrowser)?;
        if self.provider.as_str() == provider {
            Ok(Binding::of(browser))
        } else {
            Err(AuthorizationRefused::OtherProvider)
        }
    }
}
