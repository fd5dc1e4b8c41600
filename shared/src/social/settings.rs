//! The setting with the providers of a deployment: a JSON object by provider name. Well-known providers need only a
//! client id and a secret; any other OpenID provider also needs its issuer.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use url::Url;

use crate::domain::provider_url::parse_canonical;
use crate::domain::{Issuer, ProviderId, SocialProvider};
use crate::outbound::is_confidential;

#[derive(Clone)]
pub struct ProviderSettings {
    pub id: ProviderId,
    pub client_id: String,
    pub client_secret: String,
    /// The exact issuer identifier of the OpenID provider.
    pub issuer: Option<String>,
    /// The URL to which the provider redirects, in place of the callbacks of the contracts.
    pub redirect_uri: Option<String>,
    /// The scopes, in place of the defaults of the provider.
    pub scopes: Option<Vec<String>>,
    pub sign_up: SignUpSetting,
    /// Further parameters of the authorization request, such as `prompt`.
    pub parameters: BTreeMap<String, String>,
    pub endpoints: Endpoints,
    /// The method of client authentication, if the provider requires a particular one.
    pub client_authentication: Option<ClientAuthentication>,
}

/// Whether users who are new may sign up with the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpSetting {
    Open,
    /// Only by a request to sign up.
    OnRequest,
    Disabled,
}

impl SignUpSetting {
    /// `is_requested`: the client has asked for the sign-up explicitly.
    pub fn permits(self, is_requested: bool) -> bool {
        match self {
            Self::Open => true,
            Self::OnRequest => is_requested,
            Self::Disabled => false,
        }
    }
}

/// The place of the client secret in a token request (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuthentication {
    /// The `Authorization` header.
    Basic,
    /// The body.
    Post,
}

/// Endpoints in place of the provider's own, for self-hosted instances. OpenID providers publish theirs in the
/// discovery document.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Endpoints {
    pub authorization: Option<Url>,
    pub token: Option<Url>,
    /// The base URL of the API with the user's profile.
    pub api: Option<Url>,
}

/// A provider whose configuration is invalid.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum InvalidProvider {
    #[error("not a JSON object of providers: {0}")]
    NotJson(String),
    #[error("{0:?} is not the name of a provider: lower-case letters, digits, - and _")]
    Name(String),
    #[error("{0} needs an issuer")]
    NoIssuer(String),
    #[error("{0} has a URL that is neither https nor http on a loopback address")]
    Url(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    client_id: String,
    client_secret: String,
    issuer: Option<String>,
    /// The tenant whose users may sign in; `common` is all tenants.
    tenant: Option<String>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    disable_sign_up: bool,
    #[serde(default)]
    disable_implicit_sign_up: bool,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    #[serde(default)]
    endpoints: Endpoints,
    client_authentication: Option<ClientAuthentication>,
}

/// All providers, in the form of the setting.
#[derive(Debug, Clone, Default)]
pub struct ProviderList(pub Vec<ProviderSettings>);

impl FromStr for ProviderList {
    type Err = InvalidProvider;

    fn from_str(text: &str) -> Result<Self, InvalidProvider> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        // A message of serde_json may quote the text, which contains secrets, so only the position is returned.
        let written: BTreeMap<String, Written> = serde_json::from_str(text)
            .map_err(|error| InvalidProvider::NotJson(format!("line {}, column {}", error.line(), error.column())))?;
        written.into_iter().map(provider).collect::<Result<_, _>>().map(Self)
    }
}

