//! `GET /list-sessions`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::TestApp;

use super::{EMAIL, PASSWORD, access_token, assert_error, sign_in, sign_up, start, token_of};

const PATH: &str = "/api/auth/list-sessions";

async fn list(app: &TestApp, token: &str) -> Vec<Value> {
    let listed = app.get(PATH).bearer(token).send().await.expect(200).json();
    listed.as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_sessions_are_listed_with_handles_for_the_others() {
    let app = start().await;
    sign_up(&app, "eve@example.com").await;
    let first = sign_up(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_secs(1));
    let second = sign_in(&app, EMAIL).await;
    let [one, two] = <[Value; 2]>::try_from(list(&app, &second).await).expect("two sessions");
    let (caller, other) = (app.caller(&second).await, app.caller(&first).await);
    assert_eq!(
        (&one["id"], &one["token"]),
        (&json!(other.session.id.to_string()), &one["id"])
    );
    assert_eq!(
        (&two["id"], &two["token"]),
        (&json!(caller.session.id.to_string()), &json!(second))
    );
    assert_eq!(
        two,
        json!({
            "id": two["id"], "token": second, "userId": caller.user.id.to_string(),
            "expiresAt": "2026-02-07T12:00:01.000Z", "createdAt": "2026-01-31T12:00:01.000Z",
            "updatedAt": "2026-01-31T12:00:01.000Z", "ipAddress": "192.0.2.1", "userAgent": "",
            "impersonatedBy": null, "activeOrganizationId": null,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_all_contracts_are_listed() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    let listed = list(&app, &jwt).await;
    assert_eq!(listed.len(), 2);
    // A caller with a JWT is shown no session token, not even their own.
    assert!(listed.iter().all(|session| session["token"] == session["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_sessions_are_not_listed() {
    let app = start().await;
    let gone = sign_up(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": false});
    let short = token_of(&app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200));
    assert_eq!(list(&app, &short).await.len(), 2);
    let _ = app.post("/api/auth/sign-out").bearer(&gone).send().await.expect(200);
    app.clock.advance(SignedDuration::from_hours(24));
    let token = sign_in(&app, EMAIL).await;
    let listed = list(&app, &token).await;
    assert_eq!((listed.len(), &listed[0]["token"]), (1, &json!(token)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_needs_a_session() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut forged = token.clone();
    forged.pop();
    for request in [app.get(PATH), app.get(PATH).cookie(&forged), app.get(PATH).bearer("x")] {
        assert_error(&request.send().await, 401, "UNAUTHORIZED", "Unauthorized");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_session_sees_no_list() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_secs(86_399));
    assert_eq!(list(&app, &token).await.len(), 1);
    app.clock.advance(SignedDuration::from_secs(1));
    let answer = app.get(PATH).cookie(&token).send().await;
    assert_error(&answer, 403, "SESSION_NOT_FRESH", "Session is not fresh");
}
