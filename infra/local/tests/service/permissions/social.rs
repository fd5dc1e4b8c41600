//! `social` signs users in through a provider, and shows, renews, links and removes their identities.

use axum::http::Uri;
use axum::routing::{get, post as posted};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::pkcs8::EncodePrivateKey as _;
use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use url::Url;

use super::password;
use super::people::{ADA, GRACE, ROOT, create_admin, get_as, log_in, post, post_as, sign_up, text};
use super::stage::Stage;
use crate::client::{Answer, Local, PASSWORD};

pub async fn story(stage: &Stage) {
    let providers = providers().await;
    people_come(&*stage.open(&[&providers]).await).await;
    people_come_with_a_token(&*stage.open(&[&providers]).await).await;
    people_come_with_a_token(&*stage.open(&[&providers, "SIGNING_MODE=wrapped"]).await).await;
    identities_come_and_go(&*stage.open(&[&providers]).await).await;
    let provider = OpenIdProvider::start().await;
    people_present_an_id_token(&*stage.open(&[&provider.setting()]).await, &provider).await;
    people_come_to_the_platform(&*stage.open(&[&provider.setting()]).await).await;
    people_come_through_a_record(&*stage.open(&[]).await, &provider).await;
    an_account_is_completed(&*stage.open(&[&provider.setting()]).await, &provider).await;
    a_link_is_accepted(&*stage.open(&[&provider.setting()]).await, &provider).await;
    a_mailed_invitation_is_accepted(&*stage.open(&[&provider.setting()]).await, &provider).await;
}

/// The first sign-in of an identity, a completion that is refused, and the one that makes user and account.
async fn an_account_is_completed(local: &Local, provider: &OpenIdProvider) {
    let path = |operation: &str| format!("/accounts/v1/auth/oauth/google/{operation}");
    let body = json!({ "account": { "id_token": provider.id_token() } });
    let unknown = local.post(&path("sign-in")).json(&body).send().await.expect(404);
    let token = unknown.json()["data"]["tempToken"].clone();
    let other = json!({ "tempToken": token, "verifiedEmail": ADA });
    local.post(&path("complete")).json(&other).send().await.expect(403);
    let completion = json!({ "tempToken": token, "verifiedEmail": "presented@example.com" });
    post(local, &path("complete"), completion).await;
}

const INVITATION: &str = "/accounts/v1/auth/oauth/google/invitation";

async fn a_link_is_accepted(local: &Local, provider: &OpenIdProvider) {
    let setup = password::activate_account(local).await;
    let set = json!({ "email": ADA, "token": setup, "password": password::STRONG });
    post(local, "/accounts/v1/auth/set-password", set).await;
    let login = json!({ "email": ADA, "password": password::STRONG });
    let login = post(local, "/accounts/v1/auth/login", login).await;
    let jwt = text(&login["data"]["accessToken"]);
    let link = json!({ "role": "COACH", "accountId": login["data"]["user"]["accountId"] });
    let link = post_as(local, &jwt, "/accounts/v1/registration-links", link).await;
    // While an invitation is pending, the account is read before its seat is taken.
    let own = get_as(local, &jwt, "/api/auth/organization/list").await;
    let pending = json!({ "email": "joe@example.com", "role": "member", "organizationId": own[0]["id"] });
    post_as(local, &jwt, "/api/auth/organization/invite-member", pending).await;
    let body = json!({ "invitationToken": link["data"]["token"], "account": { "id_token": provider.id_token() } });
    post(local, INVITATION, body).await;
}

async fn a_mailed_invitation_is_accepted(local: &Local, provider: &OpenIdProvider) {
    let setup = password::activate_account_of(local, "presented@example.com").await;
    let body = json!({ "invitationToken": setup, "account": { "id_token": provider.id_token() } });
    post(local, INVITATION, body).await;
}

/// A sign-up, and its repetition by a client that has lost the answer.
async fn people_present_an_id_token(local: &Local, provider: &OpenIdProvider) {
    let body = json!({ "token": provider.id_token() });
    let first = post(local, "/auth/google/sign-up", body.clone()).await;
    let repeated = post(local, "/auth/google/sign-up", body).await;
    assert_eq!(first["refreshToken"], repeated["refreshToken"]);
}

