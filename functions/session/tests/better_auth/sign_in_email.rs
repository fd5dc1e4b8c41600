//! `POST /sign-in/email`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{EmailAddress, User, UserStatus};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

use super::{EMAIL, PASSWORD, assert_error, session_of, sign_in, sign_up, start, start_with, token_of};

const PATH: &str = "/api/auth/sign-in/email";

async fn attempt(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.post(PATH).json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_opens_a_session() {
    let app = start().await;
    let first = sign_up(&app, EMAIL).await;
    let answer = attempt(&app, "ADA@example.com", PASSWORD).await.expect(200);
    let token = token_of(&answer);
    assert_ne!(token, first);
    let user = session_of(&app, &token).await["user"].clone();
    assert_eq!(answer.json(), json!({"redirect": false, "token": token, "user": user}));
    assert_eq!(
        answer.cookies(),
        [format!(
            "better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"
        )]
    );
    assert_eq!(answer.header("set-auth-token"), Some(token.as_str()));
    assert_eq!(answer.header("location"), None);
    assert_eq!(session_of(&app, &first).await["user"], user);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_remembered_has_cookies_without_an_age() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for remember_me in [json!(false), json!("false")] {
        let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": remember_me});
        let answer = app.post(PATH).json(&body).send().await.expect(200);
        let token = token_of(&answer);
        assert_eq!(
            answer.cookies(),
            [
                format!("better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/"),
                "better-auth.dont_remember=true; HttpOnly; SameSite=Lax; Path=/".to_owned(),
            ]
        );
        let session = session_of(&app, &token).await["session"].clone();
        assert_eq!(session["expiresAt"], "2026-02-01T12:00:00.000Z");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_callback_the_client_is_sent_there() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for callback in ["/dashboard?tab=1", "http://127.0.0.1:3000/home"] {
        let body = json!({"email": EMAIL, "password": PASSWORD, "callbackURL": callback});
        let answer = app.post(PATH).json(&body).send().await.expect(200);
        assert_eq!(answer.json()["redirect"], true);
        assert_eq!(answer.json()["url"], callback);
        assert_eq!(answer.header("location"), Some(callback));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_callback_is_refused_before_anything_else() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for callback in ["https://evil.test/", "//evil.test", "/\\evil.test", "data:text/html,x"] {
        let body = json!({"email": EMAIL, "password": PASSWORD, "callbackURL": callback});
        let answer = app.post(PATH).json(&body).send().await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
        assert_eq!(answer.usage.dynamodb, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let long = "x".repeat(10_000);
    for (email, password) in [
        (EMAIL, "not the password"),
        (EMAIL, ""),
        (EMAIL, long.as_str()),
        (EMAIL, "NINE LANTERNS OVER PSKOV"),
        ("eve@example.com", PASSWORD),
    ] {
        let answer = attempt(&app, email, password).await;
        assert_error(&answer, 401, "INVALID_EMAIL_OR_PASSWORD", "Invalid email or password");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_address_is_reported() {
    let app = start().await;
    for email in ["", "ada", "ada@", "Ada <ada@example.com>", "ada@exa\nmple.com"] {
        assert_error(
            &attempt(&app, email, PASSWORD).await,
            400,
            "INVALID_EMAIL",
            "Invalid email",
        );
    }
    let answer = app.post(PATH).json(&json!({"email": EMAIL})).send().await;
    let message = "[body.password] Invalid input: expected string, received undefined";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_password_reveals_a_ban() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let until = Some(app.clock.now() + SignedDuration::from_hours(1));
    let reason = "spam".to_owned();
    app.set_status(
        &token,
        UserStatus::Banned {
            reason,
            until,
            former: Box::new(UserStatus::Active),
        },
    )
    .await;
    assert_eq!(session_of(&app, &token).await, Value::Null);
    let message = "You have been banned from this application. Please contact support if you believe this is an error.";
    assert_error(&attempt(&app, EMAIL, PASSWORD).await, 403, "BANNED_USER", message);
    let answer = attempt(&app, EMAIL, "not the password").await;
    assert_error(&answer, 401, "INVALID_EMAIL_OR_PASSWORD", "Invalid email or password");
    app.clock.advance(SignedDuration::from_hours(1));
    sign_in(&app, EMAIL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_user_is_refused() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    app.set_status(&token, UserStatus::Suspended).await;
    let answer = attempt(&app, EMAIL, PASSWORD).await;
    assert_error(&answer, 403, "USER_NOT_ACTIVE", "This user is not active");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_verification_is_required_the_address_must_be_verified() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "better_auth")]).await;
    let body = json!({"name": "Ada", "email": EMAIL, "password": PASSWORD});
    let _ = app.post("/api/auth/sign-up/email").json(&body).send().await.expect(200);
    let answer = attempt(&app, EMAIL, PASSWORD).await;
    assert_error(&answer, 403, "EMAIL_NOT_VERIFIED", "Email not verified");
    let store = &app.core().store;
    let email: EmailAddress = EMAIL.parse().expect("an address");
    let owner = store.find_owner(&email).await.expect("an answer").expect("an owner");
    let user = User {
        email_verified_at: Some(app.clock.now()),
        ..store.find_user(owner).await.expect("an answer").expect("a user")
    };
    store.commit(Changes::new().update_user(&user)).await.expect("a commit");
    let answer = attempt(&app, EMAIL, PASSWORD).await.expect(200);
    assert_eq!(answer.json()["user"]["emailVerified"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_knows_where_it_was_opened() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let request = app.post(PATH).json(&body).from_ip("198.51.100.7");
    // An address that the client wrote itself is not used.
    let request = request
        .header("user-agent", "Browser/1.0")
        .header("x-forwarded-for", "203.0.113.9");
    let token = token_of(&request.send().await.expect(200));
    let session = session_of(&app, &token).await["session"].clone();
    assert_eq!(
        (&session["ipAddress"], &session["userAgent"]),
        (&json!("198.51.100.7"), &json!("Browser/1.0"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_as_good_as_json() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let form = [("email", EMAIL), ("password", PASSWORD), ("rememberMe", "true")];
    let answer = app.post(PATH).form(&form).send().await.expect(200);
    assert_eq!(answer.cookies().len(), 1);
}
