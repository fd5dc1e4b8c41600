//! Facebook: OAuth 2.0, with an API for the user of a token, and for the application that it was issued to.

use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::claims::{Claims, picture};
use super::error::{profile_failed, unavailable};
use super::fetch::Fetch;
use super::plain_oauth::PlainOAuth;
use super::settings::{InvalidProvider, ProviderSettings};
use super::{AuthorizationRequest, Granted, PresentedToken, Profile, ProviderError};
use crate::domain::{Binding, Identity, ProviderTokens};
use crate::outbound::OutboundError;

const ENDPOINTS: [&str; 2] = [
    "https://www.facebook.com/v21.0/dialog/oauth",
    "https://graph.facebook.com/v21.0/oauth/access_token",
];
const API: &str = "https://graph.facebook.com/v21.0/";

pub struct Facebook {
    pub(super) oauth: PlainOAuth,
    client_id: String,
    /// The access token of the application itself.
    app_token: String,
    me: Url,
    debug_token: Url,
}

#[derive(Deserialize)]
struct User {
    id: String,
    picture: Option<Picture>,
}

#[derive(Deserialize)]
struct Picture {
    data: PictureData,
}

#[derive(Deserialize)]
struct PictureData {
    url: Option<String>,
}

#[derive(Deserialize)]
struct Debugged {
    data: TokenData,
}

#[derive(Deserialize)]
struct TokenData {
    app_id: Option<String>,
    #[serde(default)]
    is_valid: bool,
    user_id: Option<String>,
}

impl Facebook {
    pub fn new(settings: &ProviderSettings, callback: &str, fetch: Fetch) -> Result<Self, InvalidProvider> {
        let invalid = |_| InvalidProvider::Url(settings.id.to_string());
        let own = || Url::parse(API).map_err(invalid);
        let api = settings.endpoints.api.clone().map_or_else(own, Ok)?;
        let mut me = api.join("me").map_err(invalid)?;
        me.query_pairs_mut()
            .append_pair("fields", "id,name,first_name,last_name,email,picture{url}");
        Ok(Self {
            oauth: PlainOAuth::new(settings, callback, fetch, ENDPOINTS, &["email", "public_profile"])?,
            client_id: settings.client_id.clone(),
            app_token: format!("{}|{}", settings.client_id, settings.client_secret),
            me,
            debug_token: api.join("debug_token").map_err(invalid)?,
        })
    }

    pub fn authorization_url(&self, request: &AuthorizationRequest<'_>) -> Url {
        self.oauth.authorization_url(request)
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

    /// Checks that an access token was issued to this application: a token of another application must not authenticate
    /// the user.
    pub async fn identify(&self, presented: PresentedToken<'_>) -> Result<Granted, ProviderError> {
        let mut url = self.debug_token.clone();
        url.query_pairs_mut().append_pair("input_token", presented.token);
        let asked = self.oauth.fetch.json::<Debugged>(&url, Some(&self.app_token)).await;
        let inspected = asked
            .map_err(|error| unavailable(&self.oauth.provider, "debug_token", &error))?
            .data;
        let is_ours = inspected.is_valid && inspected.app_id.as_deref() == Some(&self.client_id);
        let Some(user) = inspected.user_id.filter(|_| is_ours) else {
            return Err(ProviderError::InvalidToken);
        };
        let identity = self.profile(presented.token).await?.identity;
        if identity.subject != user {
            return Err(ProviderError::InvalidToken);
        }
        let tokens = ProviderTokens {
            access_token: Some(presented.token.to_owned()),
            ..ProviderTokens::default()
        };
        Ok(Granted {
            identity,
            tokens,
            single_use: None,
        })
    }

    /// Facebook does not say whether the address is verified, so it counts as unverified.
    pub async fn profile(&self, access_token: &str) -> Result<Profile, ProviderError> {
        let failed = |error| profile_failed(&self.oauth.provider, &error);
        let profile = self.oauth.fetch.json(&self.me, Some(access_token)).await;
        let claims = Claims(profile.map_err(failed)?);
        let user = User::deserialize(&claims.0).map_err(|error| failed(OutboundError::Json(error)))?;
        let identity = Identity {
            provider: self.oauth.provider.clone(),
            issuer: self.oauth.issuer.clone(),
            subject: user.id,
            email: claims.address().0,
            email_verified: false,
            name: claims.name_or_substitute(),
            image: picture(user.picture.and_then(|picture| picture.data.url).as_deref()),
        };
        Ok(Profile {
            identity,
            data: claims.0,
        })
    }
}
