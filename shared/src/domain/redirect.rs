//! Redirect targets: a path on this service, or a URL with a configured origin (OWASP: unvalidated redirects). An
//! origin is that of web pages (`https://app.example.com`), or that of an app with a scheme of its own (`myapp://`).

use std::collections::BTreeSet;
use std::fmt;

use url::{Url, form_urlencoded};

/// A target that was checked against the trusted origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect(String);

/// The origins that may embed this service, call it with cookies, and receive its redirects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedOrigins {
    web: BTreeSet<String>,
    apps: BTreeSet<AppOrigin>,
}

/// The scheme of an app, with the host if only that is trusted: `myapp://` and `capacitor://localhost`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct AppOrigin {
    scheme: String,
    host: String,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a trusted redirect target")]
pub struct Untrusted;

/// The text is not an origin: a scheme, a host and optionally a port, nothing more. An app needs no host.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("{0:?} is not an origin, such as https://app.example.com or myapp://")]
pub struct InvalidOrigin(pub String);

const MAX_LENGTH: usize = 2048;

/// Schemes that are no app's: browsers handle them themselves, and some of them run what the URL contains.
const NOT_OF_APPS: [&str; 18] = [
    "about",
    "blob",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "http",
    "https",
    "intent",
    "javascript",
    "mailto",
    "sms",
    "tel",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

impl TrustedOrigins {
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidOrigin> {
        let (mut web, mut apps) = (BTreeSet::new(), BTreeSet::new());
        for text in origins {
            match (web_origin(text), AppOrigin::parse(text)) {
                (Some(origin), _) => _ = web.insert(origin),
                (None, Some((origin, ""))) => _ = apps.insert(origin),
                (None, _) => return Err(InvalidOrigin(text.to_owned())),
            }
        }
        Ok(Self { web, apps })
    }

    /// Reads a list that is separated by commas.
    pub fn parse(list: &str) -> Result<Self, InvalidOrigin> {
        Self::new(items(list))
    }

    /// Adds the origins of another list.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.web.extend(others.web);
        self.apps.extend(others.apps);
        self
    }

    /// Whether the value of an `Origin` header is exactly one of them, or is of a trusted app.
    pub fn contain(&self, origin: &str) -> bool {
        self.web.contains(origin)
            || AppOrigin::parse(origin).is_some_and(|(app, rest)| rest.is_empty() && self.trust(&app))
    }

    /// The origins of web pages.
    pub fn web(&self) -> impl Iterator<Item = &str> {
        self.web.iter().map(String::as_str)
    }

    /// All of them as source expressions of a content security policy (CSP Level 3, section 2.3.1).
    pub fn sources(&self) -> impl Iterator<Item = String> {
        let apps = self.apps.iter().map(|app| format!("{}:", app.scheme));
        self.web.iter().cloned().chain(apps)
    }

    /// Accepts a path (`/welcome`, not `//host`), or a URL whose origin is trusted.
    pub fn redirect(&self, target: &str) -> Result<Redirect, Untrusted> {
        let plain = target.len() <= MAX_LENGTH && target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if !plain {
            return Err(Untrusted);
        }
        let is_path = target.starts_with('/') && !target.starts_with("//");
        if is_path || self.is_on_trusted_origin(target) {
            Ok(Redirect(target.to_owned()))
        } else {
            Err(Untrusted)
        }
    }

    /// The scheme is compared as well: the origin of a `blob:` URL is that of the page that made it.
    fn is_on_trusted_origin(&self, target: &str) -> bool {
        let is_web = Url::parse(target).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none()
                && self.web.contains(&url.origin().ascii_serialization())
        });
        is_web || AppOrigin::parse(target).is_some_and(|(app, _)| self.trust(&app))
    }

    fn trust(&self, app: &AppOrigin) -> bool {
        let any_host = AppOrigin {
            scheme: app.scheme.clone(),
            host: String::new(),
        };
        self.apps.contains(app) || self.apps.contains(&any_host)
    }
}

impl AppOrigin {
    /// The origin at the start of a URL, and the rest without leading slashes.
    fn parse(text: &str) -> Option<(Self, &str)> {
        let (scheme, rest) = text.split_once("://")?;
        // RFC 3986, section 3.1.
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(fits);
        let scheme = scheme.to_ascii_lowercase();
        let (host, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
        if !is_scheme || NOT_OF_APPS.contains(&scheme.as_str()) || !host.bytes().all(is_of_host) {
            return None;
        }
        let host = host.to_ascii_lowercase();
        Some((Self { scheme, host }, rest.trim_start_matches('/')))
    }
}

/// The items of a list that is separated by commas, however it is spaced. An empty item is none.
pub fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Returns the canonical form of an origin of web pages, and refuses text with any further component.
fn web_origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    (is_web && bare && anonymous).then(|| url.origin().ascii_serialization())
}

impl Redirect {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a path, of the origin that the browser is on.
    pub fn is_path(&self) -> bool {
        self.0.starts_with('/')
    }

    /// The path on another origin. `None`: it is no path, or the origin is not trusted.
    pub fn on(&self, origin: &str, trusted: &TrustedOrigins) -> Option<Self> {
        let path = Some(&self.0).filter(|_| self.is_path())?;
        // The origin of an app may have no host: `myapp://`.
        let url = match origin.strip_suffix("://") {
            Some(_) => format!("{origin}{}", path.trim_start_matches('/')),
            None => format!("{}{path}", origin.trim_end_matches('/')),
        };
        Some(origin)
            .filter(|origin| trusted.contain(origin))
            .and_then(|_| trusted.redirect(&url).ok())
    }

