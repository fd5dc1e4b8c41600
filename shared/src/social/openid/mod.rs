//! OpenID providers (OpenID Connect Core 1.0): the authorization code flow with PKCE, state and nonce, and ID tokens that clients bring.

mod discovery;
mod profile;
mod types;

use std::collections::BTreeMap;

use jiff::Timestamp;
use openidconnect::core::{CoreGenderClaim, CoreJwsSigningAlgorithm, CoreResponseType};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, CsrfToken, EmptyAdditionalClaims, LoginHint, Nonce, OAuth2TokenResponse, PkceCodeVerifier,
    RedirectUrl, RefreshToken, Scope, SignatureVerificationError, TokenResponse, UserInfoClaims,
};
use url::Url;

use super::error::{invalid_token, profile_failed, unavailable};
use super::fetch::Fetch;
use super::plain_oauth::{challenge, expiry, refused_or_unavailable, scopes};
use super::settings::{InvalidProvider, ProviderSettings};
use super::{AuthorizationRequest, Granted, PresentedToken, Profile, ProviderError};
use crate::domain::linked_account::MAX_SUBJECT;
use crate::domain::{Binding, EmailAddress, Identity, ProviderId, ProviderTokens};

use discovery::{DIRECTORY, Discovery, Known};
use types::{Claims, Client, IdToken, Tokens, Verifier};

/// Signatures with the provider's private key alone: a secret that both know proves nothing to third parties, and `none` nothing at all.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

pub struct OpenId {
    provider: ProviderId,
    client_id: ClientId,
    client_secret: ClientSecret,
    callback: RedirectUrl,
    scopes: Vec<String>,
    parameters: BTreeMap<String, String>,
    /// One provider leaves it out of its ID tokens.
    expects_nonce: bool,
    discovery: Discovery,
    fetch: Fetch,
}

