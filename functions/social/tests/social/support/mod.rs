//! A service with a provider beside it, and a browser between them.

pub mod provider;

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

pub use provider::Provider;

pub const PASSWORD: &str = "a keeper of the door";
pub const ADA: &str = "ada@example.com";
pub const ORIGIN: &str = "http://127.0.0.1:3000";

pub async fn start_with(provider: &Provider, settings: &[(&str, &str)]) -> TestApp {
    let providers = provider.settings("acme");
    let settings = [&[("SOCIAL_PROVIDERS", providers.as_str())], settings].concat();
    TestApp::with_settings(|state| session::routes(state).merge(social::routes(state)), &settings).await
}

pub async fn start() -> (TestApp, Provider) {
    let provider = Provider::start().await;
    (start_with(&provider, &[]).await, provider)
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
        .find_map(|cookie| cookie.strip_prefix("better-auth.state="));
    let value = cookie.and_then(|rest| rest.split(';').next()).expect("a state cookie");
    Departure {
        page,
        cookie: format!("better-auth.state={value}"),
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

/// The whole way, with what the provider says of whoever it signs in.
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

pub async fn sign_up(app: &TestApp, email: &str) -> String {
    let body = json!({"name": "Ada", "email": email, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-up/email").json(&body).send().await.expect(200);
    text(&answer.json()["token"])
}

pub async fn session_of(app: &TestApp, token: &str) -> Value {
    app.get("/api/auth/get-session")
        .bearer(token)
        .send()
        .await
        .expect(200)
        .json()
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

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