fn provider((name, written): (String, Written)) -> Result<ProviderSettings, InvalidProvider> {
    let id = ProviderId::parse(&name).map_err(|_| InvalidProvider::Name(name.clone()))?;
    let issuer = written.issuer.or_else(|| id.known_issuer(written.tenant.as_deref()));
    if issuer.is_none() && id.is_openid() {
        return Err(InvalidProvider::NoIssuer(name));
    }
    let Endpoints {
        authorization,
        token,
        api,
    } = &written.endpoints;
    let urls = [authorization, token, api];
    // An operator may also name a host of the deployment's own network.
    let issuer_is_confidential = issuer.as_deref().is_none_or(|issuer| {
        let has_credentials = |url: &Url| !url.username().is_empty() || url.password().is_some();
        parse_canonical(issuer).is_some_and(|url| is_confidential(&url) && !has_credentials(&url))
    });
    if !issuer_is_confidential || urls.into_iter().flatten().any(|url| !is_confidential(url)) {
        return Err(InvalidProvider::Url(name));
    }
    Ok(ProviderSettings {
        id,
        client_id: written.client_id,
        client_secret: written.client_secret,
        issuer,
        redirect_uri: None,
        scopes: written.scopes,
        sign_up: match (written.disable_sign_up, written.disable_implicit_sign_up) {
            (true, _) => SignUpSetting::Disabled,
            (false, true) => SignUpSetting::OnRequest,
            (false, false) => SignUpSetting::Open,
        },
        parameters: written.parameters,
        endpoints: written.endpoints,
        client_authentication: written.client_authentication,
    })
}

impl ProviderSettings {
    /// The issuer of the provider's identities: for a provider that does not speak OpenID Connect, the URL of its own
    /// instance if it has one.
    pub fn issuer(&self) -> Issuer {
        let own_instance = self.endpoints.api.as_ref().or(self.endpoints.token.as_ref());
        match (&self.issuer, own_instance) {
            (Some(issuer), _) if self.id.is_openid() => Issuer::new(issuer.clone()),
            (_, Some(url)) if !self.id.is_openid() => Issuer::new(url.as_str()),
            _ => Issuer::assumed(&self.id),
        }
    }

    /// The settings of a record that administrators keep.
    pub fn of_record(record: &SocialProvider, client_secret: String) -> Self {
        Self {
            id: record.provider.clone(),
            client_id: record.client_id.clone(),
            client_secret,
            issuer: record.effective_issuer(),
            redirect_uri: record.redirect_uri.clone(),
            scopes: record.scopes.clone(),
            sign_up: SignUpSetting::Open,
            parameters: BTreeMap::new(),
            endpoints: Endpoints::default(),
            client_authentication: None,
        }
    }
}

impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<ProviderSettings>, InvalidProvider> {
        text.parse::<ProviderList>().map(|list| list.0)
    }

    #[test]
    fn known_providers_need_only_their_client() {
        let client = r#"{"clientId": "id", "clientSecret": "secret"}"#;
        for name in ["google", "github", "facebook", "microsoft", "linkedin"] {
            let providers = read(&format!(r#"{{"{name}": {client}}}"#)).expect(name);
            assert_eq!(providers[0].id.as_str(), name);
        }
        assert_eq!(
            read(&format!(r#"{{"acme": {client}}}"#)).map(|list| list.len()),
            Err(InvalidProvider::NoIssuer("acme".to_owned()))
        );
    }

    #[test]
    fn secrets_are_sent_over_https_only() {
        let with = |issuer: &str| {
            read(&format!(
                r#"{{"acme": {{"clientId": "i", "clientSecret": "s", "issuer": "{issuer}"}}}}"#
            ))
            .map(|_| ())
        };
        for good in ["https://login.example", "http://127.0.0.1:4000"] {
            assert_eq!(with(good), Ok(()), "{good}");
        }
        for bad in [
            "http://login.example",
            "http://localhost:4000",
            "ftp://127.0.0.1/",
            "https:login.example",
            "https://a:b@login.example",
        ] {
            assert_eq!(with(bad), Err(InvalidProvider::Url("acme".to_owned())), "{bad}");
        }
    }

    #[test]
    fn an_invalid_setting_is_described_without_the_secret() {
        let error = read(r#"{"acme": {"clientId": "i", "clientSecret": ["hush"]}}"#)
            .map(|_| ())
            .expect_err("a problem");
        assert!(!error.to_string().contains("hush"), "{error}");
        assert!(matches!(
            read(r#"{"A": {"clientId": "i", "clientSecret": "s"}}"#),
            Err(InvalidProvider::Name(_))
        ));
    }
}
