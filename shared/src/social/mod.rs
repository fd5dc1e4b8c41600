//! Sign-in with social providers: the authorization request, and the validation of the response. `openid` has the
//! providers of OpenID Connect, `facebook` and `github` the two that use only OAuth 2.0. Operations decide which
//! account belongs to an identity.

mod claims;
mod deadline;
mod error;
mod facebook;
mod fetch;
mod github;
mod openid;
mod plain_oauth;
mod settings;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use crate::domain::linked_account::MAX_SUBJECT;
use crate::domain::{Authorization, Binding, Contract, Identity, Issuer, ProviderId, ProviderTokens, SingleUse};

pub use deadline::Deadline;
pub use error::ProviderError;
pub use settings::{Endpoints, InvalidProvider, ProviderList, ProviderSettings, SignUpSetting};

use facebook::Facebook;
use fetch::Fetch;
use github::GitHub;
use openid::OpenId;

/// The providers of the deployment's setting.
#[derive(Default)]
pub struct SocialProviders(BTreeMap<ProviderId, Arc<Provider>>);

pub struct Provider {
    settings: ProviderSettings,
    issuer: Issuer,
    kind: Kind,
}

enum Kind {
    OpenId(Box<OpenId>),
    GitHub(GitHub),
    Facebook(Facebook),
}

/// The parameters of an authorization request.
#[derive(Debug)]
pub struct AuthorizationRequest<'a> {
    pub state: &'a str,
    pub binding: &'a Binding,
    /// Scopes in addition to those that are configured.
    pub scopes: &'a [String],
    /// The address with which the user is about to sign in.
    pub login_hint: Option<&'a str>,
    /// The contract to whose callback URL the provider redirects: see [`Provider::callback_of`].
    pub contract: Contract,
}

/// The callback URLs of a provider.
#[derive(Debug)]
struct Callbacks {
    better_auth: String,
    platform: String,
}

/// The code of an authorization response.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizationCode<'a> {
    pub code: &'a str,
    /// The parameter `iss` of the response (RFC 9207), if there is one.
    pub issuer: Option<&'a str>,
}

/// A token of a provider that a client has obtained by itself.
#[derive(Debug, Clone, Copy)]
pub struct PresentedToken<'a> {
    pub token: &'a str,
    /// The nonce that the client bound the token to, if there is one.
    pub nonce: Option<&'a str>,
    pub access_token: Option<&'a str>,
}

impl PresentedToken<'_> {
    /// The maximal length: tokens of providers are a few kB, and one provider accepts them in a URL.
    const MAX_LENGTH: usize = 8 * 1024;

    fn is_well_formed(&self) -> bool {
        [Some(self.token), self.access_token]
            .into_iter()
            .flatten()
            .all(|token| token.len() <= Self::MAX_LENGTH && is_bearer_token(token))
    }
}

/// Whether the token is valid in a header (`b64token`, RFC 6750, section 2.1), as a JWT is. Tokens of Facebook may also
/// have a `|`.
fn is_bearer_token(token: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=|".contains(&byte);
    !token.is_empty() && token.bytes().all(fits)
}

/// An identity, and the tokens that its provider issued with it.
#[derive(Debug, Clone)]
pub struct Granted {
    pub identity: Identity,
    pub tokens: ProviderTokens,
    /// The ID token, if a sign-in uses it up. `None` for what the provider itself accepts once, and for access tokens.
    pub single_use: Option<SingleUse>,
}

/// The current profile of a user at the provider, also as the unchanged data of the provider.
#[derive(Debug)]
pub struct Profile {
    pub identity: Identity,
    pub data: Value,
}

impl SocialProviders {
    /// `public_url` is the base of the callback URLs.
    pub fn new(settings: &[ProviderSettings], public_url: &str) -> Result<Self, InvalidProvider> {
        let provider = |settings: &ProviderSettings| {
            let provider = Provider::new(settings, public_url)?;
            Ok((settings.id.clone(), Arc::new(provider)))
        };
        settings.iter().map(provider).collect::<Result<_, _>>().map(Self)
    }

    pub fn get(&self, id: &ProviderId) -> Option<Arc<Provider>> {
        self.0.get(id).cloned()
    }

    /// Whether one of the providers has refused the client id or the client secret.
    pub fn is_client_refused(&self) -> bool {
        self.0.values().any(|provider| match &provider.kind {
            Kind::OpenId(provider) => provider.refusal.is_noted(),
            Kind::GitHub(provider) => provider.oauth.refusal.is_noted(),
            Kind::Facebook(provider) => provider.oauth.refusal.is_noted(),
        })
    }
}

impl Provider {
    /// `public_url` is the base of the callback URLs.
    pub fn new(settings: &ProviderSettings, public_url: &str) -> Result<Self, InvalidProvider> {
        let callbacks = match &settings.redirect_uri {
            Some(url) => Callbacks {
                better_auth: url.clone(),
                platform: url.clone(),
            },
            None => Callbacks {
                better_auth: format!("{public_url}/api/auth/callback/{}", settings.id),
                platform: format!("{public_url}/v1/auth/social/{}/callback", settings.id),
            },
        };
        let callback = &callbacks.better_auth;
        let fetch = Fetch::new();
        let kind = match settings.id.as_str() {
            "github" => Kind::GitHub(GitHub::new(settings, callback, fetch)?),
            "facebook" => Kind::Facebook(Facebook::new(settings, callback, fetch)?),
            _ => Kind::OpenId(Box::new(OpenId::new(settings, &callbacks, fetch)?)),
        };
        Ok(Self {
            settings: settings.clone(),
            issuer: settings.issuer(),
            kind,
        })
    }

