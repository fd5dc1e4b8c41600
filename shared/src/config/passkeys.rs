//! The relying party of passkeys: its configuration, with defaults that follow from the public URL of the service.

use url::{Host, Url};

use super::{InvalidSetting, invalid};
use crate::domain::TrustedOrigins;
use crate::domain::passkey::{PasskeyOrigins, RelyingParty};

/// The settings as text; an absent one is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct PasskeySettings<'a> {
    pub rp_id: &'a str,
    pub origins: &'a str,
    pub service_name: &'a str,
    pub public_url: &'a str,
    pub trusted_origins: &'a TrustedOrigins,
}

impl PasskeySettings<'_> {
    pub fn relying_party(self) -> Result<RelyingParty, InvalidSetting> {
        let id = match self.rp_id {
            "" => default_id(self.public_url),
            id if is_domain(id) => id.to_owned(),
            _ => {
                return Err(invalid(
                    "PASSKEY_RP_ID",
                    "must be a domain in lower case, without scheme or port",
                ));
            }
        };
        let origins = if self.origins.is_empty() {
            PasskeyOrigins::from(self.trusted_origins)
        } else {
            PasskeyOrigins::parse(self.origins).map_err(|error| invalid("PASSKEY_ORIGINS", error))?
        };
        Ok(RelyingParty {
            id,
            name: self.service_name.to_owned(),
            origins,
        })
    }
}

fn is_domain(text: &str) -> bool {
    matches!(Host::parse(text), Ok(Host::Domain(domain)) if domain == text)
}

/// The host of the service. A relying party id must not be an IP address, so for a loopback address it is `localhost`.
fn default_id(public_url: &str) -> String {
    match Url::parse(public_url).ok().as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) if address.is_loopback() => "localhost".to_owned(),
        Some(Host::Ipv6(address)) if address.is_loopback() => "localhost".to_owned(),
        Some(host) => host.to_string(),
        None => "localhost".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(public_url: &str, rp_id: &str, origins: &str) -> Result<RelyingParty, InvalidSetting> {
        PasskeySettings {
            rp_id,
            origins,
            service_name: "Ostiary",
            public_url,
            trusted_origins: &TrustedOrigins::new(["https://app.example.com"]).expect("origins"),
        }
        .relying_party()
    }

    #[test]
    fn defaults_follow_from_the_public_url() {
        for (url, id) in [
            ("https://auth.example.com", "auth.example.com"),
            ("https://auth.example.com:8443/base", "auth.example.com"),
            ("http://127.0.0.1:3000", "localhost"),
            ("http://[::1]:3000", "localhost"),
        ] {
            let party = party(url, "", "").expect(url);
            assert_eq!(party.id, id);
            assert!(party.origins.contain("https://app.example.com"));
        }
    }

    #[test]
    fn settings_take_precedence_over_defaults() {
        let party = party(
            "https://auth.example.com",
            "example.com",
            "https://a.example.com, https://b.example.com",
        );
        let party = party.expect("settings");
        assert_eq!(party.id, "example.com");
        assert!(party.origins.contain("https://b.example.com"));
        assert!(!party.origins.contain("https://app.example.com"));
    }

    #[test]
    fn an_android_app_is_an_origin() {
        let app = "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        let party = party(
            "https://auth.example.com",
            "",
            &format!("https://a.example.com/, {app},"),
        );
        let origins = party.expect("settings").origins;
        assert!(origins.iter().eq([app, "https://a.example.com"]));
    }

    #[test]
    fn an_invalid_domain_or_origin_is_named() {
        for id in [
            "https://example.com",
            "example.com:443",
            "Example.com",
            "192.0.2.1",
            "a b",
        ] {
            assert_eq!(party("https://x.example", id, "").expect_err(id).name, "PASSKEY_RP_ID");
        }
        for origins in [
            "example.com",
            "https://example.com/path",
            "*",
            "myapp://x/y",
            "android:apk-key-hash:",
            "android:apk-key-hash:abc",
            "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            assert_eq!(
                party("https://x.example", "", origins).expect_err(origins).name,
                "PASSKEY_ORIGINS"
            );
        }
    }
}
