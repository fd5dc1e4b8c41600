//! A sign-in that is under way at a provider: what was asked for, and in which browser. The answer must come back with the state, into the
//! same browser, once, and from the provider that was asked (RFC 9700, sections 2.1 and 4.4).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::ids::{AuthorizationId, UserId};
use super::linked_account::ProviderId;
use super::redirect::Redirect;
use super::secret::{Secret, SecretHash};

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
        /// Whoever is new may come in even where the provider is configured not to let them.
        may_sign_up: bool,
    },
    /// The identity is to open this user, who is signed in.
    Link(UserId),
}

/// What the provider is to bind its answer to. Made of the secret in the state, so that nothing of it is stored.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The nonce in the ID token (OpenID Connect Core, section 3.1.2.1).
    pub nonce: String,
    /// The code verifier (RFC 7636).
    pub code_verifier: String,
}

const NONCE: [u8; 32] = *b"ostiary: nonce of authorization.";
const CODE_VERIFIER: [u8; 32] = *b"ostiary: code verifier of PKCE..";

impl Binding {
    pub fn of(state: &Secret) -> Self {
        let text = |salt| URL_SAFE_NO_PAD.encode(state.derive(salt).as_bytes());
        Self {
            nonce: text(&NONCE),
            code_verifier: text(&CODE_VERIFIER),
        }
    }
}
