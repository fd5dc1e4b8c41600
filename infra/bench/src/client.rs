//! A client of a local service that uses the `better_auth` contract over persistent connections, with cookies as a
//! browser does, and rejects the address of any other machine.

use crate::clock;
use axum::body::Bytes;
use http::{HeaderMap, Request, StatusCode, Uri, header, response::Parts};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use std::{net::IpAddr, str::FromStr, time::Duration};

pub const GET_SESSION: &str = "/api/auth/get-session";
pub const SIGN_IN: &str = "/api/auth/sign-in/email";
pub const SIGN_UP: &str = "/api/auth/sign-up/email";
const ADMIN_LOGIN: &str = "/v1/admin/login";
/// The route under which the service counts the requests of administrators of the platform.
pub const ADMIN: &str = "/v1/admin/{proxy+}";
const OK: &str = "/api/auth/ok";
const CALLS: &str = "/_local/calls.json";
pub const PASSWORD: &str = "nine lanterns over Pskov";
/// A request that takes longer has failed.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

pub type Http = legacy::Client<HttpConnector, Full<Bytes>>;

pub fn http() -> Http {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    legacy::Client::builder(TokioExecutor::new()).build(connector)
}

/// The address of a service on this machine: `http://127.0.0.1:3000`.
#[derive(Clone, Debug, PartialEq)]
pub struct LoopbackUrl(String);

impl LoopbackUrl {
    pub fn of_port(port: u16) -> Self {
        Self(format!("http://127.0.0.1:{port}"))
    }
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum UrlError {
    #[error("not of the form http://127.0.0.1:PORT")]
    Malformed,
    #[error("{0} is not this machine: load is put on 127.0.0.1, [::1] or localhost only")]
    NotLoopback(String),
}

impl FromStr for LoopbackUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let uri: Uri = text.parse().map_err(|_| UrlError::Malformed)?;
        let (Some("http"), Some(authority), "/" | "") = (uri.scheme_str(), uri.authority(), uri.path()) else {
            return Err(UrlError::Malformed);
        };
        // Only `localhost` is resolved, which RFC 6761 reserves: the address of another name could change later.
        let host = authority.host();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if host != "localhost" && !address.is_ok_and(|address| address.is_loopback()) {
            return Err(UrlError::NotLoopback(host.to_owned()));
        }
        Ok(Self(format!("http://{authority}")))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{route} could not be sent or read")]
    Transport {
        route: String,
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("{route} took longer than {REQUEST_LIMIT:?}")]
    Slow { route: String },
    #[error("{route} answered 429: start the service with `--rate-limits off`")]
    RateLimited { route: String },
    #[error("{route} answered {status}: {body}")]
    Refused {
        route: String,
        status: StatusCode,
        body: String,
    },
    #[error("{route} answered without {missing}")]
    Incomplete { route: String, missing: &'static str },
}

/// A user of the service, signed in.
#[derive(Clone, Debug)]
pub struct User {
    pub email: String,
    /// The session cookie, as the browser sends it.
    cookie: String,
}

#[derive(Clone, Debug)]
pub struct Client {
    http: Http,
    url: LoopbackUrl,
    /// Distinguishes the addresses of one run from those of another.
    run: u128,
}

impl Client {
    pub fn new(url: LoopbackUrl) -> Self {
        Self {
            http: http(),
            url,
            run: clock::unix_millis(),
        }
    }

    /// Signs up the `number`th user of this run.
    pub async fn sign_up(&self, number: usize) -> Result<User, Error> {
        let email = format!("bench-{}-{number}@example.com", self.run);
        let body = json!({ "name": format!("Bench {number}"), "email": email, "password": PASSWORD });
        let (head, _) = self.send(self.post(SIGN_UP), body.to_string()).await?;
        let cookie = cookies(&head.headers).ok_or_else(|| incomplete(SIGN_UP, "a cookie"))?;
        Ok(User { email, cookie })
    }

    pub async fn get_session(&self, user: &User) -> Result<(), Error> {
        let request = self.request(GET_SESSION).header(header::COOKIE, &user.cookie);
        let (_, answer) = self.send(request, String::new()).await?;
        // Without a session the contract answers 200 and `null`.
        answer["session"]
            .is_object()
            .then_some(())
            .ok_or_else(|| incomplete(GET_SESSION, "a session"))
    }

    pub async fn sign_in(&self, user: &User) -> Result<(), Error> {
        let answer = self
            .ask(SIGN_IN, &json!({ "email": user.email, "password": PASSWORD }))
            .await?;
        answer["token"]
            .is_string()
            .then_some(())
            .ok_or_else(|| incomplete(SIGN_IN, "a token"))
    }

    /// Posts to any route of any contract.
    pub async fn ask(&self, route: &str, body: &Value) -> Result<Value, Error> {
        let (_, answer) = self.send(self.post(route), body.to_string()).await?;
        Ok(answer)
    }

