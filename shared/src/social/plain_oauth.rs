//! The OAuth 2.0 part of a sign-in: exchanging a code for an access token (RFC 6749, section 4.1), with PKCE (RFC
//! 7636).

use jiff::{SignedDuration, Timestamp};
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use url::Url;

use super::error::{ClientRefusal, unavailable};
use super::fetch::Fetch;
use super::settings::{InvalidProvider, ProviderSettings};
use super::{AuthorizationRequest, ProviderError};
use crate::domain::{Binding, Issuer, ProviderId, ProviderTokens};

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

pub struct PlainOAuth {
    pub provider: ProviderId,
    pub issuer: Issuer,
    pub fetch: Fetch,
    pub refusal: ClientRefusal,
    client: Client,
    scopes: Vec<String>,
}

impl PlainOAuth {
    pub fn new(
        settings: &ProviderSettings,
        callback: &str,
        fetch: Fetch,
        [authorization, token]: [&str; 2],
        scopes: &[&str],
    ) -> Result<Self, InvalidProvider> {
        let invalid = |_| InvalidProvider::Url(settings.id.to_string());
        let chosen =
            |given: &Option<Url>, own: &str| given.as_ref().map_or_else(|| own.to_owned(), ToString::to_string);
        let authorization = chosen(&settings.endpoints.authorization, authorization);
        let token = chosen(&settings.endpoints.token, token);
        let client = BasicClient::new(ClientId::new(settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(settings.client_secret.clone()))
            .set_auth_uri(AuthUrl::new(authorization).map_err(invalid)?)
            .set_token_uri(TokenUrl::new(token).map_err(invalid)?)
            .set_redirect_uri(RedirectUrl::new(callback.to_owned()).map_err(invalid)?)
            .set_auth_type(AuthType::RequestBody);
        let own = || scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Ok(Self {
            provider: settings.id.clone(),
            issuer: settings.issuer(),
            fetch,
            refusal: ClientRefusal::default(),
            client,
            scopes: settings.scopes.clone().unwrap_or_else(own),
        })
    }

    pub fn authorization_url(&self, request: &AuthorizationRequest<'_>) -> Url {
        let state = request.state.to_owned();
        let scopes = self.scopes.iter().chain(request.scopes).cloned().map(Scope::new);
        let (url, _) = self
            .client
            .authorize_url(move || CsrfToken::new(state))
            .add_scopes(scopes)
            .set_pkce_challenge(challenge(request.binding))
            .url();
        url
    }

    pub async fn exchange(
        &self,
        code: &str,
        binding: &Binding,
        now: Timestamp,
    ) -> Result<ProviderTokens, ProviderError> {
        let answer = self
            .client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(binding.code_verifier.clone()))
            .request_async(&self.fetch)
            .await;
        self.tokens(answer, now)
    }

    pub async fn refresh(&self, refresh_token: &str, now: Timestamp) -> Result<ProviderTokens, ProviderError> {
        let token = RefreshToken::new(refresh_token.to_owned());
        let answer = self
            .client
            .exchange_refresh_token(&token)
            .request_async(&self.fetch)
            .await;
        self.tokens(answer, now)
    }

    fn tokens<RE: std::error::Error + 'static>(
        &self,
        answer: Result<BasicTokenResponse, RequestTokenError<RE, oauth2::basic::BasicErrorResponse>>,
        now: Timestamp,
    ) -> Result<ProviderTokens, ProviderError> {
        let answer = answer.map_err(|error| refused_or_unavailable(&self.provider, &self.refusal, &error))?;
        Ok(ProviderTokens {
            access_token: Some(answer.access_token().secret().clone()),
            refresh_token: answer.refresh_token().map(|token| token.secret().clone()),
            id_token: None,
            access_token_expires_at: expiry(answer.expires_in(), now),
            scopes: scopes(answer.scopes()),
        })
    }
}

pub fn challenge(binding: &Binding) -> PkceCodeChallenge {
    PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(binding.code_verifier.clone()))
}

pub fn expiry(lasts: Option<std::time::Duration>, now: Timestamp) -> Option<Timestamp> {
    now.checked_add(SignedDuration::try_from(lasts?).ok()?).ok()
}

pub fn scopes(scopes: Option<&Vec<Scope>>) -> Vec<String> {
    let texts = scopes.into_iter().flatten().map(|scope| scope.as_str().to_owned());
    // GitHub separates scopes by commas.
    texts
        .flat_map(|scope| scope.split(',').map(str::to_owned).collect::<Vec<_>>())
        .filter(|scope| !scope.is_empty())
        .collect()
}

/// Whether the client's authentication failed (RFC 6749, section 5.2), by the text of the error response, which begins with
/// its code. The second code is that of GitHub.
fn is_about_the_client(response: &str) -> bool {
    let code = response
        .split(|character: char| !character.is_ascii_lowercase() && character != '_')
        .next();
    matches!(code, Some("invalid_client" | "incorrect_client_credentials"))
}

/// An error response of the provider is about the code or the token; a malformed response is a failure of the provider.
pub fn refused_or_unavailable<RE, TE>(
    provider: &ProviderId,
    refusal: &ClientRefusal,
    error: &RequestTokenError<RE, TE>,
) -> ProviderError
where
    RE: std::error::Error + 'static,
    TE: oauth2::ErrorResponse + 'static,
{
    match error {
        RequestTokenError::ServerResponse(response) => {
            if is_about_the_client(&response.to_string()) {
                refusal.note();
            }
            tracing::warn!(social.provider = %provider, reason = %response, "a provider refused a code or a token");
            ProviderError::Refused
        }
        // A parse error contains the response with its tokens, so only its cause is logged.
        RequestTokenError::Parse(error, _) => unavailable(provider, "token", error),
        RequestTokenError::Request(error) => unavailable(provider, "token", error),
        RequestTokenError::Other(_) => {
            tracing::error!(social.provider = %provider, "the response of a provider's token endpoint is malformed");
            ProviderError::Unavailable
        }
    }
}
