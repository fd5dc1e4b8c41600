//! `POST /sign-up/email`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{EMAIL, PASSWORD, account, assert_error, session_of, sign_in, sign_up, start, start_with, token_of};

const PATH: &str = "/api/auth/sign-up/email";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_is_signed_in() {
    let app = start().await;
    let answer = app.post(PATH).json(&account(EMAIL)).send().await.expect(200);
    let (token, id) = (token_of(&answer), answer.json()["user"]["id"].clone());
    let expected = json!({
        "token": token,
        "user": {
            "id": id, "name": "Ada Lovelace", "email": EMAIL, "emailVerified": false, "image": null,
            "createdAt": "2026-01-31T12:00:00.000Z", "updatedAt": "2026-01-31T12:00:00.000Z",
            "username": null, "displayUsername": null, "twoFactorEnabled": false,
            "role": "user", "banned": false, "banReason": null, "banExpires": null,
        },
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(
        answer.cookies(),
        [format!(
            "better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"
        )]
    );
    assert_eq!(answer.header("set-auth-token"), Some(token.as_str()));
    assert_eq!(answer.header("access-control-expose-headers"), Some("set-auth-token"));
    assert_eq!(session_of(&app, &token).await["user"], expected["user"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_remembered_ends_with_the_browser_or_after_a_day() {
    let app = start().await;
    let mut body = account(EMAIL);
    body["rememberMe"] = json!(false);
    let answer = app.post(PATH).json(&body).send().await.expect(200);
    let token = token_of(&answer);
    assert_eq!(
        answer.cookies(),
        [
            format!("better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/"),
            "better-auth.dont_remember=true; HttpOnly; SameSite=Lax; Path=/".to_owned(),
        ]
    );
    app.clock.advance(SignedDuration::from_secs(86_399));
    assert_eq!(session_of(&app, &token).await["user"]["email"], EMAIL);
    app.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(session_of(&app, &token).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_asked_for_by_mail() {
    let app = start().await;
    let mut body = account("Ada@Example.com");
    body["callbackURL"] = json!("/welcome");
    let answer = app.post(PATH).json(&body).send().await.expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
    assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
    assert_eq!(app.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_as_good_as_json() {
    let app = start().await;
    let form = [
        ("name", "Ada"),
        ("email", EMAIL),
        ("password", PASSWORD),
        ("rememberMe", "false"),
    ];
    let answer = app.post(PATH).form(&form).send().await.expect(200);
    assert_eq!(answer.json()["user"]["name"], "Ada");
    assert_eq!(answer.cookies().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_address_is_refused_in_any_case() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for email in [EMAIL, "ADA@example.COM"] {
        let answer = app.post(PATH).json(&account(email)).send().await;
        assert_error(
            &answer,
            422,
            "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
            "User already exists. Use another email.",
        );
    }
    assert_eq!(app.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_refused_and_leaves_nothing_behind() {
    let app = start().await;
    let long = "x".repeat(129);
    let missing = "Invalid input: expected string, received undefined";
    let cases = [
        (
            json!({"email": "ada"}),
            "VALIDATION_ERROR",
            "[body.email] Invalid email address".to_owned(),
        ),
        (
            json!({"password": "short 7"}),
            "PASSWORD_TOO_SHORT",
            "Password too short".to_owned(),
        ),
        (
            json!({"password": ""}),
            "PASSWORD_TOO_SHORT",
            "Password too short".to_owned(),
        ),
        (
            json!({"password": long}),
            "PASSWORD_TOO_LONG",
            "Password too long".to_owned(),
        ),
        (
            json!({"password": "PassWord1"}),
            "PASSWORD_COMPROMISED",
            "This password is one of the most common ones. Choose another.".to_owned(),
        ),
        (
            json!({"name": "REMOVE"}),
            "VALIDATION_ERROR",
            format!("[body.name] {missing}"),
        ),
        (
            json!({"password": "REMOVE"}),
            "VALIDATION_ERROR",
            format!("[body.password] {missing}"),
        ),
        (
            json!({"rememberMe": "perhaps"}),
            "VALIDATION_ERROR",
            "[body.rememberMe] Invalid input: expected boolean, received string".to_owned(),
        ),
    ];
    for (change, code, message) in cases {
        let mut body = account(EMAIL);
        for (field, value) in change.as_object().expect("an object") {
            if value == "REMOVE" {
                body.as_object_mut().expect("an object").remove(field);
            } else {
                body[field] = value.clone();
            }
        }
        assert_error(&app.post(PATH).json(&body).send().await, 400, code, &message);
    }
    assert!(app.mails().is_empty());
    sign_up(&app, EMAIL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_at_all_lacks_every_field() {
    let app = start().await;
    let missing = "Invalid input: expected string, received undefined";
    let message = format!("[body.name] {missing}; [body.email] {missing}; [body.password] {missing}");
    assert_error(
        &app.post(PATH).json(&json!({})).send().await,
        400,
        "VALIDATION_ERROR",
        &message,
    );
    assert_error(&app.post(PATH).send().await, 400, "VALIDATION_ERROR", &message);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_callback_is_refused() {
    let app = start().await;
    for callback in [
        "https://evil.test/",
        "//evil.test",
        "http://127.0.0.1:3000.evil.test/",
        "javascript:alert(1)",
    ] {
        let mut body = account(EMAIL);
        body["callbackURL"] = json!(callback);
        let answer = app.post(PATH).json(&body).send().await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
    }
    let mut body = account(EMAIL);
    body["callbackURL"] = json!("");
    let _ = app.post(PATH).json(&body).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_verification_is_required_a_sign_up_opens_no_session() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "better_auth")]).await;
    let answer = app.post(PATH).json(&account(EMAIL)).send().await.expect(200);
    assert_eq!(answer.json()["token"], Value::Null);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
    assert!(answer.cookies().is_empty());
    assert_eq!(answer.header("set-auth-token"), None);
    assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_verification_is_required_a_taken_address_is_not_revealed() {
    let settings = [("VERIFICATION_REQUIRED", "better_auth"), ("RATE_LIMITS", "on")];
    let app = start_with(&settings).await;
    // The first user of all also fetches a block of numbers.
    let _ = app
        .post(PATH)
        .json(&account("first@example.com"))
        .send()
        .await
        .expect(200);
    let new = app.post(PATH).json(&account(EMAIL)).send().await.expect(200);
    let mut body = account(EMAIL);
    body["password"] = json!("ten lanterns over Pskov");
    let taken = app.post(PATH).json(&body).send().await.expect(200);
    assert_eq!(
        (new.usage.dynamodb, new.usage.kms),
        (taken.usage.dynamodb, taken.usage.kms)
    );
    let (mut new, mut taken) = (new.json(), taken.json());
    assert_ne!(new["user"]["id"], taken["user"]["id"]);
    new["user"]["id"] = Value::Null;
    taken["user"]["id"] = Value::Null;
    assert_eq!(new, taken);
    assert_eq!(app.mails().len(), 2);

    let relaxed = json!({"email": EMAIL, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-in/email").json(&relaxed).send().await;
    assert_error(&answer, 403, "EMAIL_NOT_VERIFIED", "Email not verified");
    let answer = app.post("/api/auth/sign-in/email").json(&body).send().await;
    assert_error(&answer, 401, "INVALID_EMAIL_OR_PASSWORD", "Invalid email or password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_the_same_however_its_letters_were_composed() {
    let app = start().await;
    let mut body = account(EMAIL);
    body["password"] = json!("caf\u{e9} au lait");
    let _ = app.post(PATH).json(&body).send().await.expect(200);
    let typed = json!({"email": EMAIL, "password": "cafe\u{301} au lait"});
    let _ = app
        .post("/api/auth/sign-in/email")
        .json(&typed)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_knows_the_picture() {
    let app = start().await;
    let mut body = account(EMAIL);
    body["image"] = json!("https://example.com/ada.png");
    let answer = app.post(PATH).json(&body).send().await.expect(200);
    assert_eq!(answer.json()["user"]["image"], body["image"]);
    let token = sign_in(&app, EMAIL).await;
    assert_eq!(session_of(&app, &token).await["user"]["image"], body["image"]);
}
