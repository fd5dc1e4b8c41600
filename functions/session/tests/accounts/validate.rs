//! `POST /auth/validate-token`: what other services learn about a token.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::{User, UserStatus};
use shared::testkit::TestApp;

use super::{
    EMAIL, PASSWORD, VALIDATE, assert_invalid_token, data, is_live, logged_in, refresh, sign_up, start, start_with,
    start_with_ada, text, validate,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_good_token_is_vouched_for() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    let known = app.user_of(EMAIL).await;
    for (token, kind, expires_at) in [
        ("accessToken", "access", "2026-01-31T12:15:00Z"),
        ("refreshToken", "refresh", "2026-02-01T12:00:00Z"),
    ] {
        // No more than the document shows: the caller that holds the token is not its owner.
        assert_eq!(
            data(&validate(&app, &tokens[token], kind).await),
            json!({
                "valid": true, "tokenType": kind, "expiresAt": expires_at,
                "user": {
                    "id": known.id.to_string(), "userId": known.number.0, "email": EMAIL, "name": "Ada Lovelace",
                    "role": "ADMIN", "accountId": known.memberships[0].organization_number.0,
                    "activationStatus": "ACTIVE",
                },
            })
        );
    }
    // An access token, where nothing else is said.
    let body = json!({"token": tokens["accessToken"]});
    assert_eq!(
        data(&app.post(VALIDATE).json(&body).send().await)["tokenType"],
        "access"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_uses_nothing_up() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    let before = app.caller(&text(&tokens["accessToken"])).await.session;
    for _ in 0..20 {
        for (token, kind) in [("accessToken", "access"), ("refreshToken", "refresh")] {
            let _ = data(&validate(&app, &tokens[token], kind).await);
        }
    }
    assert_eq!(app.caller(&text(&tokens["accessToken"])).await.session, before);
    let _ = data(&refresh(&app, &tokens["refreshToken"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_other_type_is_refused() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    assert_invalid_token(&validate(&app, &tokens["accessToken"], "refresh").await);
    assert_invalid_token(&validate(&app, &tokens["refreshToken"], "access").await);
    let body = json!({"token": tokens["refreshToken"]});
    assert_invalid_token(&app.post(VALIDATE).json(&body).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_refresh_token_is_refused_and_its_session_goes_on() {
    let app = start_with_ada().await;
    let first = logged_in(&app, EMAIL).await;
    let second = data(&refresh(&app, &first["refreshToken"]).await);
    for seconds in [0, 11] {
        app.clock.advance(SignedDuration::from_secs(seconds));
        assert_invalid_token(&validate(&app, &first["refreshToken"], "refresh").await);
        assert!(is_live(&app, &second["accessToken"]).await);
        let _ = data(&validate(&app, &second["refreshToken"], "refresh").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_end_when_they_said() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    app.clock
        .advance(SignedDuration::from_mins(15) - SignedDuration::from_secs(1));
    let _ = data(&validate(&app, &tokens["accessToken"], "access").await);
    app.clock.advance(SignedDuration::from_secs(1));
    assert_invalid_token(&validate(&app, &tokens["accessToken"], "access").await);
    let _ = data(&validate(&app, &tokens["refreshToken"], "refresh").await);
    app.clock.advance(SignedDuration::from_hours(24));
    assert_invalid_token(&validate(&app, &tokens["refreshToken"], "refresh").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_takes_its_tokens_along() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    let token = text(&tokens["accessToken"]);
    let _ = app.post("/api/auth/sign-out").bearer(&token).send().await.expect(200);
    assert_invalid_token(&validate(&app, &tokens["accessToken"], "access").await);
    assert_invalid_token(&validate(&app, &tokens["refreshToken"], "refresh").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_not_come_in_is_not_vouched_for() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    for status in [UserStatus::Suspended, UserStatus::Inactive, UserStatus::Deleted] {
        app.change_user_of(EMAIL, |user| user.status = status).await;
        assert_invalid_token(&validate(&app, &tokens["accessToken"], "access").await);
        assert_invalid_token(&validate(&app, &tokens["refreshToken"], "refresh").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_other_contracts_are_as_good() {
    let app = start_with_ada().await;
    let credentials = json!({"email": EMAIL, "password": PASSWORD});
    let sign_in = async |path: &str, body: &Value| app.post(path).json(body).send().await.expect(200).json();
    let basic = sign_in("/api/auth/login", &credentials).await;
    let better_auth = sign_in("/api/auth/sign-in/email", &credentials).await;
    let body = json!({"credentials": credentials, "captchaToken": "unused"});
    let teams = sign_in("/auth/sign-in", &body).await;
    for (token, kind, expires_at) in [
        (&basic["access_token"], "access", "2026-01-31T12:15:00Z"),
        (&teams["accessToken"], "access", "2026-01-31T12:15:00Z"),
        (&teams["refreshToken"], "refresh", "2026-02-07T12:00:00Z"),
        // It is what its client has for an access token.
        (&better_auth["token"], "access", "2026-02-07T12:00:00Z"),
    ] {
        let shown = data(&validate(&app, token, kind).await);
        assert_eq!(shown["expiresAt"], expires_at);
        assert_eq!(shown["user"]["email"], EMAIL);
    }
    assert_invalid_token(&validate(&app, &better_auth["token"], "refresh").await);
}

/// Another contract signs users in before they have verified the address.
#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_an_unverified_address_is_invalid() {
    let app = start().await;
    let jwt = json!(sign_up(&app, EMAIL).await);
    assert_invalid_token(&validate(&app, &jwt, "access").await);

    let app = start_with(&[("VERIFICATION_REQUIRED", "none")]).await;
    let jwt = json!(sign_up(&app, EMAIL).await);
    let shown = data(&validate(&app, &jwt, "access").await);
    assert_eq!(shown["user"]["activationStatus"], "PENDING_EMAIL_VERIFICATION");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_in_a_users_place_is_not_taken_for_the_user() {
    let app = start_with_ada().await;
    let own = logged_in(&app, EMAIL).await["accessToken"].clone();
    let impersonated = json!(app.impersonating(&text(&own)).await);
    assert!(is_live(&app, &impersonated).await);
    assert_invalid_token(&validate(&app, &impersonated, "access").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_second_factor_is_no_token() {
    let app = start_with_ada().await;
    app.change_user_of(EMAIL, User::turn_on_second_factor).await;
    let body = json!({"credentials": {"email": EMAIL, "password": PASSWORD}, "captchaToken": "unused"});
    let waiting = app.post("/auth/sign-in").json(&body).send().await.expect(200).json();
    assert_invalid_token(&validate(&app, &waiting["accessToken"], "access").await);
    assert_invalid_token(&validate(&app, &waiting["refreshToken"], "refresh").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_service_is_none() {
    let (ours, theirs) = (start_with_ada().await, TestApp::start(session::routes).await);
    let _ = logged_in(&ours, EMAIL).await;
    let jwt = json!(sign_up(&theirs, EMAIL).await);
    assert_invalid_token(&validate(&ours, &jwt, "access").await);
}
