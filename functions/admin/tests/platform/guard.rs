//! The guard of every operation of administrators: whose token it takes, and what a request costs.

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::{AdminRefreshToken, RefreshToken};
use shared::operations::Administrator;
use shared::testkit::better_auth::{sign_up, super_admin};
use shared::testkit::platform::{self, admin_refresh};

use super::{OTHER, ROOT, assert_refused, change, is_live, logged_in, start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_user_is_refused_whatever_roles_the_user_has() {
    let app = start().await;
    let user = sign_up(&app, OTHER).await;
    let administrator_of_users = super_admin(&app, ROOT).await;
    let credentials = json!({"email": ROOT, "password": shared::testkit::PASSWORD});
    let jwt = app
        .post("/api/auth/login")
        .json(&credentials)
        .send()
        .await
        .expect(200)
        .json();
    let jwt = jwt["access_token"].as_str().expect("a token").to_owned();
    for token in [&user, &administrator_of_users, &jwt] {
        let answer = change(&app, token, &json!({})).send().await;
        assert_refused(&answer, 403, "A user JWT was presented", None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_valid_token_the_answer_is_401() {
    let app = start().await;
    let tokens = logged_in(&app).await;
    let refresh = tokens["refreshToken"].as_str().expect("a token");
    let access = tokens["accessToken"].as_str().expect("a token");
    // The first character of the signature, because the last one has bits that do not count.
    let (signed, signature) = access.rsplit_once('.').expect("a signature");
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{signed}.{first}{}", &signature[1..]);
    let answer = app.request("PUT", "/v1/admin/password").json(&json!({})).send().await;
    assert_refused(&answer, 401, "Unauthorized", None);
    for token in ["", "x", refresh, &forged] {
        let answer = change(&app, token, &json!({})).send().await;
        assert_refused(&answer, 401, "Unauthorized", None);
    }
    app.clock.advance(SignedDuration::from_mins(15));
    assert!(!is_live(&app, access).await, "the token has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_an_administrator_opens_nothing_of_users() {
    let app = start().await;
    let tokens = logged_in(&app).await;
    let access = tokens["accessToken"].as_str().expect("a token");
    let _ = app.get("/v1/auth/me").bearer(access).send().await.expect(401);
    let _ = app
        .get("/api/auth/list-sessions")
        .bearer(access)
        .send()
        .await
        .expect(401);
    // Nor does the refresh token of one kind work in place of the other.
    let refresh = tokens["refreshToken"].as_str().expect("a token");
    assert!(RefreshToken::parse(refresh).is_err());
    let body = json!({"refreshToken": refresh});
    let refused = app.post("/accounts/v1/auth/refresh-token").json(&body).send().await;
    let _ = refused.expect(401);
    sign_up(&app, OTHER).await;
    let user = app.caller(&sign_up(&app, "third@example.com").await).await;
    let secret = AdminRefreshToken::parse(refresh).expect("a token").secret;
    let of_user = RefreshToken {
        user_id: user.user.id,
        session_id: user.session.id,
        secret,
    };
    let _ = admin_refresh(&app, &json!(of_user.to_string())).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_administrator_is_signed_out_at_once() {
    let app = start().await;
    platform::admin(&app, OTHER).await;
    let tokens = logged_in(&app).await;
    let access = tokens["accessToken"].as_str().expect("a token");
    assert!(is_live(&app, access).await);
    let email = shared::domain::EmailAddress::parse(ROOT).expect("an address");
    let now = shared::clock::Clock::now(&*app.clock);
    app.core().revoke_admin(&email, now).await.expect("a revocation");
    assert!(!is_live(&app, access).await);
    let _ = admin_refresh(&app, &tokens["refreshToken"]).await.expect(401);
    let _ = platform::admin_login(&app, ROOT, shared::testkit::PASSWORD)
        .await
        .expect(401);
    // A new administrator with the address is another one.
    app.core().grant_admin(&email, now).await.expect("a grant");
    assert!(!is_live(&app, access).await);
    let enrolled = app
        .core()
        .enroll_admin_totp(Administrator::operator(), &email, now)
        .await;
    assert!(enrolled.expect("an administrator").admin.has_second_factor);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_fifty_requests_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let access = platform::admin(&app, ROOT).await;
    let other = platform::admin(&app, OTHER).await;
    for _ in 0..50 {
        assert!(is_live(&app, &access).await);
    }
    let answer = change(&app, &access, &json!({})).send().await;
    assert_refused(&answer, 429, "Too many requests", None);
    assert!(answer.header("retry-after").is_some());
    assert!(is_live(&app, &other).await, "the limit is that of one administrator");
    app.clock.advance(SignedDuration::from_mins(1));
    assert!(is_live(&app, &access).await);
    let answer = change(&app, &access, &json!({})).send().await;
    assert_eq!(answer.usage.dynamodb, 2, "the session check and the counter");
}
