//! Sign-in through identity providers in the `accounts` contract: the proof that a request brings. Whatever else it
//! says of the user is not read.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::account::Account;
use super::session::AuthData;
use crate::contract::fields::parsers::{name, text};
use crate::contract::fields::{Fields, Read, request};
use crate::domain::text::text_enum;
use crate::domain::{AuthorizationState, EmailAddress};
use crate::operations::{CompletedAccount as CoreCompletedAccount, Interruption};

/// The bounds of an account's name, in characters.
const SHORTEST_NAME: usize = 3;
const LONGEST_NAME: usize = 100;
/// Longest token that the contract accepts, in characters.
const TOKEN: usize = 1000;

/// The contract's names of the providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OAuthProvider {
    Google,
    Outlook,
    AzureAd,
    Microsoft,
}

text_enum!(OAuthProvider {
    Google => "google",
    Outlook => "outlook",
    AzureAd => "azure-ad",
    Microsoft => "microsoft",
});

impl OAuthProvider {
    /// The name by which the provider is configured.
    pub fn configured_name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Outlook | Self::AzureAd | Self::Microsoft => "microsoft",
        }
    }
}

/// What proves the identity.
#[derive(Debug)]
pub enum Proof {
    IdToken {
        token: String,
        nonce: Option<String>,
        access_token: Option<String>,
    },
    /// The response of the provider to an authorization that another contract has begun.
    Code {
        code: String,
        /// `None` for text that is no state.
        state: Option<AuthorizationState>,
        issuer: Option<String>,
    },
    /// The provider has reported an error instead.
    Denied,
}

request! {
    pub struct OAuthSignInRequest {
        proof: Proof = proof(),
    }

    pub struct OAuthInvitationRequest {
        invitation_token: String = text("invitationToken", 1, TOKEN),
        proof: Proof = proof(),
    }

    pub struct OAuthCompleteRequest {
        temp_token: String = text("tempToken", 1, TOKEN),
        verified_email: EmailAddress = "verifiedEmail",
        account_name: Option<String> = account_name(),
        is_denied: bool = is_denied(),
    }
}

/// A new account, and the session of its administrator.
#[derive(Debug, Serialize)]
pub struct CompletedAccount {
    #[serde(flatten)]
    pub session: AuthData,
    pub account: Account,
}

impl CompletedAccount {
    /// `lifetime` is that of access tokens.
    pub fn of(completed: CoreCompletedAccount, lifetime: SignedDuration, now: Timestamp) -> Result<Self, Interruption> {
        Ok(Self {
            session: AuthData::of(&completed.opened, lifetime, now)?,
            account: Account::of(completed.account),
        })
    }
}

/// A proof of either kind. Of two, the ID token counts.
fn proof(fields: &mut Fields<'_>) -> Read<Proof> {
    let (user, profile) = (expect_object(fields, "user"), expect_object(fields, "profile"));
    let account = match fields.present("account") {
        None => Some((None, None, None)),
        Some(_) => fields.object("account", |account| {
            let token = account.optional_string("id_token")?;
            let nonce = account.optional_string("nonce")?;
            let access_token = account.optional_string("access_token")?;
            Some((
                token.map(str::to_owned),
                nonce.map(str::to_owned),
                access_token.map(str::to_owned),
            ))
        }),
    };
    let denied = is_denied(fields);
    let code = fields.optional_string("code");
    let state = fields.optional_string("state");
    let issuer = fields.optional_string("iss");
    let (Some(()), Some(())) = (user, profile) else {
        return None;
    };
    let ((token, nonce, access_token), code, state, issuer) = (account?, code?, state?, issuer?);
    if denied? {
        return Some(Proof::Denied);
    }
    match (token, code, state) {
        (Some(token), _, _) => Some(Proof::IdToken {
            token,
            nonce,
            access_token,
        }),
        (None, Some(code), Some(state)) => Some(Proof::Code {
            code: code.to_owned(),
            state: AuthorizationState::parse(state).ok(),
            issuer: issuer.map(str::to_owned),
        }),
        (None, Some(_), None) => fields.not_a("state", "the state of the code"),
        (None, None, _) => fields.not_a(
            "account",
            "an object with `id_token`, unless `code` and `state` are given",
        ),
    }
}

/// A provider's error is no identity, whatever else the request has.
fn is_denied(fields: &mut Fields<'_>) -> Read<bool> {
    Some(fields.optional_string("error")?.is_some())
}

fn expect_object(fields: &mut Fields<'_>, field: &str) -> Read<()> {
    match fields.present(field) {
        None | Some(Value::Object(_)) => Some(()),
        Some(_) => fields.not_a(field, "object"),
    }
}

/// The name in `account.accountName`.
fn account_name(fields: &mut Fields<'_>) -> Read<Option<String>> {
    match fields.present("account") {
        None => Some(None),
        Some(_) => fields.object("account", |account| match account.present("accountName") {
            None => Some(None),
            Some(_) => name(account, "accountName", SHORTEST_NAME, LONGEST_NAME).map(Some),
        }),
    }
}