    /// The access token of an administrator of the platform.
    pub async fn sign_in_administrator(&self, email: &str, password: &str) -> Result<String, Error> {
        let body = json!({ "email": email, "password": password });
        let answer = self.ask(ADMIN_LOGIN, &body).await?;
        let token = answer["accessToken"].as_str().map(str::to_owned);
        token.ok_or_else(|| incomplete(ADMIN_LOGIN, "a token"))
    }

    /// The response to a GET with an access token.
    pub async fn look_as(&self, token: &str, route: &str) -> Result<Value, Error> {
        let request = self
            .request(route)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let (_, answer) = self.send(request, String::new()).await?;
        Ok(answer)
    }

    /// The response to a GET without a credential.
    pub async fn look(&self, route: &str) -> Result<Value, Error> {
        let (_, answer) = self.send(self.request(route), String::new()).await?;
        Ok(answer)
    }

    /// The service's count of AWS calls; see `calls`.
    pub async fn calls(&self) -> Result<Value, Error> {
        self.look(CALLS).await
    }

    /// Whether the server is ready.
    pub async fn is_answered(&self) -> bool {
        self.look(OK).await.is_ok()
    }

    fn request(&self, route: &str) -> http::request::Builder {
        Request::builder().uri(format!("{}{route}", self.url.0))
    }

    fn post(&self, route: &str) -> http::request::Builder {
        self.request(route)
            .method("POST")
            .header(header::CONTENT_TYPE, "application/json")
    }

    async fn send(&self, request: http::request::Builder, body: String) -> Result<(Parts, Value), Error> {
        let request = request
            .body(Full::from(body))
            .expect("routes are literals, tokens came as header-safe text");
        let route = request.uri().path().to_owned();
        let exchange = tokio::time::timeout(REQUEST_LIMIT, self.exchange(request)).await;
        let (head, body) = match exchange {
            Ok(Ok(answer)) => answer,
            Ok(Err(source)) => return Err(Error::Transport { route, source }),
            Err(_) => return Err(Error::Slow { route }),
        };
        let refused = |status| Error::Refused {
            route: route.clone(),
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        match head.status {
            StatusCode::TOO_MANY_REQUESTS => Err(Error::RateLimited { route }),
            status if !status.is_success() => Err(refused(status)),
            _ => match serde_json::from_slice(&body) {
                Ok(answer) => Ok((head, answer)),
                Err(error) => Err(Error::Transport {
                    route,
                    source: error.into(),
                }),
            },
        }
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(Parts, Bytes), Box<dyn std::error::Error + Send + Sync>> {
        let (head, body) = self.http.request(request).await?.into_parts();
        Ok((head, body.collect().await?.to_bytes()))
    }
}

/// The cookies as a browser sends them: names and values without their attributes.
fn cookies(headers: &HeaderMap) -> Option<String> {
    let pairs = headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| {
        let (pair, _) = cookie.to_str().ok()?.split_once(';')?;
        Some(pair)
    });
    let pairs = pairs.collect::<Vec<_>>().join("; ");
    (!pairs.is_empty()).then_some(pairs)
}

fn incomplete(route: &str, missing: &'static str) -> Error {
    Error::Incomplete {
        route: route.to_owned(),
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_go_back_without_their_attributes() {
        let mut headers = HeaderMap::new();
        assert_eq!(cookies(&headers), None);
        for cookie in ["a=1%3D; Path=/; HttpOnly", "b=2; Max-Age=9"] {
            headers.append(header::SET_COOKIE, cookie.parse().unwrap());
        }
        assert_eq!(cookies(&headers).as_deref(), Some("a=1%3D; b=2"));
    }

    #[test]
    fn this_machine_is_accepted() {
        for url in [
            "http://127.0.0.1:3000",
            "http://127.8.8.8",
            "http://[::1]:3000/",
            "http://localhost:3000",
        ] {
            assert_eq!(
                url.parse(),
                Ok(LoopbackUrl(url.trim_end_matches('/').to_owned())),
                "{url}"
            );
        }
    }

    #[test]
    fn other_machines_are_refused() {
        for url in [
            "http://example.com",
            "http://127.0.0.1.example.com:3000",
            "http://localhost.example.com",
            "http://127.0.0.1@example.com",
            "http://10.0.0.1:3000",
            "http://0.0.0.0:3000",
            "http://[2001:db8::1]",
        ] {
            assert!(
                matches!(url.parse::<LoopbackUrl>(), Err(UrlError::NotLoopback(_))),
                "{url}"
            );
        }
        for url in [
            "https://127.0.0.1",
            "127.0.0.1:3000",
            "http://127.0.0.1/path",
            "ftp://127.0.0.1",
            "",
        ] {
            assert_eq!(url.parse::<LoopbackUrl>(), Err(UrlError::Malformed), "{url}");
        }
    }
}
