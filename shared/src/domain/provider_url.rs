//! The URLs at which the service lets a provider be. The service sends requests with secrets there, and browsers to the
//! authorization page, so a URL must lead neither into the environment of the service (SSRF) nor to a script.

use url::{Host, Url};

/// Whether the text is an https URL in its canonical form, without credentials and fragment, whose host is a DNS name. An
/// issuer is compared to the letter, so what a parser would correct in it is wrong.
pub fn is_public(text: &str) -> bool {
    parse_canonical(text).is_some_and(|url| is_public_url(&url))
}

/// The same of a URL that was parsed, and so is in its canonical form.
pub fn is_public_url(url: &Url) -> bool {
    let is_name = matches!(url.host(), Some(Host::Domain(name)) if is_dns_name(name));
    url.scheme() == "https" && is_name && is_plain(url)
}

/// Whether the text is a URL in its canonical form that leads to the machine itself, over http or https. It is for
/// local use.
pub fn is_local(text: &str) -> bool {
    parse_canonical(text).is_some_and(|url| is_local_url(&url))
}

/// The same of a URL that was parsed.
pub fn is_local_url(url: &Url) -> bool {
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // A resolver decides where a name leads.
        Some(Host::Domain(_)) | None => false,
    };
    is_web && is_loopback && is_plain(url)
}

/// `None` if the parser would have corrected the text. An origin may lack its slash, as issuers do.
pub fn parse_canonical(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_canonical = url.as_str() == text || (url.path() == "/" && url.as_str().strip_suffix('/') == Some(text));
    is_canonical.then_some(url)
}

/// Whether the URL has neither credentials nor a fragment.
fn is_plain(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// A name with a dot. Names without one, and those of `localhost`, lead into the network of the service.
fn is_dns_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.contains('.') && !name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_canonical_and_has_a_dns_name() {
        for public in [
            "https://login.example",
            "https://login.example/",
            "https://login.example/tenant/v2.0",
            "https://login.example:8443/a?b=c",
        ] {
            assert!(is_public(public), "{public}");
        }
        for other in [
            "http://login.example",
            "https://127.0.0.1:9",
            "https://localhost:9",
            "https://localhost.:9",
            "https://a.localhost",
            "https://2130706433:9",
            "https://0:9",
            "https://169.254.169.254",
            "https://[fd00:ec2::254]",
            "https://10.0.0.1",
            "https://intranet",
            " https://host.test",
            "https://host.test/\n",
            "https:host.test",
            "https:///host.test",
            "https://HOST.test",
            "https://host.test:443",
            "https://host.test/a/../b",
            "https://user:pw@host.test",
            "https://user@host.test/",
            "https://evil.test\\@good.test",
            "https://host.test/#fragment",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!is_public(other), "{other}");
        }
    }

    #[test]
    fn a_local_url_leads_to_the_machine_itself() {
        for local in ["http://127.0.0.1:4000", "https://127.0.0.1:4000/a", "http://[::1]:4000"] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "http://localhost:4000",
            "https://localhost:4000",
            "https://10.0.0.1",
            "https://login.example",
            "ftp://127.0.0.1/",
            "http://a:b@127.0.0.1/",
            "http://0x7f.1/",
            "javascript:alert(1)",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
