//! Cross-origin resource sharing (Fetch, section 3.2): which pages of other origins may read a response, and call with
//! cookies.
//!
//! The functions decide it, and not the HTTP API in front of them. The API would replace these headers by the same ones
//! for all paths, while any page may read the public documents; and a list of origins would be read in two ways.

use std::sync::LazyLock;

use axum::extract::Request;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method};

use super::token_headers;
use crate::domain::TrustedOrigins;

/// Every method that a route may have.
pub const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// The headers beside the tokens that pages may read.
const READABLE: [&str; 6] = [
    "x-device-token",
    "retry-after",
    "x-retry-after",
    "x-request-id",
    "apigw-requestid",
    "etag",
];

/// The longest time for which browsers keep the answer to a preflight request, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

static EXPOSED: LazyLock<HeaderValue> = LazyLock::new(|| {
    let names: Vec<_> = token_headers::ALL.into_iter().chain(READABLE).collect();
    HeaderValue::try_from(names.join(", ")).expect("names of headers")
});

/// What the page that caused a request may do with the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    access: Access,
    preflight: Option<Preflight>,
}

/// A request in which a browser asks what a page may send.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Preflight {
    /// The headers that the page would add.
    headers: Option<HeaderValue>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Access {
    /// The request is not from a page of another origin, or that origin is not trusted.
    None,
    /// Public documents are for every page, without cookies.
    Public,
    /// The same below the path of the framework, whose client sends cookies with every request: for its pages, the
    /// document needs the headers of all other responses. Caches keep the two apart.
    PublicForOthers,
    /// A trusted origin, with cookies.
    Trusted(HeaderValue),
}

/// Whether a browser asks what a page may send. It sends neither cookies nor a body.
pub fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

impl Sharing {
    pub fn of(request: &Request, origins: &TrustedOrigins) -> Self {
        let headers = request.headers();
        Self {
            access: access(request.uri().path(), headers, origins),
            preflight: is_preflight(request).then(|| Preflight {
                headers: headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned(),
            }),
        }
    }

    pub fn add_to(self, response: &mut Response) {
        let headers = response.headers_mut();
        match self.access {
            Access::None => return,
            Access::Public => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            }
            Access::PublicForOthers => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                headers.append(VARY, HeaderValue::from_static("origin"));
            }
            Access::Trusted(origin) => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                headers.append(VARY, HeaderValue::from_static("origin"));
            }
        }
        match self.preflight {
            None => {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED.clone());
            }
            Some(preflight) => {
                headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
                headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
                // A trusted page may send any header: what a header is worth, the operation decides.
                if let Some(asked) = preflight.headers {
                    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked);
                }
            }
        }
    }
}

fn access(path: &str, headers: &HeaderMap, origins: &TrustedOrigins) -> Access {
    if path.starts_with("/.well-known/") {
        return Access::Public;
    }
    match headers.get(ORIGIN) {
        Some(origin) if origin.to_str().is_ok_and(|text| origins.contain(text)) => Access::Trusted(origin.clone()),
        _ if path == "/api/auth/jwks" => Access::PublicForOthers,
        _ => Access::None,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    const TRUSTED: &str = "https://app.example.com";

    fn shared(method: &str, path: &str, request: &[(&str, &str)]) -> HeaderMap {
        let origins = TrustedOrigins::parse(" https://app.example.com/ ,").expect("origins");
        let mut builder = Request::builder().method(method).uri(path);
        for (name, value) in request {
            builder = builder.header(*name, *value);
        }
        let request = builder.body(Body::empty()).expect("a request");
        let mut response = Response::new(Body::empty());
        Sharing::of(&request, &origins).add_to(&mut response);
        response.headers().clone()
    }

    #[test]
    fn a_trusted_page_may_read_responses_and_send_cookies() {
        let headers = shared("GET", "/api/auth/get-session", &[("origin", TRUSTED)]);
        assert_eq!(headers["access-control-allow-origin"], TRUSTED);
        assert_eq!(headers["access-control-allow-credentials"], "true");
        assert_eq!(headers["vary"], "origin");
        let exposed = headers["access-control-expose-headers"].to_str().expect("text");
        for name in ["set-auth-token", "set-two-factor-token", "retry-after", "x-retry-after"] {
            assert!(exposed.contains(name), "{name}");
        }
        assert!(!headers.contains_key("access-control-allow-methods"));
    }

    #[test]
    fn a_preflight_request_gets_the_methods_and_the_headers_that_it_asks_for() {
        let asked = [
            ("origin", TRUSTED),
            ("access-control-request-method", "DELETE"),
            ("access-control-request-headers", "x-api-key,content-type"),
        ];
        let headers = shared("OPTIONS", "/v1/users/1", &asked);
        assert_eq!(headers["access-control-allow-methods"], METHODS);
        assert_eq!(headers["access-control-allow-headers"], "x-api-key,content-type");
        assert_eq!(headers["access-control-max-age"], "7200");
        assert!(!headers.contains_key("access-control-expose-headers"));
    }

    #[test]
    fn a_trusted_page_may_read_the_key_set_of_the_framework_with_cookies() {
        let headers = shared("GET", "/api/auth/jwks", &[("origin", TRUSTED)]);
        assert_eq!(headers["access-control-allow-origin"], TRUSTED);
        assert_eq!(headers["access-control-allow-credentials"], "true");
        assert_eq!(headers["vary"], "origin");
        assert_eq!(shared("GET", "/api/auth/jwks", &[])["vary"], "origin");
    }

    #[test]
    fn another_page_may_read_public_documents_only() {
        for origin in ["https://evil.test", "null", "https://app.example.com.evil.test", "*"] {
            assert!(shared("GET", "/api/auth/get-session", &[("origin", origin)]).is_empty());
            for path in ["/.well-known/jwks.json", "/api/auth/jwks"] {
                let document = shared("GET", path, &[("origin", origin)]);
                assert_eq!(document["access-control-allow-origin"], "*");
                assert!(!document.contains_key("access-control-allow-credentials"));
            }
            assert_eq!(shared("GET", "/api/auth/jwks", &[("origin", origin)])["vary"], "origin");
            assert!(shared("GET", "/api/auth/token", &[("origin", origin)]).is_empty());
        }
        assert!(shared("GET", "/api/auth/get-session", &[]).is_empty());
    }
}
