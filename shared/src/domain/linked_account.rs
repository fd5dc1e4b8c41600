//! Identities at external identity providers, and the users to whom they are linked. A provider is trusted for the
//! subject that it names, and for an e-mail address only if the provider has verified it.

use std::fmt;

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{LinkedAccountId, UserId};
use super::issuer::Issuer;
use super::user::Name;

/// The name of a configured provider: lower-case letters, digits, `-` and `_`. It is part of callback URLs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not the name of a provider")]
pub struct InvalidProviderId;

/// A user whom a provider has authenticated, with the claims of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub provider: ProviderId,
    /// The issuer that the provider's token names.
    pub issuer: Issuer,
    /// The subject is unique at the issuer, and never reassigned (OpenID Connect Core, section 2).
    pub subject: String,
    pub email: Option<EmailAddress>,
    /// Whether the document with the address says that the provider has verified that its user controls it.
    pub email_verified: bool,
    pub name: Option<Name>,
    /// The `https` URL of a picture.
    pub image: Option<String>,
}

/// The tokens that a provider issued for its user.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ProviderTokens {
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub id_token: Option<String>,
    pub access_token_expires_at: Option<Timestamp>,
    pub scopes: Vec<String>,
}

/// An identity that is linked to a user, who can sign in with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    pub id: LinkedAccountId,
    pub user_id: UserId,
    pub provider: ProviderId,
    /// The issuer of the subject and of the tokens. The provider of this name may have another one by now.
    pub issuer: Issuer,
    pub subject: String,
    /// The address and the name at the provider, when it last authenticated the user.
    pub email: Option<EmailAddress>,
    pub name: Option<Name>,
    pub scopes: Vec<String>,
    /// The provider's tokens, encrypted for this account.
    pub tokens: Option<EncryptedTokens>,
    pub access_token_expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What names an identity. It is unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityKey {
    pub provider: ProviderId,
    pub issuer: Issuer,
    pub subject: String,
}

/// What is stored for the subject of an identity under the name of its provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityOwner {
    /// The identity is linked to this user.
    User(UserId),
    /// The subject is linked as one of another issuer, which the provider of this name had before. The identity has
    /// no owner, and it cannot be linked while the other one is.
    OtherIssuer,
}

/// The tokens of a provider as they are stored: encrypted under a data key that only KMS decrypts.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedTokens(Vec<u8>);

/// The longest subject (OpenID Connect Core, section 2).
pub const MAX_SUBJECT: usize = 255;

impl ProviderId {
    pub const MAX_LENGTH: usize = 32;
    /// The provider name that lists of linked accounts use for the user's password. No configured provider may have it.
    pub const CREDENTIAL: &str = "credential";

    pub fn parse(text: &str) -> Result<Self, InvalidProviderId> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        let is_name = !text.is_empty() && text.len() <= Self::MAX_LENGTH && text.bytes().all(fits);
        if is_name && text != Self::CREDENTIAL {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidProviderId)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the provider speaks OpenID Connect: all do but two.
    pub fn is_openid(&self) -> bool {
        !matches!(self.as_str(), "github" | "facebook")
    }

    /// The issuer of a well-known OpenID provider. Microsoft has one for each tenant.
    pub fn known_issuer(&self, tenant: Option<&str>) -> Option<String> {
        match self.as_str() {
            "google" => Some("https://accounts.google.com".to_owned()),
            "linkedin" => Some("https://www.linkedin.com/oauth".to_owned()),
            "microsoft" => {
                let tenant = tenant.unwrap_or("common");
                Some(format!("https://login.microsoftonline.com/{tenant}/v2.0"))
            }
            _ => None,
        }
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for ProviderId {
    type Err = InvalidProviderId;

    fn from_str(text: &str) -> Result<Self, InvalidProviderId> {
        Self::parse(text)
    }
}

impl EncryptedTokens {
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for EncryptedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptedTokens(…)")
    }
}

impl ProviderTokens {
    pub fn is_complete(&self) -> bool {
        self.access_token.is_some() && self.refresh_token.is_some() && self.id_token.is_some()
    }

    /// These tokens, completed with the earlier ones: a refresh response may omit tokens that remain valid (RFC 6749,
    /// section 6). The expiry belongs to its access token, so both come from the same response.
    #[must_use]
    pub fn or(self, earlier: Self) -> Self {
        let is_new = self.access_token.is_some();
        let expiry = if is_new { &self } else { &earlier }.access_token_expires_at;
        Self {
            access_token: self.access_token.or(earlier.access_token),
            access_token_expires_at: expiry,
            refresh_token: self.refresh_token.or(earlier.refresh_token),
            id_token: self.id_token.or(earlier.id_token),
            scopes: if self.scopes.is_empty() {
                earlier.scopes
            } else {
                self.scopes
            },
        }
    }
}

impl fmt::Debug for ProviderTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderTokens")
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_names_are_plain() {
        for good in ["google", "acme-sso", "okta_2"] {
            assert!(ProviderId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "Google", "a/b", "a#b", "credential", &"a".repeat(33)] {
            assert_eq!(ProviderId::parse(bad), Err(InvalidProviderId), "{bad}");
        }
    }
}
