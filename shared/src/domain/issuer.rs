//! The issuer of an identity. A subject is unique and never reassigned only within its issuer (OpenID Connect Core,
//! section 2), and administrators may configure another issuer under the name of a provider.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::linked_account::ProviderId;

/// The issuer identifier of an OpenID provider, or the URL that stands for another provider. Issuers are compared to the
/// letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer(String);

/// The tenant of Microsoft's personal accounts.
pub const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The names under which one configuration serves several tenants.
const COMMON: &str = "/common/";
const ORGANIZATIONS: &str = "/organizations/";
const CONSUMERS_NAME: &str = "/consumers/";

impl Issuer {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The issuer of an identity that is stored without one, as earlier releases and exports of other systems have it:
    /// the built-in issuer of its provider's name. Any other name could have belonged to any issuer, so the result is an
    /// issuer that no provider has.
    pub fn assumed(provider: &ProviderId) -> Self {
        let built_in = match provider.as_str() {
            "github" => Some("https://github.com".to_owned()),
            "facebook" => Some("https://www.facebook.com".to_owned()),
            "apple" => Some("https://appleid.apple.com".to_owned()),
            _ => provider.known_issuer(None),
        };
        Self(built_in.unwrap_or_default())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_known(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether a provider that is configured with this issuer issues identities of `other`: the same issuer, or one of
    /// the tenants of an issuer of several.
    pub fn serves(&self, other: &Self) -> bool {
        self.is_known() && (self == other || self.has_tenant(other))
    }

    /// Whether an identity stored under this issuer is one of `other`, which a token has named. An identity is stored
    /// under the issuer that its token named, the tenant's included. Only an assumed issuer may be that of all tenants:
    /// Microsoft gives a subject to one user in all of them.
    pub fn is_of(&self, other: &Self, provider: &ProviderId) -> bool {
        self.is_known() && (self == other || (*self == Self::assumed(provider) && self.has_tenant(other)))
    }

    fn has_tenant(&self, other: &Self) -> bool {
        let tenant = |name| {
            let (before, after) = self.0.split_once(name)?;
            let rest = other.0.strip_prefix(before)?.strip_prefix('/')?;
            rest.strip_suffix(after)?.strip_suffix('/')
        };
        let is_one = |tenant: &str| !tenant.is_empty() && !tenant.contains('/');
        tenant(COMMON).is_some_and(is_one)
            || tenant(ORGANIZATIONS).is_some_and(|tenant| is_one(tenant) && tenant != CONSUMERS)
            || tenant(CONSUMERS_NAME) == Some(CONSUMERS)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Issuer {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(name: &str) -> ProviderId {
        ProviderId::parse(name).expect("a name")
    }

    #[test]
    fn an_issuer_serves_itself_and_its_tenants() {
        let base = "https://login.microsoftonline.com";
        let of = |tenant: &str| Issuer::new(format!("{base}/{tenant}/v2.0"));
        for (configured, own, is_served) in [
            ("common", "0f1e", true),
            ("common", CONSUMERS, true),
            ("organizations", "0f1e", true),
            ("organizations", CONSUMERS, false),
            ("consumers", CONSUMERS, true),
            ("consumers", "0f1e", false),
            ("0f1e", "0f1e", true),
            ("0f1e", "0f1f", false),
            ("0f1e", "common", false),
            ("common", "a/b", false),
            ("common", "", false),
        ] {
            assert_eq!(of(configured).serves(&of(own)), is_served, "{configured} {own}");
        }
        let evil = Issuer::new("https://evil.example/0f1e/v2.0");
        assert!(!of("common").serves(&evil) && !evil.serves(&of("common")));
    }

    #[test]
    fn an_identity_without_an_issuer_has_the_built_in_one_of_its_name() {
        for name in ["google", "linkedin", "github", "facebook", "microsoft", "apple"] {
            let assumed = Issuer::assumed(&provider(name));
            assert!(assumed.is_known() && assumed.serves(&assumed), "{name}");
        }
        let unknown = Issuer::assumed(&provider("acme"));
        assert!(!unknown.is_known());
        assert!(!unknown.serves(&unknown) && !unknown.is_of(&unknown, &provider("acme")));
    }

    #[test]
    fn only_an_assumed_issuer_is_that_of_all_tenants() {
        let (microsoft, acme) = (provider("microsoft"), provider("acme"));
        let tenant = Issuer::new("https://login.microsoftonline.com/0f1e/v2.0");
        assert!(Issuer::assumed(&microsoft).is_of(&tenant, &microsoft));
        assert!(!Issuer::assumed(&microsoft).is_of(&tenant, &acme));
        let common = Issuer::new("https://multi.example/common/v2");
        let evil = Issuer::new("https://multi.example/evil/v2");
        assert!(!common.is_of(&evil, &acme) && common.is_of(&common, &acme));
    }
}
