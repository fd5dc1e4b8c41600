//! Beginning an authorization: the browser is redirected to an identity provider, to sign in or to link an identity.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::authorization::BrowserSecret;
use crate::domain::{
    Authorization, AuthorizationId, AuthorizationPurpose, AuthorizationState, Binding, Contract, RateLimit, Redirect,
    Secret,
};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::social::{AuthorizationRequest, Deadline, Provider, ProviderError};
use crate::store::Changes;

#[derive(Debug)]
pub struct BeginAuthorization {
    /// The provider by the name that the client sent.
    pub provider: String,
    pub purpose: AuthorizationPurpose,
    /// The contract of the request, whose callback receives the response if it has one for the provider.
    pub contract: Contract,
    pub callback: Option<Redirect>,
    pub new_user_callback: Option<Redirect>,
    pub error_callback: Option<Redirect>,
    /// Scopes in addition to the configured ones.
    pub scopes: Vec<String>,
    pub login_hint: Option<String>,
    pub captcha: CaptchaCheck,
    pub client: Client,
}

/// The redirect target, and the secret that the browser must present when it returns.
#[derive(Debug)]
pub struct BegunAuthorization {
    pub id: AuthorizationId,
    pub state: AuthorizationState,
    pub url: Url,
    pub browser: BrowserSecret,
}

refusals! {
    pub enum BeginAuthorizationError {
        ProviderNotFound: NotFound = "no such provider is configured",
    }
    of {
        Provider(#[from] ProviderError) = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
    }
}

/// The time limit for the user at the provider. The cookie has the same lifetime.
pub const AUTHORIZATION_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

impl Core {
    pub async fn begin_authorization(
        &self,
        command: BeginAuthorization,
        now: Timestamp,
    ) -> Result<BegunAuthorization, BeginAuthorizationError> {
        let provider = self.social_provider(&command.provider, now).await?;
        let provider = provider.ok_or(BeginAuthorizationError::ProviderNotFound)?;
        self.begin_authorization_at(provider, command, now).await
    }

    pub(super) async fn begin_authorization_at(
        &self,
        provider: Arc<Provider>,
        command: BeginAuthorization,
        now: Timestamp,
    ) -> Result<BegunAuthorization, BeginAuthorizationError> {
        self.limit_rate(RateLimit::AUTHORIZATION, &command.client.ip, now)
            .await?;
        self.verify_captcha(&command.captcha, &command.client, now).await?;
        let state = AuthorizationState {
            authorization_id: AuthorizationId::generate(now, &*self.entropy),
            secret: Secret::generate(&*self.entropy),
        };
        let browser = BrowserSecret::generate(&*self.entropy);
        let contract = provider.callback_of(command.contract);
        let request = AuthorizationRequest {
            state: &state.to_string(),
            binding: &Binding::of(&browser),
            scopes: &command.scopes,
            login_hint: command.login_hint.as_deref(),
            contract,
        };
        let url = provider.authorization_url(&request, Deadline::start(), now).await?;
        let authorization = Authorization {
            id: state.authorization_id,
            hash: state.secret.hash(),
            browser: browser.hash(),
            provider: provider.id().clone(),
            issuer: provider.issuer().clone(),
            contract,
            purpose: command.purpose,
            callback: command.callback,
            new_user_callback: command.new_user_callback,
            error_callback: command.error_callback,
            expires_at: now + AUTHORIZATION_LIFETIME,
        };
        self.store
            .commit(Changes::new().create_authorization(&authorization))
            .await?;
        Ok(BegunAuthorization {
            id: authorization.id,
            state,
            url,
            browser,
        })
    }
}
