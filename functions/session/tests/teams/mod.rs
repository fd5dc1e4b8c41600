//! The `teams` contract on the wire: sign-in, sign-up and the exchange of refresh tokens.

mod captcha;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::{RefreshToken, Secret, UserStatus};
use shared::store::Changes;
use shared::testkit::teams::assert_error as assert_failure;
use shared::testkit::{Answer, TestApp, better_auth, text};

use crate::{start, start_with};

const SIGN_IN: &str = "/auth/sign-in";
const SIGN_UP: &str = "/auth/sign-up";
const REFRESH: &str = "/auth/refresh-token";
const EMAIL: &str = "user.email@gmail.com";
const PASSWORD: &str = "user12345 and more";
const REFUSED: &str = "Invalid captcha token or authentication failure";

fn person() -> Value {
    json!({"email": EMAIL, "password": PASSWORD, "firstName": "John", "lastName": "Doe"})
}

async fn sign_up(app: &TestApp) -> Value {
    app.post(SIGN_UP).json(&person()).send().await.expect(201).json()
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"credentials": {"email": email, "password": password}, "captchaToken": "captcha_token"});
    app.post(SIGN_IN).json(&body).send().await
}

async fn is_live(app: &TestApp, token: &Value) -> bool {
    better_auth::is_live(app, &text(token)).await
}

