//! The effects of the records of providers that administrators keep, in every contract.

use serde_json::{Value, json};
use shared::testkit::platform::{admin, login, tokens_of};
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth, text};
use url::Url;

use super::support::provider::{CLIENT_ID, CLIENT_SECRET};
use super::support::{ADA, Provider, arrive, depart, refused, sign_in, sign_up, start_with_settings_of};
use crate::{start, start_with};

const ROOT: &str = "root@example.com";
const PROVIDERS: &str = "/v1/admin/social-providers";

pub fn record(provider: &Provider, name: &str) -> Value {
    json!({
        "provider": name, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "issuer": provider.url,
    })
}

/// A record, and the administrator who keeps it.
pub struct Kept {
    root: String,
    path: String,
}

impl Kept {
    pub async fn create(app: &TestApp, body: &Value) -> Self {
        let root = admin(app, ROOT).await;
        let created = app.post(PROVIDERS).bearer(&root).json(body).send().await.expect(201);
        let path = format!("{PROVIDERS}/{}", text(&created.json()["id"]));
        Self { root, path }
    }

    pub async fn change(&self, app: &TestApp, change: &Value) {
        let request = app.request("PUT", &self.path).bearer(&self.root).json(change);
        let _ = request.send().await.expect(200);
    }

    /// A further record, of the same administrator.
    pub async fn create_another(&self, app: &TestApp, body: &Value) {
        let request = app.post(PROVIDERS).bearer(&self.root).json(body);
        let _ = request.send().await.expect(201);
    }

    async fn toggle(&self, app: &TestApp) {
        let request = app
            .request("PATCH", &format!("{}/toggle", self.path))
            .bearer(&self.root);
        let _ = request.send().await.expect(200);
    }

    pub async fn delete(&self, app: &TestApp) {
        let request = app.request("DELETE", &self.path).bearer(&self.root);
        let _ = request.send().await.expect(200);
    }
}

/// One sign-in at Google in each contract that has providers; the statuses tell which are refused.
async fn in_four_contracts(app: &TestApp, provider: &Provider, number: &str) -> [u16; 4] {
    let status = |answer: Answer| answer.status.as_u16();
    let token = |contract: &str| provider.id_token(&json!({"jti": format!("{contract}-{number}")}));
    let better_auth = json!({"provider": "google"});
    let teams = json!({"token": token("teams")});
    let accounts = json!({"account": {"id_token": token("accounts")}});
    [
        status(app.post("/api/auth/sign-in/social").json(&better_auth).send().await),
        status(app.get("/v1/auth/social/google").send().await),
        status(app.post("/auth/google/sign-in").json(&teams).send().await),
        status(
            app.post("/accounts/v1/auth/oauth/google/sign-in")
                .json(&accounts)
                .send()
                .await,
        ),
    ]
}

