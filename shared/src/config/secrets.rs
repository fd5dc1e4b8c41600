//! The settings that are secret. On AWS they are no environment variables, because every principal that may read a
//! function's configuration sees those: the setting `SECRETS_ARN` names a secret of AWS Secrets Manager, a JSON object
//! whose keys are the names of the settings.

use std::fmt;

use serde_json::{Map, Value};

use super::{InvalidSetting, ProxySecrets, Source, invalid};
use crate::social::ProviderList;

/// The names of the secret settings.
pub const SECRET_SETTINGS: [&str; 3] = ["CAPTCHA_SECRET", "CLOUDFRONT_SECRET", "SOCIAL_PROVIDERS"];

const SECRETS_ARN: &str = "SECRETS_ARN";

/// Where the secret settings come from.
#[derive(Debug, Clone)]
pub enum SecretOrigin {
    /// The settings of the process themselves.
    Settings(SecretSettings),
    /// AWS Secrets Manager.
    Manager { arn: String },
}

#[derive(Clone, Default)]
pub struct SecretSettings {
    /// By which the captcha provider knows this site.
    pub captcha: Option<String>,
    /// By one of them, a CloudFront distribution proves that a request came through it.
    pub proxies: ProxySecrets,
    /// The social providers.
    pub social: ProviderList,
}

impl SecretOrigin {
    pub(super) fn read(source: &Source<'_>) -> Result<Self, InvalidSetting> {
        let Some(arn) = source.optional(SECRETS_ARN) else {
            return SecretSettings::read(source).map(Self::Settings);
        };
        let is_secret = arn.starts_with("arn:") && arn.split(':').nth(2) == Some("secretsmanager");
        if !is_secret {
            return Err(invalid(
                SECRETS_ARN,
                "must be the ARN of a secret of AWS Secrets Manager",
            ));
        }
        for name in SECRET_SETTINGS {
            if source.optional(name).is_some() {
                return Err(invalid(name, "must be in the secret of SECRETS_ARN, and nowhere else"));
            }
        }
        Ok(Self::Manager { arn })
    }
}

impl SecretSettings {
    fn read(source: &Source<'_>) -> Result<Self, InvalidSetting> {
        Ok(Self {
            captcha: source.optional("CAPTCHA_SECRET"),
            proxies: source.parse("CLOUDFRONT_SECRET")?,
            social: source.parse("SOCIAL_PROVIDERS")?,
        })
    }

    /// The settings in the text of a secret. No error quotes any part of the text.
    pub fn parse(text: &str) -> Result<Self, InvalidSetting> {
        let values = object(text)?;
        // What is JSON by itself may stand in the object as it is, or as text.
        let value = |name: &str| match values.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        };
        Self::read(&Source(&value))
    }

    /// The names in the text of a secret that are no secret settings, most likely mistyped ones.
    pub fn unknown_names(text: &str) -> Result<Vec<String>, InvalidSetting> {
        let names = object(text)?.into_iter().map(|(name, _)| name);
        Ok(names.filter(|name| !SECRET_SETTINGS.contains(&name.as_str())).collect())
    }
}

fn object(text: &str) -> Result<Map<String, Value>, InvalidSetting> {
    serde_json::from_str(text).map_err(|_| invalid(SECRETS_ARN, "the secret is not a JSON object"))
}

impl fmt::Debug for SecretSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretSettings")
            .field("proxies", &self.proxies)
            .field("social", &self.social)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_secret_has_the_settings_by_their_names() {
        let text = format!(
            r#"{{"CAPTCHA_SECRET": "hush", "CLOUDFRONT_SECRET": "{PROXY}",
                "SOCIAL_PROVIDERS": {{"google": {{"clientId": "id", "clientSecret": "hush"}}}}}}"#
        );
        let secrets = SecretSettings::parse(&text).expect("secrets");
        assert_eq!(secrets.captcha.as_deref(), Some("hush"));
        assert!(secrets.proxies.contain(PROXY.as_bytes()));
        assert_eq!(secrets.social.0[0].id.as_str(), "google");
        assert!(!format!("{secrets:?}").contains("hush"));
        let as_text = r#"{"SOCIAL_PROVIDERS": "{\"google\": {\"clientId\": \"id\", \"clientSecret\": \"s\"}}"}"#;
        assert_eq!(SecretSettings::parse(as_text).expect("secrets").social.0.len(), 1);
        let empty = SecretSettings::parse("{}").expect("secrets");
        assert!(empty.captcha.is_none() && empty.proxies.is_empty() && empty.social.0.is_empty());
    }

    #[test]
    fn an_invalid_secret_is_named_and_not_quoted() {
        for (text, name) in [
            ("hush", SECRETS_ARN),
            (r#"["hush"]"#, SECRETS_ARN),
            (r#"{"CLOUDFRONT_SECRET": "hush"}"#, "CLOUDFRONT_SECRET"),
            (r#"{"SOCIAL_PROVIDERS": {"google": "hush"}}"#, "SOCIAL_PROVIDERS"),
        ] {
            let error = SecretSettings::parse(text).expect_err(text);
            assert_eq!(error.name, name);
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }

    #[test]
    fn mistyped_names_are_found() {
        let text = r#"{"CAPTCHA_SECRET": "a", "CAPTCHA_SECERT": "b"}"#;
        assert_eq!(SecretSettings::unknown_names(text).expect("names"), ["CAPTCHA_SECERT"]);
    }
}
