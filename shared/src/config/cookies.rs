//! The attributes of cookies that a deployment chooses. Combinations that browsers ignore or that lose the cookie are
//! refused at start-up.

use cookie::SameSite;
use url::{Host, Url};

use super::{InvalidSetting, invalid};

/// The attributes that all cookies of the service have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieSettings {
    /// Browsers enforce the rules that a prefix stands for (RFC 6265bis, section 4.1.3); it is empty on plain http.
    pub prefix: &'static str,
    /// The domain whose hosts all receive the cookies. `None`: only the host of the service receives them.
    pub domain: Option<String>,
    pub same_site: SameSite,
}

/// The settings as text; an absent domain is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct CookieText<'a> {
    pub public_url: &'a str,
    pub prefix: &'a str,
    pub domain: &'a str,
    pub same_site: &'a str,
}

impl CookieSettings {
    /// Browsers never send such cookies over plain http.
    pub fn is_secure(&self) -> bool {
        !self.prefix.is_empty()
    }
}

impl CookieText<'_> {
    pub fn settings(self) -> Result<CookieSettings, InvalidSetting> {
        let is_https = self.public_url.starts_with("https://");
        let prefix = match self.prefix {
            "host" if !is_https => return Err(invalid("COOKIE_PREFIX", "`host` needs an https PUBLIC_URL")),
            "host" if !self.domain.is_empty() => {
                return Err(invalid("COOKIE_PREFIX", "`host` excludes COOKIE_DOMAIN"));
            }
            "host" => "__Host-",
            "secure" if is_https => "__Secure-",
            "secure" => "",
            _ => return Err(invalid("COOKIE_PREFIX", "must be `secure` or `host`")),
        };
        let same_site = match self.same_site {
            "lax" => SameSite::Lax,
            "strict" => SameSite::Strict,
            "none" if is_https => SameSite::None,
            "none" => return Err(invalid("COOKIE_SAME_SITE", "`none` needs an https PUBLIC_URL")),
            _ => return Err(invalid("COOKIE_SAME_SITE", "must be `lax`, `strict` or `none`")),
        };
        Ok(CookieSettings {
            prefix,
            domain: self.domain()?,
            same_site,
        })
    }

    /// Browsers ignore a cookie whose domain does not contain the host that sets it (RFC 6265, section 5.3).
    fn domain(self) -> Result<Option<String>, InvalidSetting> {
        // As in RFC 6265, section 5.2.3, a leading dot has no meaning.
        let domain = self.domain.strip_prefix('.').unwrap_or(self.domain);
        if domain.is_empty() && self.domain.is_empty() {
            return Ok(None);
        }
        let is_domain = matches!(Host::parse(domain), Ok(Host::Domain(parsed)) if parsed == domain);
        if !is_domain || !domain.contains('.') {
            return Err(invalid(
                "COOKIE_DOMAIN",
                "must be a domain in lower case with at least two labels, without scheme or port",
            ));
        }
        let url = Url::parse(self.public_url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let is_within = host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        if is_within {
            Ok(Some(domain.to_owned()))
        } else {
            Err(invalid(
                "COOKIE_DOMAIN",
                "must be the host of PUBLIC_URL, or a domain above it",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: &str = "https://auth.example.com/base";

    fn settings(public_url: &str, prefix: &str, domain: &str, same_site: &str) -> Result<CookieSettings, &'static str> {
        let text = CookieText {
            public_url,
            prefix,
            domain,
            same_site,
        };
        text.settings().map_err(|error| error.name)
    }

    #[test]
    fn prefix_domain_and_same_site_follow_the_settings() {
        let plain = settings("http://127.0.0.1:3000", "secure", "", "lax").expect("settings");
        assert_eq!((plain.prefix, plain.is_secure(), plain.domain), ("", false, None));
        let host = settings(HTTPS, "host", "", "strict").expect("settings");
        assert_eq!((host.prefix, host.same_site), ("__Host-", SameSite::Strict));
        for domain in ["example.com", ".example.com", "auth.example.com"] {
            let shared = settings(HTTPS, "secure", domain, "none").expect("settings");
            assert_eq!(shared.prefix, "__Secure-");
            assert_eq!(shared.domain.as_deref(), Some(domain.trim_start_matches('.')));
        }
    }

    #[test]
    fn what_browsers_would_ignore_is_refused() {
        for (url, prefix, domain, same_site, name) in [
            ("http://auth.example.com", "secure", "", "none", "COOKIE_SAME_SITE"),
            (HTTPS, "secure", "", "None", "COOKIE_SAME_SITE"),
            ("http://auth.example.com", "host", "", "lax", "COOKIE_PREFIX"),
            (HTTPS, "host", "example.com", "lax", "COOKIE_PREFIX"),
            (HTTPS, "none", "", "lax", "COOKIE_PREFIX"),
            (HTTPS, "secure", "example.org", "lax", "COOKIE_DOMAIN"),
            (HTTPS, "secure", "ample.com", "lax", "COOKIE_DOMAIN"),
            (HTTPS, "secure", "api.auth.example.com", "lax", "COOKIE_DOMAIN"),
            (HTTPS, "secure", "com", "lax", "COOKIE_DOMAIN"),
            (HTTPS, "secure", ".", "lax", "COOKIE_DOMAIN"),
            (HTTPS, "secure", "Example.com", "lax", "COOKIE_DOMAIN"),
            (HTTPS, "secure", "https://example.com", "lax", "COOKIE_DOMAIN"),
            ("https://192.0.2.1", "secure", "192.0.2.1", "lax", "COOKIE_DOMAIN"),
        ] {
            assert_eq!(
                settings(url, prefix, domain, same_site),
                Err(name),
                "{domain} {same_site}"
            );
        }
    }
}
