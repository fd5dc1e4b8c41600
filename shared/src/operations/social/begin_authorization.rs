//! Beginning an authorization: the browser is sent to an identity provider, to sign in or to link an identity.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::domain::authorization::BrowserSecret;
use crate::domain::{
    Authorization, AuthorizationId, AuthorizationPurpose, AuthorizationState, Binding, RateLimit, Redirect, Secret,
};
use crate::operations::prelude::*;
use crate::social::{AuthorizationRequest, ProviderError};
use crate::store::Changes;

#[derive(Debug)]
pub struct BeginAuthorization {
    /// As the client names it.
    pub provider: String,
    pub purpose: AuthorizationPurpose,
    pub callback: Option<Redirect>,
    pub new_user_callback: Option<Redirect>,
    pub error_callback: Option<Redirect>,
    /// Beyond those that are configured.
    pub scopes: Vec<String>,
    pub login_hint: Option<String>,
    pub client_ip: String,
}

/// Where the browser is redirected, and the secret that it must present when it comes back.
#[derive(Debug)]
pub struct BegunAuthorization {
    pub url: Url,
    pub browser: BrowserSecret,
}

refusals! {
    pub enum BeginAuthorizationError {
        ProviderNotFound: NotFound = "no such provider is configured",
    }
    of {
        Provider(#[from] ProviderError) = "{0}",
    }
}

/// How long the user may take at the provider. The cookie lasts as long.
pub const AUTHORIZATION_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

impl Core {
    pub async fn begin_authorization(
        &self,
        command: BeginAuthorization,
        now: Timestamp,
    ) -> Result<BegunAuthorization, BeginAuthorizationError> {
        let provider = self.social.get(&command.provider);
        let provider = provider.ok_or(BeginAuthorizationError::ProviderNotFound)?;
        self.limit_rate(RateLimit::SOCIAL, &command.client_ip, now).await?;
        let state = AuthorizationState {
            authorization_id: AuthorizationId::generate(now, &*self.entropy),
            secret: Secret::generate(&*self.entropy),
        };
        let request = AuthorizationRequest {
            state: &state.to_string(),
            binding: &Binding::of(&state.secret),
            scopes: &command.scopes,
            login_hint: command.login_hint.as_deref(),
        };
        let url = provider.authorization_url(&request, now).await?;
        let browser = BrowserSecret::generate(&*self.entropy);
        let authorization = Authorization {
            id: state.authorization_id,
            hash: state.secret.hash(),
            browser: browser.hash(),
            provider: provider.id().clone(),
            purpose: command.purpose,
            callback: command.callback,
            new_user_callback: command.new_user_callback,
            error_callback: command.error_callback,
            expires_at: now + AUTHORIZATION_LIFETIME,
        };
        self.store
            .commit(Changes::new().create_authorization(&authorization))
            .await?;
        Ok(BegunAuthorization { url, browser })
    }
}
