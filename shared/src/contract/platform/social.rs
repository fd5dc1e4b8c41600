//! Login through identity providers, and the identities of a user, in the `platform` contract.

use http::HeaderMap;
use http::header::ACCEPT;
use jiff::Timestamp;
use serde::Serialize;

use crate::contract::fields::request;
use crate::contract::time::{optional_time, time};
use crate::domain::LinkedAccount;
use crate::operations::{AUTHORIZATION_LIFETIME, Accounts, BegunAuthorization};

request! {
    /// The response of a provider (RFC 6749, section 4.1.2), in the query of the callback.
    pub struct SocialCallbackQuery {
        state: String = "state",
        code: Option<String> = "code",
        error: Option<String> = "error",
        /// RFC 9207.
        issuer: Option<String> = "iss",
    }
}

/// Whether the client asks for the URL of the provider's page as JSON. Browsers accept HTML when they navigate.
pub fn asks_for_json(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    let types = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|item| item.split(';').next())
        .map(|media_type| media_type.trim().to_ascii_lowercase());
    let types: Vec<String> = types.collect();
    let has = |wanted: &str| types.iter().any(|media_type| media_type == wanted);
    has("application/json") && !has("text/html")
}

/// Where the browser goes, and the state with which it comes back.
#[derive(Debug, Serialize)]
pub struct OAuthStart {
    authorization_url: String,
    state: String,
    /// In seconds.
    expires_in: i64,
}

#[derive(Debug, Serialize)]
pub struct LinkStarted {
    message: &'static str,
    #[serde(flatten)]
    start: OAuthStart,
}

impl OAuthStart {
    pub fn of(begun: &BegunAuthorization) -> Self {
        Self {
            authorization_url: begun.url.to_string(),
            state: begun.state.to_string(),
            expires_in: AUTHORIZATION_LIFETIME.as_secs(),
        }
    }
}

impl LinkStarted {
    pub fn of(begun: &BegunAuthorization) -> Self {
        Self {
            message: "Confirm the link at the provider",
            start: OAuthStart::of(begun),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct SocialAccounts {
    accounts: Vec<SocialAccount>,
    total: usize,
}

#[derive(Debug, Serialize)]
struct SocialAccount {
    id: String,
    provider: String,
    provider_user_id: String,
    /// `null` for an identity that has not signed in since its address is stored.
    email: Option<String>,
    name: Option<String>,
    #[serde(serialize_with = "time")]
    linked_at: Timestamp,
    /// The last time that the provider confirmed the identity.
    #[serde(serialize_with = "optional_time")]
    last_used_at: Option<Timestamp>,
}

impl From<&Accounts> for SocialAccounts {
    fn from(accounts: &Accounts) -> Self {
        let accounts: Vec<_> = accounts.linked.iter().map(SocialAccount::from).collect();
        Self {
            total: accounts.len(),
            accounts,
        }
    }
}

impl From<&LinkedAccount> for SocialAccount {
    fn from(account: &LinkedAccount) -> Self {
        Self {
            id: account.id.to_string(),
            provider: account.provider.to_string(),
            provider_user_id: account.subject.clone(),
            email: account.email.as_ref().map(ToString::to_string),
            name: account.name.as_ref().map(|name| name.as_str().to_owned()),
            linked_at: account.created_at,
            last_used_at: Some(account.updated_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_redirected_and_programs_may_ask_for_json() {
        for (accept, expected) in [
            (Some("application/json"), true),
            (Some("Application/JSON;q=0.9, */*"), true),
            (
                Some("text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"),
                false,
            ),
            (Some("*/*"), false),
            (None, false),
        ] {
            let headers: HeaderMap = accept
                .into_iter()
                .map(|accept| (ACCEPT, accept.parse().expect("a value")))
                .collect();
            assert_eq!(asks_for_json(&headers), expected, "{accept:?}");
        }
    }
}
