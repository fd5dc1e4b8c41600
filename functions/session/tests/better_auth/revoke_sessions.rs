//! `POST /revoke-session`, `/revoke-sessions` and `/revoke-other-sessions`.

use serde_json::json;
use shared::testkit::{Answer, TestApp};

use super::{CLEARED, EMAIL, access_token, assert_error, is_live, sign_in, sign_up, start};

const ONE: &str = "/api/auth/revoke-session";
const ALL: &str = "/api/auth/revoke-sessions";
const OTHERS: &str = "/api/auth/revoke-other-sessions";

async fn revoke(app: &TestApp, token: &str, named: &str) -> Answer {
    let body = json!({"token": named});
    let answer = app.post(ONE).cookie(token).json(&body).send().await.expect(200);
    assert_eq!(answer.json(), json!({"status": true}));
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_its_handle_or_its_token() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let (second, third) = (sign_in(&app, EMAIL).await, sign_in(&app, EMAIL).await);
    let handle = app.caller(&second).await.session.id.to_string();
    for named in [handle.as_str(), third.as_str()] {
        assert!(revoke(&app, &token, named).await.cookies().is_empty());
    }
    assert!(!is_live(&app, &second).await && !is_live(&app, &third).await);
    assert!(is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_session_ends_with_its_cookies() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    assert_eq!(revoke(&app, &token, &token).await.cookies(), CLEARED);
    assert!(!is_live(&app, &token).await);
    let token = sign_in(&app, EMAIL).await;
    let handle = app.caller(&token).await.session.id.to_string();
    assert_eq!(revoke(&app, &token, &handle).await.cookies(), CLEARED);
    assert!(!is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_or_anothers_is_left_alone_with_the_same_answer() {
    let app = start().await;
    let ada = sign_up(&app, EMAIL).await;
    let eve = sign_up(&app, "eve@example.com").await;
    let handle = app.caller(&eve).await.session.id.to_string();
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    for named in [eve.as_str(), handle.as_str(), unknown, "", "nonsense", "../PROFILE"] {
        assert!(revoke(&app, &ada, named).await.cookies().is_empty());
    }
    assert!(is_live(&app, &ada).await && is_live(&app, &eve).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_must_be_named() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let answer = app.post(ONE).cookie(&token).send().await;
    let message = "[body.token] Invalid input: expected string, received undefined";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
    let answer = app.post(ONE).cookie(&token).json(&json!({"token": 1})).send().await;
    let message = "[body.token] Invalid input: expected string, received number";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sessions_end_in_every_contract() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let other = sign_in(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    let eve = sign_up(&app, "eve@example.com").await;
    let answer = app.post(ALL).cookie(&token).json(&json!({})).send().await.expect(200);
    assert_eq!(
        (answer.json(), answer.cookies()),
        (json!({"status": true}), CLEARED.to_vec())
    );
    for ended in [token, other, jwt] {
        assert!(!is_live(&app, &ended).await);
    }
    assert!(is_live(&app, &eve).await);
    let new = sign_in(&app, EMAIL).await;
    assert!(is_live(&app, &new).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_end_and_the_own_goes_on() {
    let app = start().await;
    let other = sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    let token = sign_in(&app, EMAIL).await;
    let answer = app.post(OTHERS).cookie(&token).send().await.expect(200);
    assert_eq!((answer.json(), answer.cookies().len()), (json!({"status": true}), 0));
    assert!(!is_live(&app, &other).await && !is_live(&app, &jwt).await);
    assert!(is_live(&app, &token).await);
    let _ = app.post(OTHERS).cookie(&token).send().await.expect(200);
    assert!(is_live(&app, &token).await);
    let new = sign_in(&app, EMAIL).await;
    assert!(is_live(&app, &new).await && is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_a_jwt_goes_on_with_its_jwt() {
    let app = start().await;
    let other = sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    let _ = app.post(OTHERS).bearer(&jwt).send().await.expect(200);
    assert!(is_live(&app, &jwt).await && !is_live(&app, &other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn revocation_needs_a_session() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for path in [ONE, ALL, OTHERS] {
        for request in [app.post(path), app.post(path).bearer("nonsense")] {
            let answer = request.json(&json!({"token": token})).send().await;
            assert_error(&answer, 401, "UNAUTHORIZED", "Unauthorized");
        }
    }
    assert!(is_live(&app, &token).await);
}