/// New users with a verified or an unverified address, and existing users.
async fn people_come(local: &Local) {
    for provider in ["facebook", "github", "github"] {
        let body = json!({ "provider": provider });
        let departure = local.post("/api/auth/sign-in/social").json(&body).send().await;
        let arrival = come_back(local, provider, &departure.expect(200)).await;
        let session = local.get("/api/auth/get-session").header("cookie", &arrival.cookie());
        assert!(session.send().await.expect(200).json()["user"].is_object());
    }
}

/// A first login, and the identities of the user.
async fn people_come_to_the_platform(local: &Local) {
    let started = local.get("/v1/auth/social/google").send().await.expect(302);
    let page = Url::parse(started.header("location")).expect("a URL");
    let arrival = come_back_to_the_platform(local, &page, &started).await;
    let jwt = text(&arrival.expect(200).json()["access_token"]);
    get_as(local, &jwt, "/v1/auth/social/accounts").await;
    let link = super::people::bearing(local.post("/v1/auth/social/link/google"), &jwt);
    link.send().await.expect(409);
    let unlink = super::people::bearing(local.call("DELETE", "/v1/auth/social/unlink/google"), &jwt);
    unlink.send().await.expect(409);
    // The next login accepts an invitation that waits.
    let owner = sign_up(local, ADA).await;
    super::people::invite(local, &owner, "acme", "presented@example.com", "member").await;
    let started = local.get("/v1/auth/social/google").send().await.expect(302);
    let page = Url::parse(started.header("location")).expect("a URL");
    let arrival = come_back_to_the_platform(local, &page, &started).await;
    let jwt = text(&arrival.expect(200).json()["access_token"]);
    let profile = get_as(local, &jwt, "/v1/auth/me").await;
    assert_eq!(profile["memberships"].as_array().map(Vec::len), Some(2), "{profile}");
}

/// The provider is one that administrators keep.
async fn people_come_through_a_record(local: &Local, provider: &OpenIdProvider) {
    create_admin(local, ROOT).await;
    let login = post(local, "/v1/admin/login", json!({ "email": ROOT, "password": PASSWORD })).await;
    let record = json!({
        "provider": "google", "client_id": "ostiary", "client_secret": "secret", "issuer": provider.url,
    });
    let token = text(&login["accessToken"]);
    post_as(local, &token, "/v1/admin/social-providers", record).await;
    let started = local.get("/v1/auth/social/google").send().await.expect(302);
    let page = Url::parse(started.header("location")).expect("a URL");
    let arrival = come_back_to_the_platform(local, &page, &started).await;
    arrival.expect(200);
}

/// The provider's code is the nonce of the request.
async fn come_back_to_the_platform(local: &Local, page: &Url, departure: &Answer) -> Answer {
    let asked = |wanted: &str| {
        page.query_pairs()
            .find(|(name, _)| name == wanted)
            .expect("a parameter")
            .1
    };
    let cookie = departure.header("set-cookie").split(';').next().unwrap_or_default();
    let (code, state) = (asked("nonce"), asked("state"));
    let path = format!("/v1/auth/social/google/callback?code={code}&state={state}");
    local.get(&path).header("cookie", cookie).send().await
}

async fn people_come_with_a_token(local: &Local) {
    come_from_a_provider(local).await;
    post(local, "/auth/facebook/sign-in", json!({ "token": "access" })).await;
    let forged = local.post("/auth/facebook/sign-in").json(&json!({ "token": "forged" }));
    let refused = forged.send().await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
}

/// The access token of a new user, who has no password.
pub async fn come_from_a_provider(local: &Local) -> String {
    text(&post(local, "/auth/facebook/sign-up", json!({ "token": "access" })).await["accessToken"])
}

async fn identities_come_and_go(local: &Local) {
    sign_up(local, ADA).await;
    let jwt = log_in(local, ADA).await;
    let of_github = json!({ "providerId": "github" });
    for leaves in [of_github.clone(), json!({ "providerId": "credential" })] {
        let body = json!({ "provider": "github", "callbackURL": "/linked" });
        let departure = local.post("/api/auth/link-social").json(&body);
        let departure = super::people::bearing(departure, &jwt).send().await.expect(200);
        let arrival = come_back(local, "github", &departure).await;
        assert_eq!(arrival.header("location"), "/linked");
        assert_eq!(
            get_as(local, &jwt, "/api/auth/list-accounts").await[1]["providerId"],
            "github"
        );
        post_as(local, &jwt, "/api/auth/get-access-token", of_github.clone()).await;
        post_as(local, &jwt, "/api/auth/refresh-token", of_github.clone()).await;
        get_as(local, &jwt, "/api/auth/account-info?providerId=github").await;
        post_as(local, &jwt, "/api/auth/unlink-account", leaves).await;
    }
}

