//! OpenID providers (OpenID Connect Core 1.0): the authorization code flow with PKCE, state and nonce, and ID tokens
//! that clients present.

mod discovery;
mod id_token;
mod profile;
mod types;

use std::collections::BTreeMap;

use jiff::Timestamp;
use openidconnect::core::{CoreGenderClaim, CoreResponseType};
use openidconnect::{
    AccessToken, AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyAdditionalClaims, LoginHint, Nonce, OAuth2TokenResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope,
    TokenResponse, UserInfoClaims, UserInfoError,
};
use serde_json::Value;
use url::Url;

use super::error::{invalid_token, profile_failed, unavailable};
use super::fetch::Fetch;
use super::plain_oauth::{challenge, expiry, refused_or_unavailable, scopes};
use super::settings::{ClientAuthentication, InvalidProvider, ProviderSettings};
use super::{AuthorizationRequest, Granted, PresentedToken, Profile, ProviderError, is_bearer_token};
use crate::domain::{Binding, EmailAddress, Identity, ProviderId, ProviderTokens};
use crate::outbound::OutboundError;

use discovery::{Discovery, Known, TENANT_PLACEHOLDER};
use id_token::Expected;
use types::{Claims, Client, IdToken, Tokens};

pub struct OpenId {
    provider: ProviderId,
    client_id: ClientId,
    client_secret: ClientSecret,
    callback: RedirectUrl,
    scopes: Vec<String>,
    parameters: BTreeMap<String, String>,
    client_authentication: Option<ClientAuthentication>,
    /// Whether ID tokens must have the nonce, which one provider omits.
    expects_nonce: bool,
    discovery: Discovery,
    fetch: Fetch,
}

impl OpenId {
    pub fn new(settings: &ProviderSettings, callback: &str, fetch: Fetch) -> Result<Self, InvalidProvider> {
        let issuer = settings.issuer.clone();
        let issuer = issuer.ok_or_else(|| InvalidProvider::NoIssuer(settings.id.to_string()))?;
        let callback = RedirectUrl::new(callback.to_owned());
        let own = || ["email", "profile"].map(str::to_owned).to_vec();
        Ok(Self {
            provider: settings.id.clone(),
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: ClientSecret::new(settings.client_secret.clone()),
            callback: callback.map_err(|_| InvalidProvider::Url(settings.id.to_string()))?,
            scopes: settings.scopes.clone().unwrap_or_else(own),
            parameters: settings.parameters.clone(),
            client_authentication: settings.client_authentication,
            expects_nonce: settings.id.as_str() != "linkedin",
            discovery: Discovery::new(settings.id.clone(), issuer, fetch.clone()),
            fetch,
        })
    }

