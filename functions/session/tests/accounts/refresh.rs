//! `POST /auth/refresh-token`.

use jiff::SignedDuration;
use serde_json::json;

use super::{
    EMAIL, LOGIN, PASSWORD, assert_invalid_token, data, is_live, logged_in, refresh, start_with_ada, validate,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_exchanged_for_new_tokens() {
    let app = start_with_ada().await;
    for (remember, seconds) in [(true, 604_800), (false, 86_400)] {
        let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": remember});
        let first = data(&app.post(LOGIN).json(&body).send().await);
        app.clock.advance(SignedDuration::from_hours(1));
        let second = data(&refresh(&app, &first["refreshToken"]).await);
        let [access, token] = ["accessToken", "refreshToken"].map(|name| second[name].clone());
        assert_eq!(
            second,
            json!({
                "accessToken": access, "refreshToken": token, "tokenType": "Bearer",
                "expiresIn": 900, "refreshExpiresIn": seconds,
            })
        );
        assert_ne!(token, first["refreshToken"]);
        assert!(is_live(&app, &access).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_within_ten_seconds_gets_the_same_and_what_is_left_of_it() {
    let app = start_with_ada().await;
    let first = logged_in(&app, EMAIL).await;
    let second = data(&refresh(&app, &first["refreshToken"]).await);
    app.clock.advance(SignedDuration::from_secs(10));
    let again = data(&refresh(&app, &first["refreshToken"]).await);
    assert_eq!(again["refreshToken"], second["refreshToken"]);
    assert_eq!(again["refreshExpiresIn"], 86_390);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_repeat_revokes_the_whole_chain() {
    let app = start_with_ada().await;
    let first = logged_in(&app, EMAIL).await;
    let second = data(&refresh(&app, &first["refreshToken"]).await);
    app.clock.advance(SignedDuration::from_secs(11));
    assert_invalid_token(&refresh(&app, &first["refreshToken"]).await);
    assert_invalid_token(&refresh(&app, &second["refreshToken"]).await);
    assert_invalid_token(&validate(&app, &second["refreshToken"], "refresh").await);
    assert!(!is_live(&app, &second["accessToken"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_refreshes_nothing() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    let token = tokens["refreshToken"].as_str().expect("a token");
    let last = if token.ends_with('A') { "B" } else { "A" };
    for refused in [
        tokens["accessToken"].clone(),
        json!("x"),
        json!(&token[1..]),
        json!(format!("{}{last}", &token[..token.len() - 1])),
        json!("x".repeat(1000)),
    ] {
        assert_invalid_token(&refresh(&app, &refused).await);
    }
    let _ = data(&refresh(&app, &tokens["refreshToken"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_or_revoked_session_refreshes_nothing() {
    let app = start_with_ada().await;
    let revoked = logged_in(&app, EMAIL).await;
    let token = revoked["accessToken"].as_str().expect("a token");
    let _ = app.post("/api/auth/sign-out").bearer(token).send().await.expect(200);
    assert_invalid_token(&refresh(&app, &revoked["refreshToken"]).await);
    let expired = logged_in(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_hours(24));
    assert_invalid_token(&refresh(&app, &expired["refreshToken"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_contract_are_exchanged_here_and_ours_there() {
    let app = start_with_ada().await;
    let person = json!({"credentials": {"email": EMAIL, "password": PASSWORD}, "captchaToken": "unused"});
    let theirs = app.post("/auth/sign-in").json(&person).send().await.expect(200).json();
    let here = data(&refresh(&app, &theirs["refreshToken"]).await);
    // It is for as long as the other contract remembers.
    assert_eq!(here["refreshExpiresIn"], 604_800);
    let body = json!({"refreshToken": here["refreshToken"]});
    let there = app
        .post("/auth/refresh-token")
        .json(&body)
        .send()
        .await
        .expect(200)
        .json();
    assert!(is_live(&app, &there["accessToken"]).await);
}
