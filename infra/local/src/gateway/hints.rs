//! Hints for developers whose page cannot call the service: a browser withholds responses and cookies from the page
//! without a message that names the cause. Each hint is logged once per origin, with the setting that allows the page.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use lambda_http::http::request::Parts;
use lambda_http::http::{HeaderName, Method, header};
use shared::domain::TrustedOrigins;
use url::{Host, Url};

const SETTING: &str = "TRUSTED_ORIGINS";

/// A page could otherwise fill the memory with made-up origins.
const MAX_ORIGINS: usize = 100;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

#[derive(Debug)]
pub(crate) struct Hints {
    /// The URL of the service, as browsers reach it.
    service: String,
    trusted: TrustedOrigins,
    /// The value of `TRUSTED_ORIGINS`.
    setting: String,
    known: Mutex<HashSet<String>>,
}

/// What a page's request needs to succeed.
#[derive(Debug, PartialEq, Eq)]
enum Hint {
    /// The setting, with the value that allows the origin.
    Trust { origin: String, value: String },
    /// The origin is trusted, and of another site, so that browsers send it no cookies by default.
    OtherSite { origin: String, same_site: Option<String> },
    /// A file or a sandboxed frame, whose origin no setting can name.
    NoOrigin,
}

impl Hints {
    pub(crate) fn new(service: String, trusted: TrustedOrigins, setting: String) -> Self {
        Self {
            service,
            trusted,
            setting,
            known: Mutex::default(),
        }
    }

    /// Logs the hint for a request, unless its origin had one before.
    pub(super) fn give(&self, head: &Parts, path: &str) {
        let Some(hint) = self.hint_for(head) else { return };
        let origin = hint.origin();
        if !self.is_new(origin) {
            return;
        }
        let (method, service) = (&head.method, &self.service);
        match &hint {
            Hint::Trust { origin, value } => tracing::warn!(
                origin,
                setting = SETTING,
                value,
                "a page at {origin} sent {method} {path}, and its origin is not trusted: the browser withholds the response \
                 from the page, and the service refuses its requests with cookies. To allow it, start the service with \
                 --config {SETTING}={value}"
            ),
            Hint::OtherSite { origin, same_site } => {
                let remedy = same_site.as_ref().map_or_else(
                    || "Serve both below one domain, or send the session token in the header Authorization".to_owned(),
                    |url| format!("Open the page at {url} instead, and trust it with --config {SETTING}={url}"),
                );
                tracing::warn!(
                    origin,
                    "a page at {origin} sent {method} {path}. The page and the service at {service} are different sites, between \
                     which browsers send no cookies (COOKIE_SAME_SITE). {remedy}"
                );
            }
            Hint::NoOrigin => tracing::warn!(
                origin,
                "a page without an origin (a file, or a sandboxed frame) sent {method} {path}, and no setting can allow it. \
                 Serve the page over HTTP, and name its origin in {SETTING}"
            ),
        }
    }

    fn is_new(&self, origin: &str) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.len() < MAX_ORIGINS && known.insert(origin.to_owned())
    }

    fn hint_for(&self, head: &Parts) -> Option<Hint> {
        let text = |name: &HeaderName| head.headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let is_from_other_site = text(&SEC_FETCH_SITE) == Some("cross-site");
        let is_navigation = text(&SEC_FETCH_MODE) == Some("navigate");
        // A user may follow a link from any page.
        if is_navigation && head.method == Method::GET {
            return None;
        }
        // Any page may read the public documents.
        if head.uri.path().starts_with("/.well-known/") {
            return None;
        }
        let stated = text(&header::ORIGIN);
        if stated == Some("null") {
            return Some(Hint::NoOrigin).filter(|_| is_from_other_site);
        }
        let page = Url::parse(stated.or_else(|| text(&header::REFERER))?).ok()?;
        let origin = page.origin().ascii_serialization();
        let same_site = self.same_site(&page);
        if self.trusted.contain(stated.unwrap_or(&origin)) {
            return is_from_other_site.then_some(Hint::OtherSite { origin, same_site });
        }
        // A native app has an origin of its own scheme.
        let origin = stated.map_or(origin, str::to_owned);
        let allowed = same_site.unwrap_or_else(|| origin.clone());
        if allowed != origin && self.trusted.contain(&allowed) {
            let same_site = Some(allowed);
            return Some(Hint::OtherSite { origin, same_site });
        }
        TrustedOrigins::parse(&allowed).ok()?;
        let value = match self.setting.trim_end_matches(',') {
            "" => allowed,
            others => format!("{others},{allowed}"),
        };
        Some(Hint::Trust { origin, value })
    }

    /// The origin of a page of this machine under the host name of the service: to browsers, `127.0.0.1` and `localhost`
    /// are different sites.
    fn same_site(&self, page: &Url) -> Option<String> {
        let service = Url::parse(&self.service).ok()?;
        if !is_loopback(page) || !is_loopback(&service) || page.host() == service.host() {
            return None;
        }
        let mut page = page.clone();
        page.set_host(service.host_str()).ok()?;
        Some(page.origin().ascii_serialization())
    }
}

