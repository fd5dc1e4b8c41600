//! The `basic` contract on the wire: sign-up, login, and sign-up by invitation.

mod signup_invite;

use serde_json::{Value, json};
use shared::domain::UserStatus;
use shared::operations::Caller;
use shared::store::Changes;
use shared::testkit::TestApp;
use shared::testkit::basic::{assert_error as assert_detail, login};

use crate::{start, start_with};

const SIGNUP: &str = "/api/auth/signup";
const LOGIN: &str = "/api/auth/login";
const INVITE: &str = "/api/auth/signup_invite";
const EMAIL: &str = "user@example.com";
const PASSWORD: &str = "SecurePassword123!";

fn person() -> Value {
    json!({"email": EMAIL, "first_name": "John", "last_name": "Doe", "password": PASSWORD})
}

async fn signup(app: &TestApp) -> Value {
    app.post(SIGNUP).json(&person()).send().await.expect(201).json()
}

async fn caller(app: &TestApp, email: &str) -> Caller {
    let answer = login(app, email, PASSWORD).await.expect(200);
    app.caller(answer.json()["access_token"].as_str().expect("a token"))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_has_an_organization_and_no_token() {
    let app = start().await;
    let user = signup(&app).await;
    let id = user["id"].clone();
    assert_eq!(
        user,
        json!({"id": id, "email": EMAIL, "first_name": "John", "last_name": "Doe"})
    );
    let caller = caller(&app, EMAIL).await;
    assert_eq!(caller.user.id.to_string(), id);
    assert_eq!(caller.user.memberships.len(), 1);
    assert_eq!(
        caller.session.active_organization,
        Some(caller.user.memberships[0].organization_id)
    );
    assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_answers_a_bearer_token() {
    let app = start().await;
    signup(&app).await;
    let answer = login(&app, "USER@example.com", PASSWORD).await.expect(200);
    let token = answer.json()["access_token"].clone();
    assert_eq!(answer.json(), json!({"access_token": token, "token_type": "bearer"}));
    assert_eq!(token.as_str().expect("a JWT").split('.').count(), 3);
    assert!(answer.cookies().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_address_is_a_conflict() {
    let app = start().await;
    signup(&app).await;
    let mut body = person();
    body["email"] = json!("USER@EXAMPLE.COM");
    assert_detail(&app.post(SIGNUP).json(&body).send().await, 409, "User already exists");
    assert_eq!(app.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let app = start().await;
    signup(&app).await;
    let long = "x".repeat(10_000);
    for (email, password) in [(EMAIL, "wrong"), (EMAIL, long.as_str()), ("eve@example.com", PASSWORD)] {
        assert_detail(&login(&app, email, password).await, 401, "Invalid credentials");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_not_sign_in_learns_so_with_the_right_password() {
    let app = start().await;
    signup(&app).await;
    let caller = caller(&app, EMAIL).await;
    let banned = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    let mut user = caller.user;
    for (status, detail) in [
        (banned, "User is banned"),
        (UserStatus::Suspended, "User is not active"),
        (UserStatus::Deleted, "User is not active"),
    ] {
        user.status = status;
        app.core()
            .store
            .commit(Changes::new().update_user(&user))
            .await
            .expect("a commit");
        user.mark_stored();
        assert_detail(&login(&app, EMAIL, PASSWORD).await, 401, detail);
        assert_detail(&login(&app, EMAIL, "wrong").await, 401, "Invalid credentials");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_may_be_asked_for() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "basic")]).await;
    signup(&app).await;
    assert_detail(&login(&app, EMAIL, PASSWORD).await, 401, "Email is not verified");
    assert_detail(&login(&app, EMAIL, "wrong").await, 401, "Invalid credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_break_their_rules_are_listed_and_leave_nothing_behind() {
    let app = start().await;
    let long = "x".repeat(101);
    let body = json!({"email": "user", "first_name": "", "last_name": long, "password": 5});
    let answer = app.post(SIGNUP).json(&body).send().await.expect(422);
    let issue = |field: &str, message: &str, kind: &str| json!({"loc": ["body", field], "msg": message, "type": kind});
    let expected = json!({"detail": [
        issue("email", "must be a valid email address", "value_error.email"),
        issue("first_name", "must have at least 1 characters", "value_error.any_str.min_length"),
        issue("last_name", "must have at most 100 characters", "value_error.any_str.max_length"),
        issue("password", "must be a string", "type_error"),
    ]});
    assert_eq!(answer.json(), expected);
    let answer = app.post(LOGIN).json(&json!({"password": ""})).send().await.expect(422);
    let expected = json!({"detail": [
        issue("email", "field required", "value_error.missing"),
        issue("password", "must have at least 1 characters", "value_error.any_str.min_length"),
    ]});
    assert_eq!(answer.json(), expected);
    signup(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_common_password_is_refused() {
    let app = start().await;
    let mut body = person();
    for (password, status) in [
        ("password1", 400),
        ("ada@example.com", 400),
        ("short 7", 422),
        ("cafe\u{301} 12", 422),
        (&"x".repeat(129), 422),
    ] {
        body["password"] = json!(password);
        let answer = app.post(SIGNUP).json(&body).send().await.expect(status);
        if status == 400 {
            assert_detail(&answer, 400, "Password does not meet the security requirements");
        }
    }
    signup(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_cannot_be_read_are_refused() {
    let app = start().await;
    for path in [SIGNUP, LOGIN, INVITE] {
        for body in [&b"{\"email\":"[..], b"", b"{\"email\": \"\xff\"}", b"\0"] {
            let answer = app.post(path).body("application/json", body).send().await;
            assert_detail(&answer, 400, "Request body is not valid JSON");
        }
        for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let answer = app.post(path).body(content_type, person().to_string()).send().await;
            assert_detail(&answer, 400, "Content-Type must be application/json");
        }
        for body in ["[]", "null", "1"] {
            let _ = app.post(path).body("application/json", body).send().await.expect(422);
        }
        let large = json!({"first_name": "x".repeat(100_000)});
        let answer = app.post(path).json(&large).undocumented().send().await;
        assert_detail(&answer, 413, "Request body is too large");
    }
    assert!(app.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_not_allowed() {
    let app = start().await;
    for path in [SIGNUP, LOGIN, INVITE] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = app.request(method, path).undocumented().send().await;
            assert_detail(&answer, 405, "Method Not Allowed");
        }
    }
}