async fn refresh(app: &TestApp, token: &Value) -> Answer {
    app.post(REFRESH).json(&json!({"refreshToken": token})).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_is_signed_in_and_has_a_team() {
    let app = start().await;
    let tokens = sign_up(&app).await;
    let [access, refresh] = ["accessToken", "refreshToken"].map(|name| tokens[name].clone());
    assert_eq!(
        tokens,
        json!({"accessToken": access, "refreshToken": refresh, "isTwoFactorEnable": false})
    );
    let caller = app.caller(access.as_str().expect("a token")).await;
    assert_eq!((caller.user.name.first(), caller.user.name.last()), ("John", "Doe"));
    assert_eq!(caller.user.memberships.len(), 1);
    assert_eq!(
        caller.session.active_organization,
        Some(caller.user.memberships[0].organization_id)
    );
    assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_answers_tokens() {
    let app = start().await;
    sign_up(&app).await;
    let tokens = sign_in(&app, "USER.email@gmail.com", PASSWORD).await.expect(200).json();
    assert_eq!(tokens["isTwoFactorEnable"], false);
    assert!(is_live(&app, &tokens["accessToken"]).await);
    // A refresh token is for one purpose.
    assert!(!is_live(&app, &tokens["refreshToken"]).await);
}

/// The contract has no list of teams that a client could choose from.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_without_a_default_team_starts_in_the_first_joined_one() {
    let app = start().await;
    let access = text(&sign_up(&app).await["accessToken"]);
    app.change_user(&access, |user| user.default_organization = None).await;
    let signed_in = sign_in(&app, EMAIL, PASSWORD).await.expect(200).json();
    let caller = app.caller(&text(&signed_in["accessToken"])).await;
    assert_eq!(
        caller.session.active_organization,
        Some(caller.user.memberships[0].organization_id)
    );
    // A contract with such a list leaves the choice to its client.
    let opened = better_auth::try_sign_in(&app, EMAIL, PASSWORD).await.expect(200).json();
    let opened = text(&opened["token"]);
    assert_eq!(app.caller(&opened).await.session.active_organization, None);
    app.change_user(&access, |user| user.memberships.clear()).await;
    let signed_in = sign_in(&app, EMAIL, PASSWORD).await.expect(200).json();
    let caller = app.caller(&text(&signed_in["accessToken"])).await;
    assert_eq!(caller.session.active_organization, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_reasons_for_a_refusal_are_answered_alike() {
    let app = start().await;
    let tokens = sign_up(&app).await;
    for (email, password) in [(EMAIL, "not the password"), ("eve@example.com", PASSWORD)] {
        assert_failure(&sign_in(&app, email, password).await, 400, REFUSED);
    }
    let mut user = app.caller(tokens["accessToken"].as_str().expect("a token")).await.user;
    user.status = UserStatus::Suspended;
    app.core()
        .store
        .commit(Changes::new().update_user(&user))
        .await
        .expect("a commit");
    assert_failure(&sign_in(&app, EMAIL, PASSWORD).await, 400, REFUSED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_address_is_refused() {
    let app = start().await;
    sign_up(&app).await;
    let mut body = person();
    body["email"] = json!("User.Email@Gmail.com");
    assert_failure(&app.post(SIGN_UP).json(&body).send().await, 400, "User already exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_deleted_account_stays_taken() {
    let app = start().await;
    let tokens = sign_up(&app).await;
    let mut user = app.caller(tokens["accessToken"].as_str().expect("a token")).await.user;
    user.status = UserStatus::Deleted;
    app.core()
        .store
        .commit(Changes::new().update_user(&user))
        .await
        .expect("a commit");
    assert_failure(
        &app.post(SIGN_UP).json(&person()).send().await,
        403,
        "Account was deleted",
    );
    assert_failure(&sign_in(&app, EMAIL, PASSWORD).await, 400, REFUSED);
    assert_failure(&refresh(&app, &tokens["refreshToken"]).await, 401, "Unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_break_their_rules_are_reported_and_nothing_is_stored() {
    let app = start().await;
    let body = json!({"email": "user", "firstName": "", "lastName": "x".repeat(101)});
    let message = "Validation failed: email must be an email address; password is missing; \
                   firstName must have at least 1 characters; lastName must have at most 100 characters";
    assert_failure(&app.post(SIGN_UP).json(&body).send().await, 400, message);
    let mut body = person();
    for (password, rule) in [
        ("short 7", "must have at least 8 characters"),
        (&"x".repeat(1025), "must have at most 1024 characters"),
        ("Password1", "is too common"),
    ] {
        body["password"] = json!(password);
        let message = format!("Validation failed: password {rule}");
        assert_failure(&app.post(SIGN_UP).json(&body).send().await, 400, &message);
    }
    let body = json!({"credentials": {"email": 1, "password": ""}});
    let message = "Validation failed: credentials.email must be of type string; \
                   credentials.password must have at least 1 characters; captchaToken is missing";
    assert_failure(&app.post(SIGN_IN).json(&body).send().await, 400, message);
    let answer = app.post(REFRESH).json(&json!({"refreshToken": ""})).send().await;
    assert_failure(
        &answer,
        400,
        "Validation failed: refreshToken must have at least 1 characters",
    );
    assert!(app.mails().is_empty());
    sign_up(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_verification_is_required_unverified_users_get_no_tokens() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "teams")]).await;
    assert_failure(
        &app.post(SIGN_UP).json(&person()).send().await,
        400,
        "Email is not verified",
    );
    assert_failure(&sign_in(&app, EMAIL, PASSWORD).await, 400, "Email is not verified");
    assert_failure(&sign_in(&app, EMAIL, "wrong").await, 400, REFUSED);
    assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_exchanged_for_a_new_pair() {
    let app = start().await;
    let first = sign_up(&app).await;
    app.clock.advance(SignedDuration::from_mins(20));
    assert!(!is_live(&app, &first["accessToken"]).await);
    let second = refresh(&app, &first["refreshToken"]).await.expect(200).json();
    assert_eq!(second["isTwoFactorEnable"], false);
    assert_ne!(second["refreshToken"], first["refreshToken"]);
    assert!(is_live(&app, &second["accessToken"]).await);
    let third = refresh(&app, &second["refreshToken"]).await.expect(200).json();
    assert!(is_live(&app, &third["accessToken"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_extends_the_session() {
    let app = start().await;
    let mut tokens = sign_up(&app).await;
    for _ in 0..3 {
        app.clock.advance(SignedDuration::from_hours(24 * 6));
        tokens = refresh(&app, &tokens["refreshToken"]).await.expect(200).json();
    }
    app.clock.advance(SignedDuration::from_hours(24 * 7));
    assert_failure(&refresh(&app, &tokens["refreshToken"]).await, 401, "Unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_is_refused_and_ends_nothing() {
    let app = start().await;
    let tokens = sign_up(&app).await;
    let token = tokens["refreshToken"].as_str().expect("a token");
    let mut forged = RefreshToken::parse(token).expect("a refresh token");
    forged.secret.family = Secret::from_bytes([7; 32]);
    let forged = forged.to_string();
    let access = tokens["accessToken"].as_str().expect("a token");
    for token in [
        "x",
        access,
        &token[1..],
        &token[..token.len() - 1],
        &forged,
        &token.replace("rft_", "ses_"),
    ] {
        assert_failure(&refresh(&app, &json!(token)).await, 401, "Unauthorized");
    }
    let _ = refresh(&app, &tokens["refreshToken"]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_cannot_be_read_are_refused() {
    let app = start().await;
    for path in [SIGN_IN, SIGN_UP, REFRESH] {
        for body in [&b"{\"email\":"[..], b"", b"{\"email\": \"\xff\"}", b"\0"] {
            let answer = app.post(path).body("application/json", body).send().await;
            assert_failure(&answer, 400, "Request body is not valid JSON");
        }
        for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let answer = app.post(path).body(content_type, person().to_string()).send().await;
            assert_failure(&answer, 400, "Content-Type must be application/json");
        }
        for body in ["[]", "null", "1"] {
            let answer = app.post(path).body("application/json", body).send().await;
            assert_failure(&answer, 400, "Validation failed: the body must be of type object");
        }
        let large = json!({"firstName": "x".repeat(100_000)});
        let answer = app.post(path).json(&large).undocumented().send().await;
        assert_failure(&answer, 413, "Request body is too large");
    }
    assert!(app.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_and_methods_are_not_found() {
    let app = start().await;
    for (method, path) in [
        ("GET", SIGN_IN),
        ("PUT", REFRESH),
        ("POST", "/auth/nothing"),
        ("POST", "/auth/sign-in/"),
        ("POST", "/auth"),
    ] {
        let answer = app.request(method, path).undocumented().send().await;
        assert_failure(&answer, 404, &format!("Cannot {method} {path}"));
    }
}