impl Hint {
    fn origin(&self) -> &str {
        match self {
            Self::Trust { origin, .. } | Self::OtherSite { origin, .. } => origin,
            Self::NoOrigin => "null",
        }
    }
}

/// Whether a URL is of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::http::Request;

    use super::*;

    const HERE: &str = "http://localhost:3000";

    fn hint(setting: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> Option<Hint> {
        let own = TrustedOrigins::parse(HERE).expect("an origin");
        let trusted = TrustedOrigins::parse(setting).expect("origins").and(own);
        let hints = Hints::new(HERE.to_owned(), trusted, setting.to_owned());
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        hints.hint_for(&request.body(()).expect("a request").into_parts().0)
    }

    fn post(setting: &str, headers: &[(&str, &str)]) -> Option<Hint> {
        hint(setting, "POST", "/api/auth/sign-in/email", headers)
    }

    fn trust(origin: &str, value: &str) -> Hint {
        let (origin, value) = (origin.to_owned(), value.to_owned());
        Hint::Trust { origin, value }
    }

    #[test]
    fn the_value_that_allows_an_untrusted_origin_keeps_the_others() {
        let vite = "http://localhost:5173";
        assert_eq!(post("", &[("origin", vite)]), Some(trust(vite, vite)));
        let both = "https://app.example.com,http://localhost:5173";
        assert_eq!(
            post("https://app.example.com", &[("origin", vite)]),
            Some(trust(vite, both))
        );
        assert_eq!(
            post("myapp://", &[("origin", vite)]),
            Some(trust(vite, "myapp://,http://localhost:5173"))
        );
        assert_eq!(post(vite, &[("origin", vite)]), None);
        let image = [("referer", "http://localhost:5173/a"), ("sec-fetch-site", "same-site")];
        assert_eq!(hint("", "GET", "/auth/me", &image), Some(trust(vite, vite)));
    }

    #[test]
    fn the_address_127_0_0_1_is_another_site_than_localhost() {
        let (address, name) = ("http://127.0.0.1:5173", "http://localhost:5173");
        let headers = [("origin", address), ("sec-fetch-site", "cross-site")];
        assert_eq!(post("", &headers), Some(trust(address, name)));
        let other_site = Some(Hint::OtherSite {
            origin: address.to_owned(),
            same_site: Some(name.to_owned()),
        });
        assert_eq!(post(address, &headers), other_site);
        assert_eq!(post(name, &headers), other_site);
    }

    #[test]
    fn a_trusted_page_of_another_site_gets_no_cookies() {
        let app = "https://app.example.com";
        let other_site = Some(Hint::OtherSite {
            origin: app.to_owned(),
            same_site: None,
        });
        let headers = [("origin", app), ("sec-fetch-site", "cross-site")];
        assert_eq!(post(app, &headers), other_site);
        assert_eq!(post(app, &headers[..1]), None);
    }

    #[test]
    fn a_file_has_no_origin() {
        let headers = [("origin", "null"), ("sec-fetch-site", "cross-site")];
        assert_eq!(post("", &headers), Some(Hint::NoOrigin));
    }

    #[test]
    fn requests_that_work_have_no_hint() {
        let followed = [
            ("referer", "https://mail.example.com/"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ];
        assert_eq!(hint("", "GET", "/link/verify-email", &followed), None);
        assert_eq!(post("", &[]), None);
        assert_eq!(post("", &[("origin", HERE), ("sec-fetch-site", "same-origin")]), None);
        // The pages of this service send no referrer, so that the origin of their forms is `null`.
        assert_eq!(post("", &[("origin", "null"), ("sec-fetch-site", "same-origin")]), None);
        let other = [("origin", "https://other.test"), ("sec-fetch-site", "cross-site")];
        assert_eq!(hint("", "GET", "/.well-known/jwks.json", &other), None);
        assert_eq!(post("", &[("origin", "not an origin")]), None);
    }

    #[test]
    fn an_origin_gets_one_hint() {
        let hints = Hints::new(HERE.to_owned(), TrustedOrigins::parse("").expect("none"), String::new());
        assert!(hints.is_new("http://localhost:5173"));
        assert!(!hints.is_new("http://localhost:5173"));
        for port in 1..MAX_ORIGINS {
            assert!(hints.is_new(&format!("http://localhost:{port}")));
        }
        assert!(!hints.is_new("http://localhost:9999"));
    }
}
