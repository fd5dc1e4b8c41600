//! OpenID providers (OpenID Connect Core 1.0): the authorization code flow with PKCE, state and nonce, and ID tokens
//! that clients present.

mod discovery;
mod id_token;
mod types;

use std::collections::BTreeMap;

use jiff::Timestamp;
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope,
    TokenResponse,
};
use serde_json::Value;
use url::Url;

use super::claims::Claims;
use super::error::{ClientRefusal, profile_failed};
use super::fetch::Fetch;
use super::plain_oauth::{challenge, expiry, refused_or_unavailable, scopes};
use super::settings::{ClientAuthentication, InvalidProvider, ProviderSettings};
use super::{AuthorizationRequest, Callbacks, Granted, PresentedToken, Profile, ProviderError, is_bearer_token};
use crate::domain::{Binding, Contract, EmailAddress, Identity, Issuer, ProviderId, ProviderTokens};

use discovery::{Discovery, Known, TENANT_PLACEHOLDER};
use id_token::{Expected, single_use};
use types::{Client, Tokens};

/// The issuers of Microsoft, one for each tenant.
const MICROSOFT: &str = "https://login.microsoftonline.com/";

pub struct OpenId {
    provider: ProviderId,
    issuer: Issuer,
    client_id: ClientId,
    client_secret: ClientSecret,
    callback: RedirectUrl,
    platform_callback: RedirectUrl,
    scopes: Vec<String>,
    parameters: BTreeMap<String, String>,
    client_authentication: Option<ClientAuthentication>,
    /// Whether ID tokens must have the nonce, which one provider omits.
    expects_nonce: bool,
    discovery: Discovery,
    fetch: Fetch,
    pub(super) refusal: ClientRefusal,
}

impl OpenId {
    pub(super) fn new(
        settings: &ProviderSettings,
        callbacks: &Callbacks,
        fetch: Fetch,
    ) -> Result<Self, InvalidProvider> {
        let issuer = settings.issuer.clone();
        let issuer = issuer.ok_or_else(|| InvalidProvider::NoIssuer(settings.id.to_string()))?;
        let invalid = |_| InvalidProvider::Url(settings.id.to_string());
        let redirect = |url: &String| RedirectUrl::new(url.clone()).map_err(invalid);
        let own = || ["email", "profile"].map(str::to_owned).to_vec();
        Ok(Self {
            provider: settings.id.clone(),
            issuer: Issuer::new(issuer.clone()),
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: ClientSecret::new(settings.client_secret.clone()),
            callback: redirect(&callbacks.better_auth)?,
            platform_callback: redirect(&callbacks.platform)?,
            scopes: settings.scopes.clone().unwrap_or_else(own),
            parameters: settings.parameters.clone(),
            client_authentication: settings.client_authentication,
            expects_nonce: settings.id.as_str() != "linkedin",
            discovery: Discovery::new(settings.id.clone(), issuer, fetch.clone()),
            fetch,
            refusal: ClientRefusal::default(),
        })
    }

    pub async fn authorization_url(
        &self,
        request: &AuthorizationRequest<'_>,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        let client = self.client(&*self.discovery.known(now).await?, request.contract)?;
        let state = request.state.to_owned();
        let asked = self.scopes.iter().chain(request.scopes);
        let asked = asked.filter(|scope| *scope != "openid").cloned().map(Scope::new);
        let mut url = client
            .authorize_url(move || CsrfToken::new(state))
            .add_scope(Scope::new("openid".to_owned()))
            .add_scopes(asked)
            .add_extra_param("nonce", &request.binding.nonce)
            .set_pkce_challenge(challenge(request.binding));
        if let Some(hint) = request.login_hint {
            url = url.add_extra_param("login_hint", hint);
        }
        for (name, value) in &self.parameters {
            url = url.add_extra_param(name, value);
        }
        Ok(url.url().0)
    }

