//! Sign-in at other providers in the `better_auth` contract: what its operations are asked, and what they answer with.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::wire::User;
use crate::contract::fields::{Fields, Problem, ReadBody};
use crate::contract::time::time;
use crate::domain::LinkedAccount as CoreAccount;
use crate::operations::{AccountSelector, OpenedAccount, ProviderProfile};

/// Of a sign-in, and of a link: both are asked for alike.
#[derive(Debug)]
pub struct SocialRequest {
    pub provider: String,
    pub callback_url: Option<String>,
    pub new_user_callback_url: Option<String>,
    pub error_callback_url: Option<String>,
    /// The client moves the browser itself.
    pub disable_redirect: bool,
    pub request_sign_up: bool,
    pub id_token: Option<IdToken>,
    pub scopes: Vec<String>,
    pub login_hint: Option<String>,
}

/// A token that the client has got from the provider by itself.
#[derive(Debug)]
pub struct IdToken {
    pub token: String,
    pub nonce: Option<String>,
    pub access_token: Option<String>,
}

/// Which account is meant. Older clients name its provider, newer ones its record.
#[derive(Debug)]
pub struct AccountRequest {
    pub selector: AccountSelector,
    /// Somebody, who must be the caller.
    pub user_id: Option<String>,
}

/// With what a provider sends a browser back.
#[derive(Debug, Default)]
pub struct CallbackQuery {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
    pub issuer: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct AuthorizationUrl {
    pub url: String,
    pub redirect: bool,
    /// Of a link for which the browser need not go anywhere.
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
    /// The same under two names: clients of either version find theirs.
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

/// A provider's tokens, handed to their user. What the provider has not issued is not there.
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

/// What a provider says of its user.
#[derive(Debug, Serialize)]
pub struct AccountInfo {
    pub user: ProviderUser,
    /// In the provider's own words.
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

impl ReadBody for SocialRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let owned = |text: Option<Option<&str>>| text.map(|text| text.map(str::to_owned));
        let provider = fields.string("provider").map(str::to_owned);
        let callback_url = owned(fields.optional_string("callbackURL"));
        let new_user_callback_url = owned(fields.optional_string("newUserCallbackURL"));
        let error_callback_url = owned(fields.optional_string("errorCallbackURL"));
        let login_hint = login_hint(fields);
        let disable_redirect = fields.optional_bool("disableRedirect");
        let request_sign_up = fields.optional_bool("requestSignUp");
        let (scopes, id_token) = (scopes(fields), id_token(fields));
        Some(Self {
            provider: provider?,
            callback_url: callback_url?,
            new_user_callback_url: new_user_callback_url?,
            error_callback_url: error_callback_url?,
            disable_redirect: disable_redirect?.unwrap_or(false),
            request_sign_up: request_sign_up?.unwrap_or(false),
            id_token: id_token?,
            scopes: scopes?,
            login_hint: login_hint?.map(str::to_owned),
        })
    }
}

/// Longest of what a client has put into the URL of a provider's page, in bytes.
const LONGEST_PARAMETER: usize = 1024;

#[expect(
    clippy::option_option,
    reason = "the outer one says whether the field is sound, the inner one whether it is there"
)]
fn login_hint<'a>(fields: &mut Fields<'a>) -> Option<Option<&'a str>> {
    let hint = fields.optional_string("loginHint")?;
    if hint.is_some_and(|hint| hint.len() > LONGEST_PARAMETER) {
        return fields.problem("loginHint", Problem::TooLong { max: LONGEST_PARAMETER });
    }
    Some(hint)
}

/// A list, or one string with spaces between.
fn scopes(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    match fields.value("scopes") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(_) => {
            let texts = fields.strings("scopes")?;
            if texts.iter().map(|text| text.len()).sum::<usize>() > LONGEST_PARAMETER {
                return fields.problem("scopes", Problem::TooLong { max: LONGEST_PARAMETER });
            }
            let words = texts.iter().flat_map(|text| text.split_whitespace());
            Some(words.map(str::to_owned).collect())
        }
    }
}

#[expect(
    clippy::option_option,
    reason = "the outer one says whether the field is sound, the inner one whether it is there"
)]
fn id_token(fields: &mut Fields<'_>) -> Option<Option<IdToken>> {
    match fields.value("idToken") {
        None | Some(Value::Null) => return Some(None),
        Some(_) => {}
    }
    fields.object("idToken", |fields| {
        let (token, nonce) = (fields.string("token"), fields.optional_string("nonce"));
        let access_token = fields.optional_string("accessToken");
        Some(Some(IdToken {
            token: token?.to_owned(),
            nonce: nonce?.map(str::to_owned),
            access_token: access_token?.map(str::to_owned),
        }))
    })
}

impl ReadBody for AccountRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (provider, user_id) = (fields.optional_string("providerId"), fields.optional_string("userId"));
        // Without a provider there must be a record.
        let account = if provider == Some(None) {
            fields.string("accountId").map(Some)
        } else {
            fields.optional_string("accountId")
        };
        Some(Self {
            selector: AccountSelector {
                provider: provider?.map(str::to_owned),
                account: account?.map(str::to_owned),
            },
            user_id: user_id?.map(str::to_owned),
        })
    }
}

impl ReadBody for CallbackQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut text = |name| fields.optional_string(name).map(|text| text.map(str::to_owned));
        let (code, state, error, issuer) = (text("code"), text("state"), text("error"), text("iss"));
        Some(Self {
            code: code?,
            state: state?,
            error: error?,
            issuer: issuer?,
        })
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
                name: identity.name,
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
    /// `with_refresh_token`: only who asks for a refresh is shown it.
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
