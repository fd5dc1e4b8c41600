//! Redirect targets: a path on this service, or a URL with a configured origin (OWASP: unvalidated redirects).

use std::collections::BTreeSet;
use std::fmt;

use url::{Url, form_urlencoded};

/// A target that was checked against the trusted origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect(String);

/// The origins that may embed this service, call it with cookies, and receive its redirects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedOrigins(BTreeSet<String>);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a trusted redirect target")]
pub struct Untrusted;

/// The text is not an origin: a scheme, a host and optionally a port, nothing more.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("{0:?} is not an origin")]
pub struct InvalidOrigin(pub String);

const MAX_LENGTH: usize = 2048;

impl TrustedOrigins {
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidOrigin> {
        origins.into_iter().map(origin).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the value of an `Origin` header is exactly one of them.
    pub fn contain(&self, origin: &str) -> bool {
        self.0.contains(origin)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
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

    fn is_on_trusted_origin(&self, target: &str) -> bool {
        Url::parse(target).is_ok_and(|url| {
            // A `blob:` URL has the origin of the URL within it, and its content is a script's.
            url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && self.contain(&url.origin().ascii_serialization())
        })
    }
}

/// Returns the canonical form of an origin, and refuses text with any further component.
fn origin(text: &str) -> Result<String, InvalidOrigin> {
    let invalid = || InvalidOrigin(text.to_owned());
    let url = Url::parse(text).map_err(|_| invalid())?;
    let origin = url.origin();
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if origin.is_tuple() && bare && url.username().is_empty() {
        Ok(origin.ascii_serialization())
    } else {
        Err(invalid())
    }
}

impl Redirect {
    pub fn as_str(&self) -> &str {
        &self.0
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
            "/a\nb",
            "/\t/evil.test",
        ] {
            assert_eq!(trusted().redirect(target), Err(Untrusted), "{target:?}");
        }
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
        ] {
            assert!(TrustedOrigins::new([text]).is_err(), "{text}");
        }
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