    pub fn id(&self) -> &ProviderId {
        &self.settings.id
    }

    /// The issuer as it is configured.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Whether the issuer is the one of this provider, or one of its tenants. Tokens and proofs of any other issuer are
    /// not for this provider, although it has the name.
    pub fn serves(&self, issuer: &Issuer) -> bool {
        self.issuer.serves(issuer)
    }

    /// The contract whose callback receives the response to a request of a contract. The document of `platform` has
    /// callbacks of two providers; each other contract uses those of `better_auth`, which serve every provider.
    pub fn callback_of(&self, requesting: Contract) -> Contract {
        match (requesting, self.settings.id.as_str()) {
            (Contract::Platform, "google" | "microsoft") => Contract::Platform,
            _ => Contract::BetterAuth,
        }
    }

    /// Whether users who are new may sign up with the provider.
    pub fn sign_up(&self) -> SignUpSetting {
        self.settings.sign_up
    }

    /// The URL of the provider's authorization page.
    pub async fn authorization_url(
        &self,
        request: &AuthorizationRequest<'_>,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        match &self.kind {
            Kind::OpenId(provider) => {
                let url = provider.authorization_url(request, now);
                deadline.limit(self.id(), url).await
            }
            Kind::GitHub(provider) => Ok(provider.authorization_url(request)),
            Kind::Facebook(provider) => Ok(provider.authorization_url(request)),
        }
    }

    /// Exchanges the code of a response to the authorization for an identity.
    pub async fn exchange(
        &self,
        authorization: &Authorization,
        response: AuthorizationCode<'_>,
        binding: &Binding,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<Granted, ProviderError> {
        // The provider may have got another issuer since. It would receive a code of the former one, with its verifier.
        if authorization.issuer != self.issuer {
            tracing::warn!(social.provider = %self.settings.id, "the issuer of a provider changed during a sign-in");
            return Err(ProviderError::OtherIssuer);
        }
        let AuthorizationCode { code, issuer } = response;
        let contract = authorization.contract;
        let granted = async {
            match &self.kind {
                Kind::OpenId(provider) => provider.exchange(code, binding, issuer, contract, now).await,
                Kind::GitHub(provider) => provider.exchange(code, binding, now).await,
                Kind::Facebook(provider) => provider.exchange(code, binding, now).await,
            }
        };
        deadline.limit(self.id(), granted).await.and_then(with_valid_subject)
    }

    /// The identity of a token that a client has obtained by itself; the token must have been issued to this client.
    pub async fn identify(
        &self,
        presented: PresentedToken<'_>,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<Granted, ProviderError> {
        if !presented.is_well_formed() {
            return Err(ProviderError::InvalidToken);
        }
        let granted = async {
            match &self.kind {
                Kind::OpenId(provider) => provider.identify(presented, now).await,
                Kind::GitHub(_) => Err(ProviderError::Unsupported),
                Kind::Facebook(provider) => provider.identify(presented).await,
            }
        };
        deadline.limit(self.id(), granted).await.and_then(with_valid_subject)
    }

    /// The profile of the subject to whom the tokens were issued.
    pub async fn profile(
        &self,
        subject: &str,
        tokens: &ProviderTokens,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<Profile, ProviderError> {
        let access_token = tokens.access_token.as_deref().unwrap_or_default();
        let profile = async {
            match &self.kind {
                Kind::OpenId(provider) => provider.profile(subject, tokens, now).await,
                Kind::GitHub(provider) => provider.profile(access_token).await,
                Kind::Facebook(provider) => provider.profile(access_token).await,
            }
        };
        let profile = deadline.limit(self.id(), profile).await?;
        if profile.identity.subject == subject {
            Ok(profile)
        } else {
            Err(ProviderError::InvalidToken)
        }
    }

    pub async fn refresh(
        &self,
        refresh_token: &str,
        deadline: Deadline,
        now: Timestamp,
    ) -> Result<ProviderTokens, ProviderError> {
        let refreshed = async {
            match &self.kind {
                Kind::OpenId(provider) => provider.refresh(refresh_token, now).await,
                Kind::GitHub(provider) => provider.refresh(refresh_token, now).await,
                Kind::Facebook(_) => Err(ProviderError::Unsupported),
            }
        };
        deadline.limit(self.id(), refreshed).await
    }
}

/// An empty subject would be shared by all users; one that is too long cannot be stored.
fn with_valid_subject(granted: Granted) -> Result<Granted, ProviderError> {
    let Identity { provider, subject, .. } = &granted.identity;
    if (1..=MAX_SUBJECT).contains(&subject.len()) {
        return Ok(granted);
    }
    tracing::warn!(social.provider = %provider, subject.length = subject.len(), "a provider returned an invalid subject");
    Err(ProviderError::InvalidToken)
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.settings.id).finish()
    }
}

impl fmt::Debug for SocialProviders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