const SERVED: [u16; 4] = [200, 302, 200, 200];
const REFUSED: [u16; 4] = [404, 404, 400, 400];

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_switched_off_refuses_at_once_in_four_contracts() {
    let provider = Provider::start().await;
    let settings = provider.settings("google");
    let app = start_with(&[("SOCIAL_PROVIDERS", &settings)]).await;
    let body = json!({"token": provider.id_token(&json!({}))});
    let _ = app.post("/auth/google/sign-up").json(&body).send().await.expect(201);
    assert_eq!(in_four_contracts(&app, &provider, "of the setting").await, SERVED);
    let kept = Kept::create(&app, &record(&provider, "google")).await;
    assert_eq!(in_four_contracts(&app, &provider, "of the record").await, SERVED);
    kept.toggle(&app).await;
    // The setting of the same name does not serve in its place.
    assert_eq!(in_four_contracts(&app, &provider, "while off").await, REFUSED);
    kept.toggle(&app).await;
    assert_eq!(in_four_contracts(&app, &provider, "on again").await, SERVED);
    kept.change(&app, &json!({"enabled": false})).await;
    assert_eq!(in_four_contracts(&app, &provider, "off again").await, REFUSED);
    // The setting counts again.
    kept.delete(&app).await;
    assert_eq!(in_four_contracts(&app, &provider, "deleted").await, SERVED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_record_refuses_at_once_where_no_setting_has_the_name() {
    let provider = Provider::start().await;
    let app = start().await;
    let kept = Kept::create(&app, &record(&provider, "google")).await;
    let body = json!({"token": provider.id_token(&json!({}))});
    let _ = app.post("/auth/google/sign-up").json(&body).send().await.expect(201);
    assert_eq!(in_four_contracts(&app, &provider, "served").await, SERVED);
    kept.delete(&app).await;
    assert_eq!(in_four_contracts(&app, &provider, "deleted").await, REFUSED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_with_an_issuer_signs_its_users_in() {
    let provider = Provider::start().await;
    let app = start().await;
    let kept = Kept::create(&app, &record(&provider, "acme")).await;
    let arrival = sign_in(&app, &provider, &json!({})).await;
    assert_eq!(arrival.location, "/welcome");
    let session = better_auth::session_of(&app, &arrival.token.expect("a session")).await;
    assert_eq!(session["user"]["email"], ADA);
    // A renamed record serves under its new name only.
    kept.change(&app, &json!({"provider": "other", "client_secret": CLIENT_SECRET}))
        .await;
    let old = json!({"provider": "acme"});
    let _ = app.post("/api/auth/sign-in/social").json(&old).send().await.expect(404);
    let departure = depart(&app, &json!({"provider": "other"})).await;
    assert!(departure.page.contains("callback%2Fother"), "{}", departure.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_takes_precedence_over_the_setting() {
    let provider = Provider::start().await;
    let old = Provider::start().await;
    let app = start_with_settings_of(&old, &[]).await;
    let page = depart(&app, &json!({"provider": "acme"})).await.page;
    assert!(page.starts_with(&old.url), "{page}");
    let mut body = record(&provider, "acme");
    body["scopes"] = json!(["calendar"]);
    body["client_id"] = json!("of the record");
    let kept = Kept::create(&app, &body).await;
    let page = depart(&app, &json!({"provider": "acme"})).await.page;
    assert!(page.starts_with(&provider.url), "{page}");
    let asked: std::collections::HashMap<_, _> = Url::parse(&page).expect("a URL").query_pairs().into_owned().collect();
    assert_eq!(
        (asked["scope"].as_str(), asked["client_id"].as_str()),
        ("openid calendar", "of the record")
    );
    // Other providers of the setting are as before.
    kept.change(&app, &json!({"provider": "other", "client_secret": CLIENT_SECRET}))
        .await;
    let page = depart(&app, &json!({"provider": "acme"})).await.page;
    assert!(page.starts_with(&old.url), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_is_used_by_the_next_exchange() {
    let provider = Provider::start().await;
    let app = start().await;
    let kept = Kept::create(&app, &record(&provider, "acme")).await;
    assert!(sign_in(&app, &provider, &json!({})).await.token.is_some());
    provider.rotate_secret("another secret of the client's");
    // The authorization in flight goes on with the new secret.
    let ask = json!({"provider": "acme", "callbackURL": "/welcome", "errorCallbackURL": "/sorry"});
    let departure = depart(&app, &ask).await;
    assert_eq!(sign_in(&app, &provider, &json!({})).await, refused("invalid_code"));
    let rotated = json!({"client_secret": "another secret of the client's"});
    kept.change(&app, &rotated).await;
    let back = provider.consent(&departure.page, &json!({}));
    assert!(arrive(&app, &back, &departure.cookie).await.token.is_some());
}

/// Authorizations in flight, links, tokens of the provider and the removal of identities.
#[tokio::test(flavor = "multi_thread")]
async fn what_began_before_the_provider_was_switched_off_does_not_go_on() {
    let provider = Provider::start().await;
    let app = start().await;
    let kept = Kept::create(&app, &record(&provider, "google")).await;
    let token = sign_up(&app, "grace@example.com").await;
    let link = |path: &str| {
        app.post(path)
            .bearer(&token)
            .json(&json!({"provider": "google"}))
            .send()
    };
    let ask = json!({"provider": "google", "errorCallbackURL": "/sorry"});
    let departure = depart(&app, &ask).await;
    let other = depart(&app, &ask).await;
    let arrival = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
    let ada = arrival.token.expect("a session");
    kept.toggle(&app).await;
    let arrival = arrive(&app, &provider.consent(&other.page, &json!({})), &other.cookie).await;
    assert_eq!(arrival, refused("oauth_provider_not_found"));
    let _ = link("/api/auth/link-social").await.expect(404);
    let platform = app.post("/v1/auth/social/link/google").bearer(&token).send().await;
    let _ = platform.expect(404);
    let of_google = json!({"providerId": "google"});
    let refresh = app.post("/api/auth/refresh-token").bearer(&ada).json(&of_google);
    let _ = refresh.send().await.expect(400);
    let _ = app
        .get("/api/auth/account-info?providerId=google")
        .bearer(&ada)
        .send()
        .await
        .expect(400);
    // The identity can be removed, and is of use again once the provider is.
    let listed = super::support::accounts(&app, &ada).await;
    assert_eq!(listed.len(), 1);
    kept.toggle(&app).await;
    let refresh = app.post("/api/auth/refresh-token").bearer(&ada).json(&of_google);
    let _ = refresh.send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_of_a_provider_that_is_switched_off_can_be_unlinked() {
    let provider = Provider::start().await;
    let app = start().await;
    let kept = Kept::create(&app, &record(&provider, "google")).await;
    let _ = shared::testkit::platform::sign_up(&app, ADA).await;
    let departure = depart(&app, &json!({"provider": "google"})).await;
    let _ = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
    kept.toggle(&app).await;
    let (token, _) = tokens_of(&login(&app, ADA, PASSWORD).await.expect(200));
    let unlink = app.request("DELETE", "/v1/auth/social/unlink/google").bearer(&token);
    let _ = unlink.send().await.expect(200);
}

/// The page of the application passes the response on to the callback.
#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_uri_of_a_record_takes_the_place_of_the_callbacks() {
    let provider = Provider::start().await;
    let app = start().await;
    let mut body = record(&provider, "google");
    body["redirect_uri"] = json!("http://127.0.0.1:3000/signed-in");
    let _kept = Kept::create(&app, &body).await;
    let departure = depart(&app, &json!({"provider": "google"})).await;
    let back = provider.consent(&departure.page, &json!({}));
    let query = back.strip_prefix("/signed-in?").expect("the page of the application");
    let path = format!("/api/auth/callback/google?{query}");
    assert!(arrive(&app, &path, &departure.cookie).await.token.is_some());
    let begun = app.get("/v1/auth/social/google").send().await.expect(302);
    let page = begun.header("location").expect("a location").to_owned();
    assert!(
        page.contains("redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fsigned-in&"),
        "{page}"
    );
}

/// One read, as without a record; the first use of a version of the record decrypts its secret.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_costs_one_call_and_its_secret_is_decrypted_once() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[]).await;
    let begin = async || {
        let request = app.post("/api/auth/sign-in/social").json(&json!({"provider": "acme"}));
        let usage = request.send().await.expect(200).usage;
        (usage.dynamodb, usage.kms)
    };
    assert_eq!(begin().await, (2, 0));
    let kept = Kept::create(&app, &record(&provider, "acme")).await;
    assert_eq!([begin().await, begin().await], [(2, 1), (2, 0)]);
    kept.change(&app, &json!({"scopes": ["email"]})).await;
    assert_eq!([begin().await, begin().await], [(2, 1), (2, 0)]);
}
