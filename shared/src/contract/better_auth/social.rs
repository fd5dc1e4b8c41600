//! Sign-in with identity providers in the `better_auth` contract: requests and responses.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::failure::Failure;
use super::wire::User;
use crate::contract::fields::{Fields, FromField as _, Problem, Read, ReadBody as _, request};
use crate::contract::time::time;
use crate::domain::LinkedAccount as CoreAccount;
use crate::operations::{IdentifyError, OpenedAccount, ProviderProfile, ProviderToken};

request! {
    /// The body of a sign-in, and of a request to link an account.
    pub struct SocialRequest {
        provider: String = "provider",
        callback_url: Option<String> = "callbackURL",
        new_user_callback_url: Option<String> = "newUserCallbackURL",
        error_callback_url: Option<String> = "errorCallbackURL",
        login_hint: Option<String> = login_hint(),
        /// The client redirects the browser itself.
        disable_redirect: bool = "disableRedirect".unwrap_or(false),
        request_sign_up: bool = "requestSignUp".unwrap_or(false),
        scopes: Vec<String> = scopes(),
        id_token: Option<IdToken> = id_token(),
    }

    /// A token that the client has obtained from the provider itself.
    pub struct IdToken {
        token: String = "token",
        nonce: Option<String> = "nonce",
        access_token: Option<String> = "accessToken",
    }

    /// The selected account. Older clients send its provider, newer ones its record.
    pub struct AccountRequest {
        provider: Option<String> = "providerId",
        /// If present, the caller's id.
        user_id: Option<String> = "userId",
        account: Option<String> = account(),
    }

    /// The parameters with which a provider redirects the browser back.
    #[derive(Default)]
    pub struct CallbackQuery {
        code: Option<String> = "code",
        state: Option<String> = "state",
        error: Option<String> = "error",
        issuer: Option<String> = "iss",
    }
}

#[derive(Debug, Serialize)]
pub struct AuthorizationUrl {
    pub url: String,
    pub redirect: bool,
    /// The response to a link that requires no redirect of the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<bool>,
}

#[derive(Debug, Serialize)]
pub struct SignedInWithToken {
    pub redirect: bool,
    pub token: String,
    pub url: Option<String>,
    pub user: User,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: String,
    /// The value under two names, one for each version of the clients.
    pub provider: String,
    pub provider_id: String,
    /// The subject at the provider.
    pub account_id: String,
    pub user_id: String,
    pub scopes: Vec<String>,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
}

/// A provider's tokens, in responses to their user. A token that the provider has not issued is absent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderTokens {
    pub token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_expires_at: Option<String>,
    pub scopes: Vec<String>,
    pub provider_id: String,
    pub account_id: String,
}

/// The profile that a provider returns for its user.
#[derive(Debug, Serialize)]
pub struct AccountInfo {
    pub user: ProviderUser,
    /// The profile as the provider sent it.
    pub data: Value,
    pub account: AccountName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderUser {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    pub email_verified: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountName {
    pub id: String,
    pub provider_id: String,
    pub account_id: String,
}

/// Longest parameter that a client may add to the URL of a provider's page, in bytes.
const LONGEST_PARAMETER: usize = 1024;

fn login_hint(fields: &mut Fields<'_>) -> Read<Option<String>> {
    let hint = fields.optional_string("loginHint")?;
    if hint.is_some_and(|hint| hint.len() > LONGEST_PARAMETER) {
        return fields.problem("loginHint", Problem::TooLong { max: LONGEST_PARAMETER });
    }
    Some(hint.map(str::to_owned))
}

/// A list, or one string that is separated by spaces.
fn scopes(fields: &mut Fields<'_>) -> Read<Vec<String>> {
    if fields.present("scopes").is_none() {
        return Some(Vec::new());
    }
    let texts = fields.strings("scopes")?;
    if texts.iter().map(String::len).sum::<usize>() > LONGEST_PARAMETER {
        return fields.problem("scopes", Problem::TooLong { max: LONGEST_PARAMETER });
    }
    let words = texts.iter().flat_map(|text| text.split_whitespace());
    Some(words.map(str::to_owned).collect())
}

fn id_token(fields: &mut Fields<'_>) -> Read<Option<IdToken>> {
    match fields.present("idToken") {
        None => Some(None),
        Some(_) => fields.object("idToken", IdToken::read).map(Some),
    }
}

/// A request without a provider must name a record.
fn account(fields: &mut Fields<'_>) -> Read<Option<String>> {
    if fields.present("providerId").is_none() {
        return fields.string("accountId").map(|account| Some(account.to_owned()));
    }
    Option::<String>::read(fields, "accountId")
}

impl IdToken {
    pub fn presented(&self) -> ProviderToken<'_> {
        ProviderToken {
            token: &self.token,
            nonce: self.nonce.as_deref(),
            access_token: self.access_token.as_deref(),
        }
    }
}

impl From<IdentifyError> for Failure {
    fn from(error: IdentifyError) -> Self {
        match error {
            IdentifyError::UnknownProvider => Self::provider_not_found(),
            IdentifyError::Provider(error) => error.into(),
            IdentifyError::Captcha(refused) => refused.into(),
            IdentifyError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<&CoreAccount> for Account {
    fn from(account: &CoreAccount) -> Self {
        Self {
            id: account.id.to_string(),
            provider: account.provider.to_string(),
            provider_id: account.provider.to_string(),
            account_id: account.subject.clone(),
            user_id: account.user_id.to_string(),
            scopes: account.scopes.clone(),
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

impl From<ProviderProfile> for AccountInfo {
    fn from(shown: ProviderProfile) -> Self {
        let ProviderProfile { account, profile } = shown;
        let identity = profile.identity;
        Self {
            user: ProviderUser {
                name: identity.name.map(|name| name.as_str().to_owned()),
                email: identity.email.map(|email| email.to_string()),
                image: identity.image,
                email_verified: identity.email_verified,
            },
            data: profile.data,
            account: AccountName {
                id: account.id.to_string(),
                provider_id: account.provider.to_string(),
                account_id: account.subject,
            },
        }
    }
}

impl ProviderTokens {
    /// `with_refresh_token` is set only for a client that requests a refresh.
    pub fn of(opened: OpenedAccount, with_refresh_token: bool) -> Self {
        let OpenedAccount { account, tokens } = opened;
        let shown = |time: Timestamp| time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        Self {
            token_type: "Bearer",
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token.filter(|_| with_refresh_token),
            id_token: tokens.id_token,
            access_token_expires_at: tokens.access_token_expires_at.map(shown),
            scopes: account.scopes,
            provider_id: account.provider.to_string(),
            account_id: account.subject,
        }
    }
}