/// The callback at the end of the provider's page, in the browser that was redirected there.
async fn come_back(local: &Local, provider: &str, departure: &Answer) -> Answer {
    let page = Url::parse(&text(&departure.json()["url"])).expect("a URL");
    let (_, state) = page.query_pairs().find(|(name, _)| name == "state").expect("a state");
    let cookie = departure.header("set-cookie").split(';').next().unwrap_or_default();
    let path = format!("/api/auth/callback/{provider}?code=code&state={state}");
    local.get(&path).header("cookie", cookie).send().await.expect(302)
}

/// An OpenID provider whose ID tokens a client presents itself.
struct OpenIdProvider {
    url: String,
}

impl OpenIdProvider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let document = json!({
            "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/jwks"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
        });
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async move || Json(document.clone())),
            )
            .route("/jwks", get(async || Json(json!({ "keys": [jwk()] }))));
        let issuer = url.clone();
        let token = async move |body: String| {
            let mut fields = url::form_urlencoded::parse(body.as_bytes());
            let code = fields
                .find(|(name, _)| name == "code")
                .map(|(_, code)| code.into_owned());
            let id_token = Self { url: issuer.clone() }.id_token_with(code);
            Json(json!({ "access_token": "access", "token_type": "bearer", "expires_in": 3600, "id_token": id_token }))
        };
        let router = router.route("/token", posted(token));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url }
    }

    fn setting(&self) -> String {
        let client = json!({ "clientId": "ostiary", "clientSecret": "secret", "issuer": self.url });
        format!("SOCIAL_PROVIDERS={}", json!({ "google": client }))
    }

    fn id_token(&self) -> String {
        self.id_token_with(None)
    }

    fn id_token_with(&self, nonce: Option<String>) -> String {
        let now = SystemClock.now().as_second();
        let mut claims = json!({
            "iss": self.url, "aud": "ostiary", "sub": "1", "iat": now, "exp": now + 3600,
            "email": "presented@example.com", "email_verified": true, "name": "Ada",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        let key = key().to_pkcs8_der().expect("a key");
        let key = EncodingKey::from_ec_der(key.as_bytes());
        jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &key).expect("a token")
    }
}

fn key() -> p256::SecretKey {
    p256::SecretKey::from_slice(&[7; 32]).expect("a key")
}

fn jwk() -> Value {
    let point = key().public_key().to_encoded_point(false);
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
        "x": URL_SAFE_NO_PAD.encode(point.x().expect("x")), "y": URL_SAFE_NO_PAD.encode(point.y().expect("y")),
    })
}

/// A provider that signs every user in, and shows by its API who they are; the setting that names it.
pub async fn providers() -> String {
    let token = || async {
        Json(
            json!({ "access_token": "access", "token_type": "bearer", "refresh_token": "refresh", "expires_in": 3600 }),
        )
    };
    let router = Router::new()
        .route("/token", posted(token))
        .route("/user", get(|| async { Json(json!({ "id": 42, "login": "ada" })) }))
        .route(
            "/user/emails",
            get(|| async { Json(json!([{ "email": ADA, "primary": true, "verified": true }])) }),
        )
        .route("/me", get(|| async { Json(json!({ "id": "77", "email": GRACE })) }))
        .route(
            "/debug_token",
            get(|uri: Uri| async move {
                let is_valid = uri.query().is_some_and(|query| query.contains("input_token=access"));
                Json(json!({ "data": { "app_id": "ostiary", "is_valid": is_valid, "user_id": "77" } }))
            }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let endpoints = json!({ "authorization": format!("{url}/authorize"), "token": format!("{url}/token"), "api": format!("{url}/") });
    let client = json!({ "clientId": "ostiary", "clientSecret": "secret", "endpoints": endpoints });
    format!("SOCIAL_PROVIDERS={}", json!({ "github": client, "facebook": client }))
}
