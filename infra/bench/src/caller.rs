//! One user's requests, as API Gateway events. Each has a source address of its own, so that rate limits are counted as
//! in a deployment and never reached.

use crate::client::{GET_SESSION, PASSWORD, SIGN_IN, SIGN_UP};
use axum::body::Bytes;
use serde_json::{Value, json};

/// A `GET /api/auth/ok`: a request that every function can answer, at least with 404.
pub const OK: &[u8] = include_bytes!("../events/ok.json");
/// What API Gateway asks of the authorizer before a request to an API of the team's own.
const AUTHORIZE: &[u8] = include_bytes!("../../../events/authorize.json");
const EMAIL: &str = "bench@example.com";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request {
    /// A request that the bare function answers.
    Hello,
    SignUp,
    GetSession,
    /// A sign-in that issues a session only.
    SignIn,
    /// A sign-in that issues a session and an access token.
    LogIn,
    /// A sign-in that issues both and a refresh token.
    SignInForRefresh,
    Refresh,
    /// A request to another API, with an access token.
    Authorize,
}

impl Request {
    pub fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::SignUp => "sign-up",
            Self::GetSession => "get-session",
            Self::SignIn => "sign-in",
            Self::LogIn => "sign-in, access token",
            Self::SignInForRefresh => "sign-in, both tokens",
            Self::Refresh => "refresh",
            Self::Authorize => "authorize an access token",
        }
    }

    /// Whether the request costs a password hash.
    pub fn hashes(self) -> bool {
        !matches!(self, Self::Hello | Self::GetSession | Self::Refresh | Self::Authorize)
    }

    pub fn route(self) -> (&'static str, &'static str) {
        match self {
            Self::Hello => ("GET", "/"),
            Self::SignUp => ("POST", SIGN_UP),
            Self::GetSession => ("GET", GET_SESSION),
            Self::SignIn => ("POST", SIGN_IN),
            Self::LogIn => ("POST", "/api/auth/login"),
            Self::SignInForRefresh => ("POST", "/auth/sign-in"),
            Self::Refresh => ("POST", "/auth/refresh-token"),
            Self::Authorize => ("GET", "/orders"),
        }
    }

    /// The request body for a user, with or without a refresh token.
    pub fn body(self, email: &str, refresh_token: &str) -> Option<Value> {
        match self {
            Self::Hello | Self::GetSession | Self::Authorize => None,
            Self::SignUp => Some(json!({ "name": "Bench", "email": email, "password": PASSWORD })),
            Self::SignIn | Self::LogIn => Some(json!({ "email": email, "password": PASSWORD })),
            Self::SignInForRefresh => Some(json!({
                "credentials": { "email": email, "password": PASSWORD },
                "captchaToken": "none is checked",
            })),
            Self::Refresh => Some(json!({ "refreshToken": refresh_token })),
        }
    }
}

/// A user, and the credentials that the service has issued so far.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    sent: u32,
    session: String,
    access_token: String,
    refresh_token: String,
}

impl Caller {
    pub fn event(&mut self, request: Request) -> Bytes {
        self.sent += 1;
        let sample = if request == Request::Authorize { AUTHORIZE } else { OK };
        let mut event: Value = serde_json::from_slice(sample).expect("the event is JSON");
        let (method, path) = request.route();
        // 198.18.0.0/15 is reserved for benchmarks (RFC 2544).
        let ip = format!("198.18.{}.{}", self.sent >> 8 & 0xff, self.sent & 0xff);
        event["routeKey"] = format!("{method} {path}").into();
        event["rawPath"] = path.into();
        let http = &mut event["requestContext"]["http"];
        http["method"] = method.into();
        http["path"] = path.into();
        http["sourceIp"] = ip.into();
        if let Some(body) = request.body(EMAIL, &self.refresh_token) {
            event["headers"]["content-type"] = "application/json".into();
            event["body"] = body.to_string().into();
        }
        let credential = match request {
            Request::GetSession => Some(&self.session),
            Request::Authorize => Some(&self.access_token),
            _ => None,
        };
        if let Some(credential) = credential {
            event["headers"]["authorization"] = format!("Bearer {credential}").into();
        }
        event.to_string().into()
    }

    /// Stores the credentials in the response. `None` if the response is no success.
    pub fn read(&mut self, request: Request, answer: &[u8]) -> Option<()> {
        let answer: Value = serde_json::from_slice(answer).ok()?;
        if request == Request::Authorize {
            return answer["isAuthorized"].as_bool()?.then_some(());
        }
        if !(200..300).contains(&answer["statusCode"].as_u64()?) {
            return None;
        }
        if request == Request::Hello {
            return Some(());
        }
        let body: Value = serde_json::from_str(answer["body"].as_str()?).ok()?;
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        match request {
            Request::SignUp => self.session = text("token")?,
            Request::SignInForRefresh | Request::Refresh => self.refresh_token = text("refreshToken")?,
            Request::GetSession => drop(body["session"].as_object()?),
            Request::LogIn => self.access_token = text("access_token")?,
            Request::Hello | Request::SignIn | Request::Authorize => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_say_what_is_asked_and_come_from_everywhere() {
        let mut caller = Caller::default();
        let mut event = |request| serde_json::from_slice::<Value>(&caller.event(request)).unwrap();
        let (first, second) = (event(Request::SignIn), event(Request::GetSession));
        assert_eq!(first["rawPath"], "/api/auth/sign-in/email");
        assert_eq!(first["requestContext"]["http"]["method"], "POST");
        assert!(first["body"].as_str().unwrap().contains(PASSWORD));
        assert!(second.get("body").is_none());
        let ip = |event: &Value| event["requestContext"]["http"]["sourceIp"].clone();
        assert_ne!(ip(&first), ip(&second));
    }

    #[test]
    fn what_is_handed_out_is_used_by_the_next_request() {
        let mut caller = Caller::default();
        let answer = json!({ "statusCode": 200, "body": r#"{"refreshToken":"abc"}"# }).to_string();
        assert_eq!(caller.read(Request::Refresh, answer.as_bytes()), Some(()));
        let event = String::from_utf8(caller.event(Request::Refresh).to_vec()).unwrap();
        assert!(event.contains("abc"));
        assert_eq!(caller.read(Request::SignUp, answer.as_bytes()), None);
        let answer = json!({ "statusCode": 200, "body": r#"{"access_token":"def"}"# }).to_string();
        assert_eq!(caller.read(Request::LogIn, answer.as_bytes()), Some(()));
        let event: Value = serde_json::from_slice(&caller.event(Request::Authorize)).unwrap();
        assert_eq!(event["headers"]["authorization"], "Bearer def");
        assert_eq!(caller.read(Request::Authorize, br#"{"isAuthorized":true}"#), Some(()));
        assert_eq!(caller.read(Request::Authorize, br#"{"isAuthorized":false}"#), None);
        assert_eq!(caller.read(Request::Hello, br#"{"statusCode":500}"#), None);
    }
}
