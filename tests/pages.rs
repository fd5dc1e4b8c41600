//! The pages behind mails for a user with a second factor: nothing happens before it is shown, as in the contracts.

use axum::Router;
use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::http::AppState;
use shared::testkit::better_auth::{create_organization, invite, is_live, sign_up, sign_up_verified};
use shared::testkit::{Answer, PASSWORD, TestApp, text};
use totp_rs::Totp;

const OWNER: &str = "ada@example.com";
const GUEST: &str = "eve@example.com";
const INVITATION: &str = "/link/invitation";
const DELETION: &str = "/link/delete-user";

fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(session::routes(state))
        .merge(two_factor::routes(state))
        .merge(organization::routes(state))
        .merge(profile::routes(state))
}

async fn start() -> TestApp {
    TestApp::with_settings(routes, &[("CONFIRM_DELETION_BY_MAIL", "on")]).await
}

fn next_code(app: &TestApp, uri: &str) -> String {
    app.clock.advance(SignedDuration::from_secs(30));
    let second = u64::try_from(app.clock.now().as_second()).expect("after 1970");
    Totp::from_url(uri).expect("a URI").generate(second).to_string()
}

/// A user with an authenticator: the URI of its secret, a backup code, and the token of the session.
async fn with_second_factor(app: &TestApp, email: &str) -> (String, String, String) {
    let session = sign_up_verified(app, email).await;
    let enable = app.post("/api/auth/two-factor/enable").bearer(&session);
    let enabled = enable
        .json(&json!({"password": PASSWORD}))
        .send()
        .await
        .expect(200)
        .json();
    let uri = text(&enabled["totpURI"]);
    let verify = app.post("/api/auth/two-factor/verify-totp").bearer(&session);
    let verified = verify
        .json(&json!({"code": next_code(app, &uri)}))
        .send()
        .await
        .expect(200);
    (uri, text(&enabled["backupCodes"][0]), text(&verified.json()["token"]))
}

async fn send(app: &TestApp, page: &str, fields: &[(&str, &str)]) -> Answer {
    app.post(page).header("origin", "null").form(fields).send().await
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("{name} in {page}"));
    rest.split('"').next().expect("a value").to_owned()
}

async fn challenge(app: &TestApp, page: &str, fields: &[(&str, &str)]) -> String {
    let asked = send(app, page, fields).await.expect(200);
    assert!(asked.cookies().is_empty(), "the page signs no browser in");
    let html = asked.text();
    assert!(html.contains("autocomplete=\"one-time-code\""), "{html}");
    hidden(&html, "challenge")
}

async fn invited(app: &TestApp) -> String {
    let owner = sign_up(app, OWNER).await;
    create_organization(app, &owner, "acme").await;
    let _ = invite(app, &owner, GUEST, "member").await.expect(200);
    app.mailed_token("invitation")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_with_password_and_code() {
    let app = start().await;
    let token = invited(&app).await;
    let (uri, _, session) = with_second_factor(&app, GUEST).await;
    let first = [("token", token.as_str()), ("password", PASSWORD)];
    let challenge = challenge(&app, INVITATION, &first).await;
    assert!(app.user_of(GUEST).await.memberships.is_empty());

    let wrong = [("token", token.as_str()), ("challenge", &challenge), ("code", "000000")];
    let refused = send(&app, INVITATION, &wrong).await.expect(200).text();
    assert!(refused.contains("The code is wrong"), "{refused}");
    assert!(app.user_of(GUEST).await.memberships.is_empty());

    let code = next_code(&app, &uri);
    let right = [("token", token.as_str()), ("challenge", &challenge), ("code", &code)];
    let joined = send(&app, INVITATION, &right).await.expect(200);
    assert!(
        joined.text().contains("You are a member of Acme now"),
        "{}",
        joined.text()
    );
    assert!(joined.cookies().is_empty());
    assert_eq!(app.user_of(GUEST).await.memberships.len(), 1);
    let sessions = app
        .get("/api/auth/list-sessions")
        .bearer(&session)
        .send()
        .await
        .expect(200);
    assert_eq!(
        sessions.json().as_array().map(Vec::len),
        Some(1),
        "the page leaves no session"
    );
}

/// The choice was made with the password, and stays the same with the code.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_declined_with_a_backup_code() {
    let app = start().await;
    let token = invited(&app).await;
    let (_, backup, _) = with_second_factor(&app, GUEST).await;
    let first = [("token", token.as_str()), ("password", PASSWORD), ("decline", "yes")];
    let asked = send(&app, INVITATION, &first).await.expect(200).text();
    assert!(asked.contains("name=\"decline\" value=\"yes\""), "{asked}");
    let challenge = hidden(&asked, "challenge");
    let second = [
        ("token", token.as_str()),
        ("challenge", &challenge),
        ("decline", "yes"),
        ("code", &backup),
    ];
    let declined = send(&app, INVITATION, &second).await.expect(200).text();
    assert!(declined.contains("You have declined"), "{declined}");
    assert!(app.user_of(GUEST).await.memberships.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_by_mail_is_sent_on_request() {
    let app = start().await;
    let token = invited(&app).await;
    with_second_factor(&app, GUEST).await;
    let first = [("token", token.as_str()), ("password", PASSWORD)];
    let challenge = challenge(&app, INVITATION, &first).await;
    let ask = [
        ("token", token.as_str()),
        ("challenge", &challenge),
        ("mailCode", "yes"),
    ];
    let asked = send(&app, INVITATION, &ask).await.expect(200).text();
    assert!(asked.contains("name=\"mailed\" value=\"yes\""), "{asked}");
    let mail = app.last_mail("two-factor-otp").text.expect("a text");
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let code = mail.split_whitespace().find(is_code).expect("a code");
    let second = [
        ("token", token.as_str()),
        ("challenge", &challenge),
        ("mailed", "yes"),
        ("code", code),
    ];
    let joined = send(&app, INVITATION, &second).await.expect(200).text();
    assert!(joined.contains("You are a member of Acme now"), "{joined}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_deleted_with_password_and_code() {
    let app = start().await;
    let (uri, _, session) = with_second_factor(&app, GUEST).await;
    let request = app.post("/api/auth/delete-user").bearer(&session);
    let _ = request.json(&json!({})).send().await.expect(200);
    let token = app.mailed_token("delete-user");
    let first = [("token", token.as_str()), ("password", PASSWORD)];
    let challenge = challenge(&app, DELETION, &first).await;
    assert!(is_live(&app, &session).await);

    // A challenge of another user is none.
    sign_up_verified(&app, OWNER).await;
    let foreign = [
        ("token", token.as_str()),
        ("challenge", &challenge[..20]),
        ("code", "000000"),
    ];
    let asked = send(&app, DELETION, &foreign).await.expect(200).text();
    assert!(asked.contains("name=\"password\""), "{asked}");

    let code = next_code(&app, &uri);
    let second = [("token", token.as_str()), ("challenge", &challenge), ("code", &code)];
    let deleted = send(&app, DELETION, &second).await.expect(200).text();
    assert!(deleted.contains("Your account is deleted"), "{deleted}");
    assert!(!is_live(&app, &session).await);
}