    pub async fn authorization_url(
        &self,
        request: &AuthorizationRequest<'_>,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let client = self.client(&*self.discovery.known(now).await?);
        let (state, nonce) = (request.state.to_owned(), request.binding.nonce.clone());
        let asked = self.scopes.iter().chain(request.scopes);
        let mut url = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(asked.filter(|scope| *scope != "openid").cloned().map(Scope::new))
            .set_pkce_challenge(challenge(request.binding));
        if let Some(hint) = request.login_hint {
            url = url.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        for (name, value) in &self.parameters {
            url = url.add_extra_param(name.clone(), value.clone());
        }
        Ok(url.url().0)
    }

    pub async fn exchange(
        &self,
        code: &str,
        binding: &Binding,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Result<Granted, ProviderError> {
        let known = self.discovery.known(now).await?;
        self.check_sender(&known, issuer)?;
        let client = self.client(&known);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| unavailable(&self.provider, "token", &error))?
            .set_pkce_verifier(PkceCodeVerifier::new(binding.code_verifier.clone()))
            .request_async(&self.fetch)
            .await
            .map_err(|error| refused_or_unavailable(&self.provider, &error))?;
        let id_token = answer.id_token().ok_or(ProviderError::InvalidToken)?;
        let expected = Expected::Ours(&binding.nonce);
        let claims = self
            .verify(id_token, expected, Some(answer.access_token()), now)
            .await?;
        let identity = self.identity(&client, &claims, Some(answer.access_token())).await?;
        Ok(Granted {
            identity,
            tokens: tokens(&answer, now),
        })
    }

    pub async fn identify(&self, presented: PresentedToken<'_>, now: Timestamp) -> Result<Granted, ProviderError> {
        let id_token: IdToken = presented.token.parse().map_err(|_| ProviderError::InvalidToken)?;
        let access_token = presented.access_token.map(|token| AccessToken::new(token.to_owned()));
        let expected = Expected::Clients(presented.nonce);
        let claims = self.verify(&id_token, expected, access_token.as_ref(), now).await?;
        let client = self.client(&*self.discovery.known(now).await?);
        let identity = self.identity(&client, &claims, access_token.as_ref()).await?;
        let tokens = ProviderTokens {
            access_token: presented.access_token.map(str::to_owned),
            id_token: Some(presented.token.to_owned()),
            ..ProviderTokens::default()
        };
        Ok(Granted { identity, tokens })
    }

    pub async fn refresh(&self, refresh_token: &str, now: Timestamp) -> Result<ProviderTokens, ProviderError> {
        let client = self.client(&*self.discovery.known(now).await?);
        let token = RefreshToken::new(refresh_token.to_owned());
        let answer = client
            .exchange_refresh_token(&token)
            .map_err(|error| unavailable(&self.provider, "token", &error))?
            .request_async(&self.fetch)
            .await
            .map_err(|error| refused_or_unavailable(&self.provider, &error))?;
        Ok(tokens(&answer, now))
    }

    /// The claims of the user-info endpoint, which must be of the same subject (OpenID Connect Core, section 5.3.2).
    /// Without such an endpoint, the claims of the ID token are used, whose signature was verified before it was
    /// stored.
    pub async fn profile(
        &self,
        subject: &str,
        tokens: &ProviderTokens,
        now: Timestamp,
    ) -> Result<Profile, ProviderError> {
        let known = self.discovery.known(now).await?;
        let claims = match (known.metadata.userinfo_endpoint(), &tokens.access_token) {
            (Some(endpoint), Some(token)) => {
                let asked = self.fetch.json(endpoint.url(), Some(token)).await;
                asked.map_err(|error| profile_failed(&self.provider, &error))?
            }
            _ => profile::claims_of(tokens.id_token.as_deref()).ok_or(ProviderError::Unsupported)?,
        };
        profile::of(&self.provider, subject, claims)
    }

    fn client(&self, known: &Known) -> Client {
        let secret = Some(self.client_secret.clone());
        let auth_type = match self.client_authentication.unwrap_or(known.client_authentication) {
            ClientAuthentication::Basic => AuthType::BasicAuth,
            ClientAuthentication::Post => AuthType::RequestBody,
        };
        Client::from_provider_metadata(known.metadata.clone(), self.client_id.clone(), secret)
            .set_redirect_uri(self.callback.clone())
            .set_auth_type(auth_type)
    }

    /// A code of another provider must not be sent to this one (mix-up attack, RFC 9207).
    fn check_sender(&self, known: &Known, issuer: Option<&str>) -> Result<(), ProviderError> {
        let own = known.metadata.issuer().as_str();
        let refused = match issuer {
            Some(issuer) if own.contains(TENANT_PLACEHOLDER) => {
                let (before, after) = own.split_once(TENANT_PLACEHOLDER).unwrap_or((own, ""));
                let is_own = issuer.starts_with(before) && issuer.ends_with(after);
                (!is_own).then_some(ProviderError::OtherIssuer)
            }
            Some(issuer) => (issuer != own).then_some(ProviderError::OtherIssuer),
            None => known.names_itself.then_some(ProviderError::NoIssuer),
        };
        let Some(error) = refused else { return Ok(()) };
        tracing::warn!(social.provider = %self.provider, %error, "a code may be from another provider");
        Err(error)
    }

    /// Adds claims that are missing in the ID token from the provider's user-info endpoint.
    async fn identity(
        &self,
        client: &Client,
        claims: &Claims,
        access_token: Option<&AccessToken>,
    ) -> Result<Identity, ProviderError> {
        let more = match (claims.email(), access_token) {
            (None, Some(token)) => self.user_info(client, claims, token).await?,
            _ => None,
        };
        let email = claims.email().or_else(|| more.as_ref()?.email());
        let says_verified = claims.email_verified().or_else(|| more.as_ref()?.email_verified());
        let name = claims
            .name()
            .or_else(|| more.as_ref()?.name())
            .and_then(|name| name.get(None));
        let image = claims
            .picture()
            .or_else(|| more.as_ref()?.picture())
            .and_then(|url| url.get(None));
        Ok(Identity {
            provider: self.provider.clone(),
            subject: claims.subject().as_str().to_owned(),
            email: email.and_then(|email| EmailAddress::parse(email.as_str()).ok()),
            email_verified: says_verified.unwrap_or(false) || self.owns_domain(claims),
            name: name.map(|name| name.as_str().to_owned()),
            image: image.map(|url| url.as_str().to_owned()),
        })
    }

    /// Whether Microsoft asserts that the tenant owns the domain of the address, in place of a verified address. The claim has no
    /// meaning for any other provider.
    fn owns_domain(&self, claims: &Claims) -> bool {
        let says_so = match &claims.additional_claims().xms_edov {
            Some(Value::Bool(owns)) => *owns,
            Some(Value::Number(owns)) => owns.as_u64() == Some(1),
            Some(Value::String(owns)) => owns == "1" || owns == "true",
            _ => false,
        };
        says_so && claims.email().is_some() && self.provider.as_str() == "microsoft"
    }

    async fn user_info(
        &self,
        client: &Client,
        claims: &Claims,
        access_token: &AccessToken,
    ) -> Result<Option<UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>>, ProviderError> {
        // The token is put into a header, so its characters are checked for every provider.
        if !is_bearer_token(access_token.secret()) {
            return Err(ProviderError::InvalidToken);
        }
        // The subject must be the ID token's (section 5.3.2).
        let request = client.user_info(access_token.clone(), Some(claims.subject().clone()));
        let Ok(request) = request else { return Ok(None) };
        let answer = request.request_async(&self.fetch).await;
        answer.map(Some).map_err(|error| match error {
            UserInfoError::Response(status, ..) => profile_failed(&self.provider, &OutboundError::Status(status)),
            UserInfoError::ClaimsVerification(error) => invalid_token(&self.provider, &error),
            error => unavailable(&self.provider, "user info", &error),
        })
    }
}

fn tokens(answer: &Tokens, now: Timestamp) -> ProviderTokens {
    ProviderTokens {
        access_token: Some(answer.access_token().secret().clone()),
        refresh_token: answer.refresh_token().map(|token| token.secret().clone()),
        id_token: answer.id_token().map(ToString::to_string),
        access_token_expires_at: expiry(answer.expires_in(), now),
        scopes: scopes(answer.scopes()),
    }
}