    /// Sets a query parameter, before any fragment. An existing parameter of that name is replaced, so that a client
    /// that requested the redirect cannot forge our result.
    pub fn with_parameter(&self, name: &str, value: &str) -> String {
        let (target, fragment) = self.0.split_once('#').unwrap_or((&self.0, ""));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let is_other = |pair: &&str| form_urlencoded::parse(pair.as_bytes()).any(|(other, _)| other != name);
        let others = query.split('&').filter(is_other).map(|pair| format!("{pair}&"));
        let pair = form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish();
        let end = if fragment.is_empty() { "" } else { "#" };
        format!("{path}?{}{pair}{end}{fragment}", others.collect::<String>())
    }
}

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> TrustedOrigins {
        TrustedOrigins::new(["https://app.example.com", "http://127.0.0.1:3000/"]).expect("origins")
    }

    #[test]
    fn paths_and_trusted_origins_are_targets() {
        for target in [
            "/",
            "/welcome?a=b#c",
            "https://app.example.com",
            "https://app.example.com/x",
            "http://127.0.0.1:3000/y",
        ] {
            assert!(trusted().redirect(target).is_ok(), "{target}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for target in [
            "",
            "x",
            "//evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "https:evil.test",
            "https://app.example.com.evil.test/",
            "https://app.example.com@evil.test/",
            "https://user@app.example.com/",
            "http://app.example.com/",
            "https://app.example.com:444/",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:https://app.example.com/1",
            "BLOB:https://app.example.com/1",
            "filesystem:https://app.example.com/temporary/x",
            "view-source:https://app.example.com/",
            "about:blank",
            "file:///etc/passwd",
            "ftp://app.example.com/",
            "myapp://callback",
            "/a\nb",
            "/\t/evil.test",
        ] {
            assert_eq!(trusted().redirect(target), Err(Untrusted), "{target:?}");
        }
    }

    #[test]
    fn a_path_is_on_the_origin_of_the_request() {
        let trusted = TrustedOrigins::new(["https://app.example.com", "myapp://", "capacitor://localhost"]);
        let trusted = trusted.expect("origins");
        let path = trusted.redirect("/welcome?a=b#c").expect("a target");
        for (origin, expected) in [
            ("https://app.example.com", Some("https://app.example.com/welcome?a=b#c")),
            ("myapp://", Some("myapp://welcome?a=b#c")),
            ("capacitor://localhost", Some("capacitor://localhost/welcome?a=b#c")),
            ("https://evil.test", None),
            ("null", None),
        ] {
            let on = path.on(origin, &trusted);
            assert_eq!(on.as_ref().map(Redirect::as_str), expected, "{origin}");
        }
        let url = trusted.redirect("https://app.example.com/x").expect("a target");
        assert_eq!(url.on("myapp://", &trusted), None);
    }

    #[test]
    fn an_origin_says_no_more_than_an_origin() {
        for text in [
            "https://a.example/x",
            "https://a.example?x",
            "https://u@a.example",
            "a.example",
            "data:x",
            "*",
            "https://:p@a.example",
            "ftp://a.example",
            "blob:https://a.example",
            "javascript://",
            "intent://",
            "myapp:",
            "myapp://x/path",
            "myapp://u@x",
            "my app://",
            "://",
        ] {
            assert!(TrustedOrigins::new([text]).is_err(), "{text}");
        }
    }

    #[test]
    fn a_list_means_the_same_however_it_is_written() {
        let plain = TrustedOrigins::parse("https://a.example,https://b.example:8443,myapp://").expect("origins");
        for list in [
            " https://a.example , https://b.example:8443/,myapp://\n",
            ",https://A.example:443/,,HTTPS://b.example:8443,MyApp:///,",
        ] {
            assert_eq!(TrustedOrigins::parse(list), Ok(plain.clone()), "{list:?}");
        }
        assert!(plain.web().eq(["https://a.example", "https://b.example:8443"]));
    }

    #[test]
    fn an_app_is_trusted_by_its_scheme_and_host() {
        let origins = TrustedOrigins::parse("myapp://, capacitor://localhost").expect("origins");
        for origin in ["myapp://", "myapp:///", "myapp://host", "capacitor://localhost"] {
            assert!(origins.contain(origin), "{origin}");
        }
        for origin in [
            "capacitor://evil",
            "capacitor://",
            "myapps://",
            "myapp:",
            "myapp://x/y",
            "http://localhost",
        ] {
            assert!(!origins.contain(origin), "{origin}");
        }
        for target in [
            "myapp://",
            "myapp://callback?a=b#c",
            "myapp:///x",
            "MYAPP://x",
            "capacitor://localhost/x",
        ] {
            assert!(origins.redirect(target).is_ok(), "{target}");
        }
        for target in [
            "capacitor://evil/x",
            "capacitor://localhost@evil/",
            "capacitor:localhost",
            "yourapp://x",
        ] {
            assert_eq!(origins.redirect(target), Err(Untrusted), "{target}");
        }
        assert!(origins.sources().eq(["capacitor:", "myapp:"]));
        let target = origins.redirect("myapp://callback#x").expect("a target");
        assert_eq!(target.with_parameter("error", "E"), "myapp://callback?error=E#x");
    }

    #[test]
    fn parameters_go_before_the_fragment() {
        let target = |text| trusted().redirect(text).expect("a target");
        assert_eq!(target("/a").with_parameter("token", "x y"), "/a?token=x+y");
        assert_eq!(target("/a?b=c#d").with_parameter("error", "E"), "/a?b=c&error=E#d");
    }

    #[test]
    fn a_parameter_is_there_once() {
        let target = trusted()
            .redirect("/a?token=mine&b=c&&t%6Fken=mine&token")
            .expect("a target");
        assert_eq!(target.with_parameter("token", "x"), "/a?b=c&token=x");
    }
}
