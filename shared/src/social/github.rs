//! GitHub and GitHub Enterprise: OAuth 2.0, with an API for the user of a token.

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::claims::{Claims, picture};
use super::error::profile_failed;
use super::fetch::Fetch;
use super::plain_oauth::PlainOAuth;
use super::settings::{InvalidProvider, ProviderSettings};
use super::{AuthorizationRequest, Granted, Profile, ProviderError};
use crate::domain::{Binding, EmailAddress, Identity, ProviderTokens};
use crate::outbound::OutboundError;

const ENDPOINTS: [&str; 2] = [
    "https://github.com/login/oauth/authorize",
    "https://github.com/login/oauth/access_token",
];
const API: &str = "https://api.github.com/";

pub struct GitHub {
    pub(super) oauth: PlainOAuth,
    user: Url,
    emails: Url,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    avatar_url: Option<String>,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "it is the provider's name for it")]
struct Email {
    email: String,
    primary: bool,
    verified: bool,
}

impl GitHub {
    pub fn new(settings: &ProviderSettings, callback: &str, fetch: Fetch) -> Result<Self, InvalidProvider> {
        let invalid = |_| InvalidProvider::Url(settings.id.to_string());
        let own = || Url::parse(API).map_err(invalid);
        let api = settings.endpoints.api.clone().map_or_else(own, Ok)?;
        Ok(Self {
            oauth: PlainOAuth::new(settings, callback, fetch, ENDPOINTS, &["read:user", "user:email"])?,
            user: api.join("user").map_err(invalid)?,
            emails: api.join("user/emails").map_err(invalid)?,
        })
    }

    pub fn authorization_url(&self, request: &AuthorizationRequest<'_>) -> Url {
        let mut url = self.oauth.authorization_url(request);
        if let Some(hint) = request.login_hint {
            url.query_pairs_mut().append_pair("login", hint);
        }
        url
    }

    pub async fn exchange(&self, code: &str, binding: &Binding, now: Timestamp) -> Result<Granted, ProviderError> {
        let tokens = self.oauth.exchange(code, binding, now).await?;
        let profile = self.profile(tokens.access_token.as_deref().unwrap_or_default()).await?;
        Ok(Granted {
            identity: profile.identity,
            tokens,
            single_use: None,
        })
    }

    pub async fn refresh(&self, refresh_token: &str, now: Timestamp) -> Result<ProviderTokens, ProviderError> {
        self.oauth.refresh(refresh_token, now).await
    }

    /// The address in the profile is the one that the user chose to publish; only the list says which address is
    /// verified.
    pub async fn profile(&self, access_token: &str) -> Result<Profile, ProviderError> {
        let provider = &self.oauth.provider;
        let failed = |error| profile_failed(provider, &error);
        let fetch = &self.oauth.fetch;
        let claims = Claims(fetch.json(&self.user, Some(access_token)).await.map_err(failed)?);
        let user = User::deserialize(&claims.0).map_err(|error| failed(OutboundError::Json(error)))?;
        let emails: Vec<Email> = fetch.json(&self.emails, Some(access_token)).await.map_err(failed)?;
        let primary = emails.into_iter().find(|email| email.primary);
        let verified = primary.as_ref().is_some_and(|email| email.verified);
        let email = primary.and_then(|email| EmailAddress::parse(&email.email).ok());
        let identity = Identity {
            provider: provider.clone(),
            issuer: self.oauth.issuer.clone(),
            subject: user.id.to_string(),
            email_verified: verified && email.is_some(),
            email,
            name: claims.name_or_substitute(),
            image: picture(user.avatar_url.as_deref()),
        };
        Ok(Profile {
            identity,
            data: claims.0,
        })
    }
}
