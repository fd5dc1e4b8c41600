//! A service with a provider beside it, and a browser between them.

pub mod provider;

use serde_json::{Value, json};
pub use shared::testkit::better_auth::{session_of, sign_up};
use shared::testkit::{Answer, TestApp};
pub use shared::testkit::{ORIGIN, PASSWORD, text};

pub use provider::Provider;

pub const ADA: &str = "ada@example.com";

pub async fn start_with_settings_of(provider: &Provider, settings: &[(&str, &str)]) -> TestApp {
    let providers = provider.settings("acme");
    let settings = [&[("SOCIAL_PROVIDERS", providers.as_str())], settings].concat();
    crate::start_with(&settings).await
}

pub async fn start_with_provider() -> (TestApp, Provider) {
    let provider = Provider::start().await;
    (start_with_settings_of(&provider, &[]).await, provider)
}

/// The provider's page, and the cookie that the browser keeps.
pub struct Departure {
    pub page: String,
    pub cookie: String,
}

pub async fn depart(app: &TestApp, body: &Value) -> Departure {
    departed(&app.post("/api/auth/sign-in/social").json(body).send().await.expect(200))
}

pub fn departed(answer: &Answer) -> Departure {
    let page = text(&answer.json()["url"]);
    let cookies = answer.cookies();
    let cookie = cookies
        .iter()
        .find(|cookie| cookie.starts_with("better-auth.state.") && !cookie.contains("Max-Age=0"));
    let cookie = cookie.and_then(|line| line.split(';').next()).expect("a state cookie");
    Departure {
        page,
        cookie: cookie.to_owned(),
    }
}

/// Where the browser is sent in the end, and its session if it has got one.
#[derive(Debug, PartialEq, Eq)]
pub struct Arrival {
    pub location: String,
    pub token: Option<String>,
}

pub async fn arrive(app: &TestApp, path: &str, cookie: &str) -> Arrival {
    let request = app.get(path).header("cookie", cookie).undocumented();
    let answer = request.send().await.expect(302);
    let cookies = answer.cookies();
    let set = cookies
        .iter()
        .find_map(|cookie| cookie.strip_prefix("better-auth.session_token="));
    let token = set
        .and_then(|rest| rest.split(';').next())
        .filter(|token| !token.is_empty());
    Arrival {
        location: answer.header("location").expect("a location").to_owned(),
        token: token.map(str::to_owned),
    }
}

/// The whole flow, with the claims that the provider makes about the user.
pub async fn sign_in(app: &TestApp, provider: &Provider, claims: &Value) -> Arrival {
    let departure = depart(
        app,
        &json!({"provider": "acme", "callbackURL": "/welcome", "errorCallbackURL": "/sorry"}),
    )
    .await;
    arrive(app, &provider.consent(&departure.page, claims), &departure.cookie).await
}

pub fn refused(error: &str) -> Arrival {
    Arrival {
        location: format!("/sorry?error={error}"),
        token: None,
    }
}

pub async fn accounts(app: &TestApp, token: &str) -> Vec<Value> {
    let answer = app
        .get("/api/auth/list-accounts")
        .bearer(token)
        .send()
        .await
        .expect(200);
    answer.json().as_array().expect("accounts").clone()
}
