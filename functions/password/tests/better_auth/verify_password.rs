//! `POST /verify-password`, which the published document does not have.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::better_auth::{assert_unauthorized, sign_in_request};
use shared::testkit::race::{count, send_at_once};

use super::{CHANGE, EMAIL, PASSWORD, SECOND, access_token, assert_error, is_live, sign_up, start, start_with};

const VERIFY: &str = "/api/auth/verify-password";

fn password(password: &str) -> Value {
    json!({ "password": password })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_is_confirmed_and_nothing_changes() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = app.caller(&token).await.user;
    let verify = |body: Value| app.post(VERIFY).cookie(&token).json(&body).undocumented().send();
    let answer = verify(password(PASSWORD)).await.expect(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert!(answer.cookies().is_empty());
    for wrong in ["not the password", "", &"x".repeat(129)] {
        assert_error(
            &verify(password(wrong)).await,
            400,
            "INVALID_PASSWORD",
            "Invalid password",
        );
    }
    for body in [json!({}), json!({"password": 1}), json!({"password": null})] {
        assert_eq!(verify(body).await.expect(400).json()["code"], "VALIDATION_ERROR");
    }
    assert_eq!(app.caller(&token).await.user, before);
    // Of the current password, not of a former one.
    let change = json!({"currentPassword": PASSWORD, "newPassword": SECOND});
    let _ = app.post(CHANGE).bearer(&token).json(&change).send().await.expect(200);
    assert_error(
        &verify(password(PASSWORD)).await,
        400,
        "INVALID_PASSWORD",
        "Invalid password",
    );
    let _ = verify(password(SECOND)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_needs_a_session_of_any_contract() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let request = || app.post(VERIFY).json(&password(PASSWORD)).undocumented();
    assert_unauthorized(&request().send().await);
    assert_unauthorized(&request().bearer("nonsense").send().await);
    let jwt = access_token(&app, EMAIL).await;
    let _ = request().bearer(&jwt).send().await.expect(200);
    // A page of another site gets no answer.
    let forged = request().cookie(&token).header("origin", "https://evil.test");
    assert_eq!(forged.send().await.expect(403).json()["code"], "INVALID_ORIGIN");
}

/// Otherwise a client with a stolen session could guess the password there.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_count_as_attempts_at_the_password() {
    let app = Arc::new(start_with(&[("RATE_LIMITS", "on")]).await);
    let token = sign_up(&app, EMAIL).await;
    let answers = send_at_once(&app, move |app, number| {
        let request = app.post(VERIFY).bearer(&token).json(&password("not the password"));
        request.undocumented().from_ip(&format!("192.0.2.{number}"))
    })
    .await;
    let wrong = count(&answers, 400);
    assert!((1..16).contains(&wrong), "{wrong} guesses");
    assert_eq!(wrong + count(&answers, 429), 16);
    // The session has its own count: a client with a stolen one cannot keep the user from signing in.
    let sign_in = sign_in_request(&app, EMAIL, PASSWORD).from_ip("192.0.2.99");
    let _ = sign_in.send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_forgives_earlier_attempts() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    for round in 0..6 {
        for (number, (guess, status)) in [("not the password", 400), (PASSWORD, 200)].into_iter().enumerate() {
            let request = app.post(VERIFY).bearer(&token).json(&password(guess)).undocumented();
            let request = request.from_ip(&format!("192.0.2.{}", 10 * round + number));
            let _ = request.send().await.expect(status);
        }
    }
    assert!(is_live(&app, &token).await);
}
