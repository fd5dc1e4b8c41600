//! `GET /delete-user/callback`: from the link of the framework's own mails.

use serde_json::json;
use shared::testkit::TestApp;

use super::{
    CALLBACK, CLEARED, DELETE, EMAIL, EVIL, OTHER, access_token, assert_error, is_live, location, sign_in, sign_up,
    start_with,
};

async fn start() -> TestApp {
    start_with(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await
}

/// A session, and the token of the mail that asks for confirmation.
async fn asked(app: &TestApp, email: &str) -> (String, String) {
    let session = sign_up(app, email).await;
    let _ = app
        .post(DELETE)
        .bearer(&session)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    (session, app.mailed_token("delete-user"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_deletes_the_user_who_is_signed_in() {
    let app = start().await;
    let (session, token) = asked(&app, EMAIL).await;
    let others = [sign_in(&app, EMAIL).await, access_token(&app, EMAIL).await];
    let answer = app
        .get(&format!("{CALLBACK}?token={token}"))
        .cookie(&session)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json(), json!({"success": true, "message": "User deleted"}));
    assert_eq!(answer.cookies(), CLEARED);
    for token in others.iter().chain([&session]) {
        assert!(!is_live(&app, token).await);
    }
    sign_up(&app, EMAIL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_followed() {
    let app = start().await;
    for (email, callback, expected) in [
        (EMAIL, "/bye", "/bye"),
        (
            OTHER,
            "https%3A%2F%2Fapp.example.com%2Fbye",
            "https://app.example.com/bye",
        ),
    ] {
        let (session, token) = asked(&app, email).await;
        let path = format!("{CALLBACK}?token={token}&callbackURL={callback}");
        let answer = app.get(&path).cookie(&session).send().await;
        assert_eq!((location(&answer), answer.cookies()), (expected, CLEARED.to_vec()));
        assert!(!is_live(&app, &session).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_no_user_is_deleted() {
    let app = start().await;
    let (session, token) = asked(&app, EMAIL).await;
    let path = format!("{CALLBACK}?token={token}&callbackURL=/bye");
    for request in [
        app.get(&path),
        app.get(&path).cookie("nonsense"),
        app.get(&path).bearer("x"),
    ] {
        let answer = request.send().await;
        assert_error(&answer, 404, "FAILED_TO_GET_USER_INFO", "Failed to get user info");
    }
    assert!(is_live(&app, &session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_token_deletes_no_user_and_stays_valid() {
    let app = start().await;
    let (session, token) = asked(&app, EMAIL).await;
    let (others, _) = asked(&app, OTHER).await;
    let path = format!("{CALLBACK}?token={token}&callbackURL=/bye");
    assert_error(
        &app.get(&path).cookie(&others).send().await,
        404,
        "INVALID_TOKEN",
        "Invalid token",
    );
    assert!(is_live(&app, &session).await && is_live(&app, &others).await);
    let answer = app.get(&path).cookie(&session).send().await;
    assert_eq!(location(&answer), "/bye");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_token_deletes_no_user() {
    let app = start().await;
    let (session, token) = asked(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    for wrong in [&verification, &token[..token.len() - 1], "", "%FF", "del_"] {
        let path = format!("{CALLBACK}?token={wrong}&callbackURL=/bye");
        let answer = app.get(&path).cookie(&session).send().await;
        assert_error(&answer, 404, "INVALID_TOKEN", "Invalid token");
    }
    let answer = app
        .get(&format!("{CALLBACK}?callbackURL=/bye"))
        .cookie(&session)
        .send()
        .await;
    assert_error(
        &answer,
        400,
        "VALIDATION_ERROR",
        "[query.token] Invalid input: expected string, received undefined",
    );
    for evil in EVIL {
        let path = format!("{CALLBACK}?token={token}&callbackURL={evil}");
        let answer = app.get(&path).cookie(&session).send().await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
    }
    let path = format!("{CALLBACK}?token={token}");
    let _ = app
        .request("HEAD", &path)
        .cookie(&session)
        .undocumented()
        .send()
        .await
        .expect(404);
    assert!(is_live(&app, &session).await);
}
