//! What an attacker with the password prepared before the user turned the second factor on: sessions end, and passkeys and
//! API keys are one factor until they are used or changed together with the second one.

use axum::Router;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::http::AppState;
use shared::testkit::{Answer, Authenticator, ORIGIN, PASSWORD, TestApp, TestRequest, better_auth, text};
use totp_rs::Totp;

const EMAIL: &str = "ada@example.com";
const CHALLENGE: &str = "better-auth.two_factor";
const CEREMONY: &str = "better-auth.better-auth-passkey";

fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(session::routes(state))
        .merge(passkey::routes(state))
        .merge(api_key::routes(state))
        .merge(two_factor::routes(state))
        .merge(users::routes(state))
}

async fn start() -> TestApp {
    TestApp::with_settings(routes, &[("API_KEY_SESSIONS", "on")]).await
}

async fn post(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.post(path).bearer(token).json(body).send().await
}

fn next_code(app: &TestApp, uri: &str) -> Value {
    app.clock.advance(SignedDuration::from_secs(30));
    let second = u64::try_from(app.clock.now().as_second()).expect("after 1970");
    json!({"code": Totp::from_url(uri).expect("a URI").generate(second).to_string()})
}

/// Turns the second factor on in a session; the URI of the app's secret, and the token of the session after that.
async fn turn_on_second_factor(app: &TestApp, token: &str) -> (String, String) {
    let password = json!({"password": PASSWORD});
    let enabled = post(app, token, "/api/auth/two-factor/enable", &password)
        .await
        .expect(200);
    let uri = text(&enabled.json()["totpURI"]);
    let code = next_code(app, &uri);
    let verified = post(app, token, "/api/auth/two-factor/verify-totp", &code)
        .await
        .expect(200);
    (uri, text(&verified.json()["token"]))
}

async fn register_passkey(app: &TestApp, token: &str) -> Authenticator {
    let mut authenticator = Authenticator::new(1);
    let path = "/api/auth/passkey/generate-register-options";
    let options = app.get(path).bearer(token).send().await.expect(200);
    let response = json!({"response": authenticator.create(&options.json())});
    let request = app.post("/api/auth/passkey/verify-registration").bearer(token);
    let _ = with_cookie(request, &options, CEREMONY)
        .json(&response)
        .send()
        .await
        .expect(200);
    authenticator
}

/// The request of a browser that has the cookie of an earlier answer, whose name begins with this one.
fn with_cookie<'a>(request: TestRequest<'a>, from: &Answer, name: &str) -> TestRequest<'a> {
    let lines = from.cookies();
    let is_set = |line: &&&str| line.starts_with(name) && !line.contains("Max-Age=0");
    let pair = lines.iter().find(is_set).and_then(|line| line.split(';').next());
    request
        .header("cookie", pair.expect("a cookie"))
        .header("origin", ORIGIN)
}

async fn sign_in_with(app: &TestApp, authenticator: &mut Authenticator) -> Answer {
    let path = "/api/auth/passkey/generate-authenticate-options";
    let options = app.get(path).send().await.expect(200);
    let response = json!({"response": authenticator.get(&options.json())});
    let request = app.post("/api/auth/passkey/verify-authentication");
    with_cookie(request, &options, CEREMONY)
        .json(&response)
        .send()
        .await
        .expect(200)
}

/// Completes a sign-in that waits for the second factor with a code of the app.
async fn complete(app: &TestApp, waiting: &Answer, uri: &str) {
    let request = app.post("/api/auth/two-factor/verify-totp");
    let request = with_cookie(request, waiting, CHALLENGE);
    let _ = request.json(&next_code(app, uri)).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_other_sessions_end() {
    let app = start().await;
    let own = better_auth::sign_up(&app, EMAIL).await;
    let thiefs = better_auth::sign_in(&app, EMAIL).await;
    let (_, renewed) = turn_on_second_factor(&app, &own).await;
    assert!(!better_auth::is_live(&app, &thiefs).await);
    assert!(better_auth::is_live(&app, &renewed).await);
    assert!(!better_auth::is_live(&app, &own).await);
}

/// An administrator helps a user whose account an attacker had.
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_waits_for_its_first_code_ends_with_what_an_administrator_does() {
    let new = "a river under the ice";
    for (operation, password) in [("set-user-password", new), ("revoke-user-sessions", PASSWORD)] {
        let app = start().await;
        let thiefs = better_auth::sign_up(&app, EMAIL).await;
        let user = app.caller(&thiefs).await.user.id.to_string();
        let own = json!({"password": PASSWORD});
        let enabled = post(&app, &thiefs, "/api/auth/two-factor/enable", &own)
            .await
            .expect(200);
        let uri = text(&enabled.json()["totpURI"]);
        let admin = better_auth::admin(&app, "admin@example.com").await;
        let mut body = json!({"userId": user});
        if operation == "set-user-password" {
            body["newPassword"] = json!(new);
        }
        let path = format!("/api/auth/admin/{operation}");
        let _ = post(&app, &admin, &path, &body).await.expect(200);
        let signed_in = better_auth::try_sign_in(&app, EMAIL, password).await.expect(200);
        let owners = better_auth::token_of(&signed_in);
        let code = next_code(&app, &uri);
        let answer = post(&app, &owners, "/api/auth/two-factor/verify-totp", &code).await;
        better_auth::assert_code(&answer, 400, "TOTP_NOT_ENABLED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_replaces_the_second_factor_after_it_was_used_with_it() {
    let app = start().await;
    let own = better_auth::sign_up(&app, EMAIL).await;
    let mut authenticator = register_passkey(&app, &own).await;
    let (uri, _) = turn_on_second_factor(&app, &own).await;

    let waiting = sign_in_with(&app, &mut authenticator).await;
    assert_eq!(waiting.json()["twoFactorRedirect"], true);
    complete(&app, &waiting, &uri).await;

    let signed_in = sign_in_with(&app, &mut authenticator).await.json();
    assert!(better_auth::is_live(&app, &text(&signed_in["session"]["token"])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_confirms_no_passkey() {
    let app = start().await;
    let own = better_auth::sign_up(&app, EMAIL).await;
    let mut authenticator = register_passkey(&app, &own).await;
    let (uri, _) = turn_on_second_factor(&app, &own).await;
    let waiting = better_auth::try_sign_in(&app, EMAIL, PASSWORD).await.expect(200);
    complete(&app, &waiting, &uri).await;
    let waiting = sign_in_with(&app, &mut authenticator).await;
    assert_eq!(waiting.json()["twoFactorRedirect"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_stands_for_a_session_after_a_session_with_the_second_factor_changed_it() {
    let app = start().await;
    let own = better_auth::sign_up(&app, EMAIL).await;
    let created = post(&app, &own, "/api/auth/api-key/create", &json!({}))
        .await
        .expect(200)
        .json();
    let (id, key) = (text(&created["id"]), text(&created["key"]));
    let by_key = || app.get("/api/auth/get-session").header("x-api-key", &key);
    let _ = by_key().send().await.expect(200);
    let (_, renewed) = turn_on_second_factor(&app, &own).await;
    better_auth::assert_code(&by_key().send().await, 403, "API_KEY_NOT_CONFIRMED");

    let change = json!({"keyId": id, "name": "nightly"});
    let _ = post(&app, &renewed, "/api/auth/api-key/update", &change)
        .await
        .expect(200);
    assert_eq!(by_key().send().await.expect(200).json()["user"]["email"], EMAIL);
}