/// Which nonce an ID token must have.
#[derive(Clone, Copy)]
enum Expected<'a> {
    /// The one that we made.
    Ours(&'a str),
    /// The one that the client made, if it made one.
    Clients(Option<&'a str>),
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

    /// What the user-info endpoint tells, of the subject alone (OpenID Connect Core, section 5.3.2). Where there is none, the ID token says
    /// it: its signature was verified before it was kept.
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
        let auth_type = if known.takes_secret_in_body {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        };
        Client::from_provider_metadata(known.metadata.clone(), self.client_id.clone(), secret)
            .set_redirect_uri(self.callback.clone())
            .set_auth_type(auth_type)
    }

    /// A code that another provider issued must not be sent to this one (RFC 9207).
    fn check_sender(&self, known: &Known, issuer: Option<&str>) -> Result<(), ProviderError> {
        let own = known.metadata.issuer().as_str();
        let refused = match issuer {
            Some(issuer) if own.contains(DIRECTORY) => {
                let (before, after) = own.split_once(DIRECTORY).unwrap_or((own, ""));
                let is_own = issuer.starts_with(before) && issuer.ends_with(after);
                (!is_own).then_some(ProviderError::OtherIssuer)
            }
            Some(issuer) => (issuer != own).then_some(ProviderError::OtherIssuer),
            None => known.names_itself.then_some(ProviderError::NoIssuer),
        };
        let Some(error) = refused else { return Ok(()) };
        tracing::warn!(social.provider = %self.provider, %error, "a code may have come from another provider");
        Err(error)
    }

    /// Signature, issuer, audience, times and nonce; and that the access token is the one that came with it (section 3.1.3.8).
    async fn verify(
        &self,
        token: &IdToken,
        expected: Expected<'_>,
        access_token: Option<&AccessToken>,
        now: Timestamp,
    ) -> Result<Claims, ProviderError> {
        let mut known = self.discovery.known(now).await?;
        let mut claims = self.claims(token, &known, expected, now);
        if matches!(
            &claims,
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
            ))
        ) {
            known = self.discovery.known_anew(now).await?;
            claims = self.claims(token, &known, expected, now);
        }
        let claims = claims.map_err(|error| invalid_token(&self.provider, &error))?;
        let verifier = self.verifier(&known, now);
        if let (Some(hash), Some(access_token)) = (claims.access_token_hash(), access_token) {
            let algorithm = token
                .signing_alg()
                .map_err(|error| invalid_token(&self.provider, &error))?;
            let key = token
                .signing_key(&verifier)
                .map_err(|error| invalid_token(&self.provider, &error))?;
            let actual = AccessTokenHash::from_token(access_token, algorithm, key);
            if actual.map_err(|error| invalid_token(&self.provider, &error))? != *hash {
                return Err(ProviderError::InvalidToken);
            }
        }
        if claims.subject().as_str().len() > MAX_SUBJECT {
            return Err(ProviderError::InvalidToken);
        }
        Ok(claims)
    }

    fn claims(
        &self,
        token: &IdToken,
        known: &Known,
        expected: Expected<'_>,
        now: Timestamp,
    ) -> Result<Claims, ClaimsVerificationError> {
        let nonce = |nonce: Option<&Nonce>| self.check_nonce(nonce.map(Nonce::secret), expected);
        let claims = token.clone().into_claims(&self.verifier(known, now), nonce)?;
        let own = known.metadata.issuer().as_str();
        let directory = claims.additional_claims().tid.as_deref();
        if own.contains(DIRECTORY)
            && directory.map(|id| own.replace(DIRECTORY, id)).as_deref() != Some(claims.issuer().as_str())
        {
            return Err(ClaimsVerificationError::InvalidIssuer(
                "of another directory".to_owned(),
            ));
        }
        Ok(claims)
    }

    fn check_nonce(&self, nonce: Option<&String>, expected: Expected<'_>) -> Result<(), String> {
        let holds = match (nonce, expected) {
            (Some(nonce), Expected::Ours(ours)) => nonce == ours,
            (None, Expected::Ours(_)) => !self.expects_nonce,
            (nonce, Expected::Clients(Some(theirs))) => nonce.is_some_and(|nonce| nonce == theirs),
            (_, Expected::Clients(None)) => true,
        };
        if holds {
            Ok(())
        } else {
            Err("not the one that was sent".to_owned())
        }
    }

    fn verifier<'a>(&self, known: &Known, now: Timestamp) -> Verifier<'a> {
        let metadata = &known.metadata;
        let keys = metadata.jwks().clone();
        let now = chrono::DateTime::from_timestamp_millis(now.as_millisecond()).unwrap_or_default();
        Verifier::new_public_client(self.client_id.clone(), metadata.issuer().clone(), keys)
            .set_allowed_algs(ALGORITHMS)
            // Of one that stands for many, the issuer is held against the directory afterwards.
            .require_issuer_match(!metadata.issuer().as_str().contains(DIRECTORY))
            .set_time_fn(move || now)
    }

    /// What the ID token leaves out, the provider's user-info endpoint tells.
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
            email_verified: says_verified.unwrap_or(false) || owns_domain(claims),
            name: name.map(|name| name.as_str().to_owned()),
            image: image.map(|url| url.as_str().to_owned()),
        })
    }

    async fn user_info(
        &self,
        client: &Client,
        claims: &Claims,
        access_token: &AccessToken,
    ) -> Result<Option<UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>>, ProviderError> {
        // The subject must be the ID token's (section 5.3.2).
        let request = client.user_info(access_token.clone(), Some(claims.subject().clone()));
        let Ok(request) = request else { return Ok(None) };
        let answer = request.request_async(&self.fetch).await;
        answer
            .map(Some)
            .map_err(|error| unavailable(&self.provider, "user info", &error))
    }
}

/// One provider says so, in place of a verified address.
fn owns_domain(claims: &Claims) -> bool {
    match &claims.additional_claims().xms_edov {
        Some(serde_json::Value::Bool(owns)) => *owns,
        Some(serde_json::Value::Number(owns)) => owns.as_u64() == Some(1),
        Some(serde_json::Value::String(owns)) => owns == "1" || owns == "true",
        _ => false,
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
