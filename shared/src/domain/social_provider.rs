//! Identity providers that administrators keep. A record takes the place of the deployment's setting of the same name.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::catalogue::{Catalogued, InvalidField};
use super::encrypted_secret::{EncryptedSecret, as_base64};
use super::linked_account::ProviderId;
use super::text::as_text;

/// A provider with which users may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocialProvider {
    #[serde(with = "as_text")]
    pub provider: ProviderId,
    pub client_id: String,
    pub client_secret: ClientSecret,
    /// The exact issuer identifier, for an OpenID provider whose issuer is not built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The page to which the provider redirects, in place of the callbacks of this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// `None`: the default scopes of the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// A disabled record also disables the provider that the setting has under the name.
    pub enabled: bool,
}

/// A client secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    #[serde(with = "as_base64")]
    pub ciphertext: EncryptedSecret,
    /// The end of the secret, by which administrators recognize it. It is empty for a short secret.
    ending: String,
}

/// What stands for the part of a secret that is not shown.
const MASK: &str = "********";

/// A client secret in plain text.
#[derive(Clone)]
pub struct PlainClientSecret(Zeroizing<String>);

impl SocialProvider {
    /// Longest client id, in characters.
    pub const CLIENT_ID: usize = 512;
    /// Longest client secret, in characters. KMS encrypts at most 4096 bytes.
    pub const CLIENT_SECRET: usize = 1024;
    pub const SCOPES: usize = 30;
    /// Longest name of a scope, in characters.
    pub const SCOPE: usize = 128;
    /// Longest URL, in characters.
    pub const URL: usize = 1024;

    /// The issuer of the record, or the built-in one of its provider.
    pub fn effective_issuer(&self) -> Option<String> {
        self.issuer.clone().or_else(|| self.provider.known_issuer(None))
    }
}

impl Catalogued for SocialProvider {
    const KIND: &'static str = "social_provider";
    const TITLE: &'static str = "Social provider";
    const LIMIT: u32 = 50;
    const IS_READ_BY_NAME: bool = true;

    fn unique_name(&self) -> Option<String> {
        Some(self.provider.to_string())
    }

    fn invalid_fields(&self) -> Vec<InvalidField> {
        let has_built_in_issuer = self.provider.known_issuer(None).is_some();
        let reason = match (&self.issuer, self.provider.is_openid()) {
            (Some(_), false) => "must be absent, because the provider does not speak OpenID Connect",
            (None, true) if !has_built_in_issuer => "is required for this provider",
            (Some(_), true) | (None, _) => return Vec::new(),
        };
        vec![InvalidField {
            field: "issuer",
            reason: reason.to_owned(),
        }]
    }

    /// Another issuer would receive the secret, which no administrator can read.
    fn invalid_changes(&self, seen: &Self) -> Vec<InvalidField> {
        let is_same_secret = self.client_secret == seen.client_secret;
        let is_same_issuer = self.provider == seen.provider && self.effective_issuer() == seen.effective_issuer();
        if is_same_issuer || !is_same_secret {
            return Vec::new();
        }
        vec![InvalidField {
            field: "client_secret",
            reason: "is required when the issuer or the provider changes".to_owned(),
        }]
    }
}

impl ClientSecret {
    /// How many characters of a secret are shown.
    const SHOWN: usize = 4;
    /// Of a shorter secret nothing is shown, because the rest could be guessed.
    const SHORTEST_SHOWN: usize = 10;

    pub fn new(ciphertext: EncryptedSecret, plain: &PlainClientSecret) -> Self {
        let length = plain.0.chars().count();
        let hidden = if length < Self::SHORTEST_SHOWN {
            length
        } else {
            length - Self::SHOWN
        };
        Self {
            ciphertext,
            ending: plain.0.chars().skip(hidden).collect(),
        }
    }

    /// The form in which administrators see the secret.
    pub fn masked(&self) -> String {
        format!("{MASK}{}", self.ending)
    }
}

impl PlainClientSecret {
    /// Whether the text is the masked form of a secret.
    pub fn is_masked(&self) -> bool {
        let ending = self.0.strip_prefix(MASK);
        ending.is_some_and(|ending| ending.chars().count() <= ClientSecret::SHOWN)
    }

    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainClientSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> ClientSecret {
        let ciphertext = EncryptedSecret::from_bytes(vec![0xff, 1]);
        ClientSecret::new(ciphertext, &PlainClientSecret::new(text.to_owned()))
    }

    fn record(provider: &str, issuer: Option<&str>) -> SocialProvider {
        SocialProvider {
            provider: ProviderId::parse(provider).unwrap(),
            client_id: "client".to_owned(),
            client_secret: secret("1234567890"),
            issuer: issuer.map(str::to_owned),
            redirect_uri: None,
            scopes: None,
            enabled: true,
        }
    }

    #[test]
    fn four_characters_of_a_long_secret_are_shown() {
        for (text, masked) in [
            ("1234567890", "********7890"),
            ("123456789", "********"),
            ("x", "********"),
        ] {
            assert_eq!(secret(text).masked(), masked);
        }
    }

    #[test]
    fn the_secret_is_in_no_text_form() {
        let plain = PlainClientSecret::new("a secret of the client".to_owned());
        let record = record("google", None);
        assert!(!format!("{plain:?}").contains("secret of"));
        assert!(!format!("{record:?}").contains("123456"));
    }

    #[test]
    fn the_stored_form_is_read_again() {
        let record = record("acme", Some("https://login.example"));
        let stored = serde_json::to_string(&record).unwrap();
        assert!(!stored.contains("123456"), "{stored}");
        assert_eq!(serde_json::from_str::<SocialProvider>(&stored).unwrap(), record);
    }

    #[test]
    fn an_issuer_belongs_to_openid_providers_and_most_need_it() {
        let issuer = Some("https://login.example");
        for (provider, issuer, is_valid) in [
            ("google", None, true),
            ("google", issuer, true),
            ("github", None, true),
            ("github", issuer, false),
            ("facebook", issuer, false),
            ("acme", issuer, true),
            ("acme", None, false),
        ] {
            let invalid = record(provider, issuer).invalid_fields();
            assert_eq!(invalid.is_empty(), is_valid, "{provider} {issuer:?}");
        }
    }
}
