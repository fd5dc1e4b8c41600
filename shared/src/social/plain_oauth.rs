//! The OAuth 2.0 part of a sign-in: exchanging a code for an access token (RFC 6749, section 4.1), with PKCE (RFC
//! 7636).

use jiff::{SignedDuration, Timestamp};
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicTokenResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use url::Url;

use super::error::{ClientRefusal, malformed, unavailable};
use super::fetch::Fetch;
use super::settings::{InvalidProvider, ProviderSettings};
use super::{AuthorizationRequest, ProviderError};
use crate::domain::{Binding, Issuer, ProviderId, ProviderTokens};

/// Longest error code that is logged.
const MAX_ERROR_CODE: usize = 64;

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
        answer: Result<BasicTokenResponse, RequestTokenError<RE, BasicErrorResponse>>,
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

/// The code, if it has the characters of one (RFC 6749, section 5.2).
fn error_code(code: &str) -> &str {
    let is_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if (1..=MAX_ERROR_CODE).contains(&code.len()) && code.bytes().all(is_code) {
        code
    } else {
        "(no error code)"
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

/// Whether the error code says that the client's authentication failed (RFC 6749, section 5.2). The second code is that of
/// GitHub.
fn is_about_the_client(code: &str) -> bool {
    matches!(code, "invalid_client" | "incorrect_client_credentials")
}

/// An error response of the provider is about the code or the token; a malformed response is a failure of the provider.
///
/// Only the error code is logged: a description is the provider's text, of any length, and may repeat what was sent.
pub fn refused_or_unavailable<RE>(
    provider: &ProviderId,
    refusal: &ClientRefusal,
    error: &RequestTokenError<RE, BasicErrorResponse>,
) -> ProviderError
where
    RE: std::error::Error + 'static,
{
    match error {
        RequestTokenError::ServerResponse(response) => {
            let code = response.error().as_ref();
            if is_about_the_client(code) {
                refusal.note();
            }
            let reason = error_code(code);
            tracing::warn!(social.provider = %provider, reason, "a provider refused a code or a token");
            ProviderError::Refused
        }
        // A parse error contains the response with its tokens, so only its place is logged.
        RequestTokenError::Parse(error, _) => {
            let cause = malformed(error.inner());
            tracing::error!(social.provider = %provider, error.cause = cause, "a provider's token response is malformed");
            ProviderError::Unavailable
        }
        RequestTokenError::Request(error) => unavailable(provider, "token", error),
        RequestTokenError::Other(_) => {
            tracing::error!(social.provider = %provider, "the response of a provider's token endpoint is malformed");
            ProviderError::Unavailable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_of_an_error_is_logged() {
        for code in ["invalid_grant", "bad_verification_code", "AADSTS70008"] {
            assert_eq!(error_code(code), code);
        }
        for text in [
            "",
            "a secret of the client",
            "line\nbreak",
            &"x".repeat(65),
            "\u{1b}[2J",
        ] {
            assert_eq!(error_code(text), "(no error code)", "{text}");
        }
    }
}
