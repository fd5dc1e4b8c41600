//! Requests that read as sentences, and what comes back.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use lambda_http::aws_lambda_events::apigw::{
    ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerIamDescription, ApiGatewayV2httpRequestContext,
};
use lambda_http::request::RequestContext;
use serde_json::Value;
use tests::Contract as Document;
use tower::ServiceExt;

use super::TestApp;
use crate::clock::Clock as _;
use crate::contract::Contract;
use crate::http::RequestRecord;
use crate::usage::Usage;

#[derive(Debug)]
pub struct TestRequest<'a> {
    app: &'a TestApp,
    method: String,
    path: String,
    ip: String,
    headers: HeaderMap,
    body: Vec<u8>,
    documented: bool,
    is_signed: bool,
    /// `None`: the process of the app.
    router: Option<Router>,
}

/// An answer, already held against the contract's document.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub usage: Usage,
}

impl<'a> TestRequest<'a> {
    pub(super) fn new(app: &'a TestApp, method: &str, path: &str) -> Self {
        Self {
            app,
            method: method.to_owned(),
            path: path.to_owned(),
            ip: "192.0.2.1".to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            documented: true,
            is_signed: false,
            router: None,
        }
    }

    /// Sends the request to another process.
    #[must_use]
    pub fn at(mut self, process: &Router) -> Self {
        self.router = Some(process.clone());
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        self.headers
            .insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// A header whose value need not be text.
    #[must_use]
    pub fn header_bytes(mut self, name: &str, value: &[u8]) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        let value = HeaderValue::from_bytes(value).expect("a header value");
        self.headers.insert(name, value);
        self
    }

    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The session cookie, from a page of our own.
    #[must_use]
    pub fn cookie(self, token: &str) -> Self {
        self.header("cookie", &format!("better-auth.session_token={token}"))
            .header("origin", "http://127.0.0.1:3000")
    }

    #[must_use]
    pub fn from_ip(mut self, ip: &str) -> Self {
        ip.clone_into(&mut self.ip);
        self
    }

    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    #[must_use]
    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        self.body("application/x-www-form-urlencoded", form)
    }

    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// As if API Gateway had verified the signature of an AWS principal, on a route with IAM authorization.
    #[must_use]
    pub fn signed_by_principal(mut self) -> Self {
        self.is_signed = true;
        self
    }

    /// For what the contract's document does not know: unknown paths, bodies that are too large.
    #[must_use]
    pub fn undocumented(mut self) -> Self {
        self.documented = false;
        self
    }

    /// Sends it, checks the answer against the document, and has the mail delivered that it caused.
    pub async fn send(self) -> Answer {
        let answer = self.answer().await;
        if self.documented {
            self.check(&answer);
        }
        self.app.deliver_mail().await;
        answer
    }

    async fn answer(&self) -> Answer {
        // The read of the settings, once in thirty seconds, is no part of the calls of a request.
        if self.router.is_none() {
            self.app.core().refresh_configuration(self.app.clock.now()).await;
        }
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.path);
        *request.headers_mut().expect("a sound request") = self.headers.clone();
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.http.source_ip = Some(self.ip.clone());
        context.request_id = Some("test-request".to_owned());
        if self.is_signed {
            let mut authorizer = ApiGatewayRequestAuthorizer::default();
            authorizer.iam = Some(ApiGatewayRequestAuthorizerIamDescription::default());
            context.authorizer = Some(authorizer);
        }
        let request = request
            .extension(RequestContext::ApiGatewayV2(context))
            .body(Body::from(self.body.clone()))
            .expect("a sound request");
        let router = self.router.as_ref().unwrap_or(&self.app.router);
        let (parts, body) = router
            .clone()
            .oneshot(request)
            .await
            .expect("routers do not fail")
            .into_parts();
        let usage = parts
            .extensions
            .get::<RequestRecord>()
            .map(|record| record.usage.clone())
            .unwrap_or_default();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            usage,
        }
    }

    fn check(&self, answer: &Answer) {
        let path = self.path.split('?').next().unwrap_or_default();
        let document = match Contract::of(path) {
            Some(Contract::BetterAuth) => Document::better_auth(),
            Some(Contract::Basic) => Document::basic(),
            Some(Contract::Teams) => Document::teams(),
            Some(Contract::Platform) => Document::platform(),
            Some(Contract::Accounts) => Document::accounts(),
            None => return,
        };
        if let Err(drift) = document.check(
            &self.method,
            path,
            answer.status.as_u16(),
            &answer.headers,
            &answer.body,
        ) {
            panic!("{drift}\n{}", String::from_utf8_lossy(&answer.body));
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The values of all `Set-Cookie` headers.
    /// Without the cookie of a known device, which accompanies those of any sign-in with a password.
    pub fn cookies(&self) -> Vec<&str> {
        self.all_cookies().filter(|cookie| !is_of_device(cookie)).collect()
    }

    /// The cookie of a known device.
    pub fn device_cookie(&self) -> Option<&str> {
        self.all_cookies().find(|cookie| is_of_device(cookie))
    }

    fn all_cookies(&self) -> impl Iterator<Item = &str> {
        let cookies = self.headers.get_all("set-cookie").into_iter();
        cookies.filter_map(|value| value.to_str().ok())
    }

    /// Fails the test unless the status is this one; gives the answer on.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

fn is_of_device(cookie: &str) -> bool {
    let base = cookie.trim_start_matches("__Secure-").trim_start_matches("__Host-");
    base.starts_with("ostiary.device=")
}