    pub async fn exchange(
        &self,
        code: &str,
        binding: &Binding,
        issuer: Option<&str>,
        contract: Contract,
        now: Timestamp,
    ) -> Result<Granted, ProviderError> {
        let known = self.discovery.known(now).await?;
        self.check_sender(&known, issuer)?;
        let answer = self
            .client(&known, contract)?
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(binding.code_verifier.clone()))
            .request_async(&self.fetch)
            .await
            .map_err(|error| refused_or_unavailable(&self.provider, &self.refusal, &error))?;
        let id_token = answer.extra_fields().id_token.as_deref();
        let id_token = id_token.ok_or(ProviderError::InvalidToken)?;
        let access_token = Some(answer.access_token().secret().as_str());
        let expected = Expected::Ours(&binding.nonce);
        let claims = self.verify(id_token, expected, access_token, now).await?;
        Ok(Granted {
            identity: self.identity(&known, &claims, access_token).await?,
            // A token with a nonce of this service is never accepted from a client. One without a nonce would be.
            single_use: single_use(id_token, &claims).filter(|_| claims.0["nonce"].is_null()),
            tokens: tokens(&answer, now),
        })
    }

    pub async fn identify(&self, presented: PresentedToken<'_>, now: Timestamp) -> Result<Granted, ProviderError> {
        let expected = Expected::Clients(presented.nonce);
        let access_token = presented.access_token;
        let claims = self.verify(presented.token, expected, access_token, now).await?;
        let known = self.discovery.known(now).await?;
        Ok(Granted {
            identity: self.identity(&known, &claims, access_token).await?,
            single_use: single_use(presented.token, &claims),
            tokens: ProviderTokens {
                access_token: access_token.map(str::to_owned),
                id_token: Some(presented.token.to_owned()),
                ..ProviderTokens::default()
            },
        })
    }

    pub async fn refresh(&self, refresh_token: &str, now: Timestamp) -> Result<ProviderTokens, ProviderError> {
        // A refresh has no redirect.
        let client = self.client(&*self.discovery.known(now).await?, Contract::BetterAuth)?;
        let token = RefreshToken::new(refresh_token.to_owned());
        let answer = client
            .exchange_refresh_token(&token)
            .request_async(&self.fetch)
            .await
            .map_err(|error| refused_or_unavailable(&self.provider, &self.refusal, &error))?;
        // An ID token of a refresh may have no nonce (OpenID Connect Core, section 12.2), so it would be accepted from
        // a client: an attacker with a session would get a credential that outlives the session.
        Ok(ProviderTokens {
            id_token: None,
            ..tokens(&answer, now)
        })
    }

    /// The claims of the user-info endpoint. Without such an endpoint, the claims of the ID token are used, whose
    /// signature was verified before it was stored.
    pub async fn profile(
        &self,
        subject: &str,
        tokens: &ProviderTokens,
        now: Timestamp,
    ) -> Result<Profile, ProviderError> {
        let known = self.discovery.known(now).await?;
        let asked = match &tokens.access_token {
            Some(token) => self.user_info(&known, subject, token).await?,
            None => None,
        };
        let claims = match asked {
            Some(claims) => claims,
            None => self.stored_claims(subject, tokens)?,
        };
        let (email, email_verified) = self.address_of(&known, &claims);
        let identity = Identity {
            provider: self.provider.clone(),
            issuer: self.issuer.clone(),
            subject: subject.to_owned(),
            email,
            email_verified,
            name: claims.name(),
            image: claims.picture(),
        };
        Ok(Profile {
            identity,
            data: claims.0,
        })
    }

    fn stored_claims(&self, subject: &str, tokens: &ProviderTokens) -> Result<Claims, ProviderError> {
        let claims = tokens.id_token.as_deref().and_then(Claims::of_token);
        self.of_subject(claims.ok_or(ProviderError::Unsupported)?, subject)
    }

    /// `contract` decides the callback URL, which must be the same in the authorization request and in the token
    /// request (RFC 6749, section 4.1.3).
    fn client(&self, known: &Known, contract: Contract) -> Result<Client, ProviderError> {
        let auth_type = match self.client_authentication.unwrap_or(known.client_authentication) {
            ClientAuthentication::Basic => AuthType::BasicAuth,
            ClientAuthentication::Post => AuthType::RequestBody,
        };
        let token_endpoint = known.metadata.token_endpoint().cloned();
        let token_endpoint = token_endpoint.ok_or_else(|| {
            tracing::error!(social.provider = %self.provider, "a provider publishes no token endpoint");
            ProviderError::Unavailable
        })?;
        let callback = match contract {
            Contract::Platform => &self.platform_callback,
            Contract::BetterAuth | Contract::Basic | Contract::Teams | Contract::Accounts => &self.callback,
        };
        Ok(oauth2::Client::new(self.client_id.clone())
            .set_client_secret(self.client_secret.clone())
            .set_auth_uri(known.metadata.authorization_endpoint().clone())
            .set_token_uri(token_endpoint)
            .set_redirect_uri(callback.clone())
            .set_auth_type(auth_type))
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

    /// The identity of the ID token, with the claims of the provider's user-info endpoint where the ID token has no
    /// address or no name. The address and its verification come from one document.
    async fn identity(
        &self,
        known: &Known,
        claims: &Claims,
        access_token: Option<&str>,
    ) -> Result<Identity, ProviderError> {
        let subject = claims.subject().ok_or(ProviderError::InvalidToken)?;
        let issuer = claims.text("iss").ok_or(ProviderError::InvalidToken)?;
        let lacks_address = claims.email().is_none();
        let more = match access_token.filter(|_| lacks_address || claims.name().is_none()) {
            Some(token) => match self.user_info(known, subject, token).await {
                Ok(more) => more,
                // A name is not worth failing for, but the profile of another user is an attack.
                Err(ProviderError::Unavailable | ProviderError::Refused) if !lacks_address => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        let (email, email_verified) = match &more {
            Some(more) if lacks_address => self.address_of(known, more),
            _ => self.address_of(known, claims),
        };
        let name = claims.name().or_else(|| more.as_ref()?.name_or_substitute());
        Ok(Identity {
            provider: self.provider.clone(),
            // The verified claim, which names the tenant where the configured issuer stands for several.
            issuer: Issuer::new(issuer),
            subject: subject.to_owned(),
            email,
            email_verified,
            name: name.or_else(|| claims.name_or_substitute()),
            image: claims.picture().or_else(|| more.as_ref()?.picture()),
        })
    }

    /// The address of a document, and whether it counts as verified. Administrators of a tenant at Microsoft choose the
    /// claims of its users, so there only Microsoft's own assertion counts, that the tenant owns the domain of the
    /// address. It has no meaning for any other provider. Of an issuer of other tenants, nothing counts.
    fn address_of(&self, known: &Known, claims: &Claims) -> (Option<EmailAddress>, bool) {
        let (email, is_verified) = claims.address();
        let is_microsoft = self.provider.as_str() == "microsoft" || self.issuer.as_str().starts_with(MICROSOFT);
        let is_verified = match (is_microsoft, known.metadata.issuer().contains(TENANT_PLACEHOLDER)) {
            (true, _) => email.is_some() && owns_domain(claims),
            (false, true) => false,
            (false, false) => is_verified,
        };
        (email, is_verified)
    }

    /// The claims of the user-info endpoint; `None` without such an endpoint.
    async fn user_info(
        &self,
        known: &Known,
        subject: &str,
        access_token: &str,
    ) -> Result<Option<Claims>, ProviderError> {
        let Some(endpoint) = known.metadata.userinfo_endpoint() else {
            return Ok(None);
        };
        // The token is put into a header, so its characters are checked for every provider.
        if !is_bearer_token(access_token) {
            return Err(ProviderError::InvalidToken);
        }
        let asked = self.fetch.json(endpoint.url(), Some(access_token)).await;
        let claims = Claims(asked.map_err(|error| profile_failed(&self.provider, &error))?);
        self.of_subject(claims, subject).map(Some)
    }

    /// The user-info endpoint must describe the subject of the ID token (OpenID Connect Core, section 5.3.2): with an
    /// access token of another user, a client could pass for that user.
    fn of_subject(&self, claims: Claims, subject: &str) -> Result<Claims, ProviderError> {
        if claims.subject() == Some(subject) {
            return Ok(claims);
        }
        tracing::warn!(social.provider = %self.provider, "a provider returned the profile of another user");
        Err(ProviderError::InvalidToken)
    }
}

/// Whether Microsoft asserts that the tenant owns the domain of the address.
fn owns_domain(claims: &Claims) -> bool {
    match &claims.0["xms_edov"] {
        Value::Bool(owns) => *owns,
        Value::Number(owns) => owns.as_u64() == Some(1),
        Value::String(owns) => owns == "1" || owns == "true",
        _ => false,
    }
}

fn tokens(answer: &Tokens, now: Timestamp) -> ProviderTokens {
    ProviderTokens {
        access_token: Some(answer.access_token().secret().clone()),
        refresh_token: answer.refresh_token().map(|token| token.secret().clone()),
        id_token: answer.extra_fields().id_token.clone(),
        access_token_expires_at: expiry(answer.expires_in(), now),
        scopes: scopes(answer.scopes()),
    }
}
