//! `GET /token`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::TestApp;

use super::{EMAIL, access_token, assert_error, sign_up, start, start_with};

const PATH: &str = "/api/auth/token";
const SESSION: &str = "/api/auth/get-session";

async fn issue(app: &TestApp, session: &str) -> String {
    let answer = app.get(PATH).bearer(session).send().await.expect(200).json();
    answer["token"].as_str().expect("a token").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_gets_an_access_token_that_every_contract_accepts() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    // The first signature of a process also reads the ring of keys.
    issue(&app, &session).await;
    for request in [app.get(PATH).cookie(&session), app.get(PATH).bearer(&session)] {
        let answer = request.send().await.expect(200);
        // One read authenticates, and KMS signs. Limits, which are off in these tests, add one write.
        assert_eq!((answer.usage.dynamodb, answer.usage.kms), (1, 1));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.cookies().is_empty());
        let body = answer.json();
        assert_eq!(body.as_object().map(serde_json::Map::len), Some(1));
        let token = body["token"].as_str().expect("a token").to_owned();
        let seen = app.get(SESSION).bearer(&token).send().await.expect(200).json();
        assert_eq!(seen["user"]["email"], EMAIL);
        assert_eq!(seen["session"]["id"], app.caller(&session).await.session.id.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_token_is_another_and_ends_with_its_session() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let (one, other) = (issue(&app, &session).await, issue(&app, &session).await);
    assert_ne!(one, other);
    let _ = app.post("/api/auth/sign-out").bearer(&session).send().await.expect(200);
    for token in [one, other] {
        let seen = app.get(SESSION).bearer(&token).send().await.expect(200);
        assert_eq!(seen.json(), Value::Null);
    }
}

/// It could be extended for as long as the session otherwise, without a refresh token.
#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_is_not_exchanged_for_another_one() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    for token in [issue(&app, &session).await, access_token(&app, EMAIL).await] {
        let answer = app.get(PATH).bearer(&token).send().await;
        let message = "The token of the session is required. An access token is not exchanged for another one.";
        assert_error(&answer, 403, "SESSION_TOKEN_REQUIRED", message);
        assert_eq!(answer.usage.kms, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_live_session_there_is_no_token() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let _ = app.post("/api/auth/sign-out").bearer(&session).send().await.expect(200);
    for request in [
        app.get(PATH),
        app.get(PATH).bearer("nonsense"),
        app.get(PATH).bearer(&session),
        app.get(PATH).cookie(&session),
    ] {
        let answer = request.send().await.expect(401);
        assert_eq!((&answer.json()["token"], answer.usage.kms), (&Value::Null, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_no_longer_than_its_session() {
    let app = start_with(&[("SESSION_LIFETIME_SECONDS", "60"), ("SESSION_UPDATE_AGE_SECONDS", "60")]).await;
    let session = sign_up(&app, EMAIL).await;
    let token = issue(&app, &session).await;
    app.clock.advance(SignedDuration::from_secs(61));
    let seen = app.get(SESSION).bearer(&token).send().await.expect(200);
    assert_eq!(seen.json(), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_count_against_the_limit_of_the_user() {
    let app = start_with(&[("RATE_LIMITS", "on"), ("LIMIT_USER", "3/60")]).await;
    let session = sign_up(&app, EMAIL).await;
    for _ in 0..3 {
        issue(&app, &session).await;
    }
    let answer = app.get(PATH).bearer(&session).send().await.expect(429);
    assert_eq!(
        (&answer.json()["code"], answer.usage.kms),
        (&json!("TOO_MANY_REQUESTS"), 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_gets_no_token() {
    let app = start_with(&[("API_KEY_SESSIONS", "on")]).await;
    let _ = sign_up(&app, EMAIL).await;
    let answer = app
        .get(PATH)
        .header("x-api-key", &"k".repeat(64))
        .send()
        .await
        .expect(403);
    assert_eq!(answer.json()["code"], "API_KEY_NOT_ALLOWED");
}
