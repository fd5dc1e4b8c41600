//! `POST /sign-out`.

use serde_json::{Value, json};

use super::{CLEARED, EMAIL, access_token, session_of, sign_in, sign_up, start};

const PATH: &str = "/api/auth/sign-out";

#[tokio::test(flavor = "multi_thread")]
async fn the_session_ends_and_the_cookies_go() {
    let app = start().await;
    let other = sign_up(&app, EMAIL).await;
    let token = sign_in(&app, EMAIL).await;
    let answer = app.post(PATH).cookie(&token).json(&json!({})).send().await.expect(200);
    assert_eq!(answer.json(), json!({"success": true}));
    assert_eq!(answer.cookies(), CLEARED);
    assert_eq!(answer.header("set-auth-token"), None);
    assert_eq!(session_of(&app, &token).await, Value::Null);
    assert_eq!(session_of(&app, &other).await["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_and_a_jwt_end_their_session_too() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    for token in [token, jwt] {
        let _ = app.post(PATH).bearer(&token).send().await.expect(200);
        assert_eq!(session_of(&app, &token).await, Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_without_a_session_succeeds() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let _ = app.post(PATH).cookie(&token).send().await.expect(200);
    for request in [
        app.post(PATH),
        app.post(PATH).json(&json!({})),
        app.post(PATH).cookie(&token),
        app.post(PATH).cookie("nonsense"),
        app.post(PATH).bearer("nonsense"),
    ] {
        let answer = request.send().await.expect(200);
        assert_eq!(answer.json(), json!({"success": true}));
        assert_eq!(answer.cookies(), CLEARED);
    }
}
