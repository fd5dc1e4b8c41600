//! Impersonation of a user, and its end.

use jiff::SignedDuration;
use serde_json::{Value, json};

use shared::domain::PlatformRole;
use shared::testkit::{Answer, TestApp};

use super::{
    ADA, ADMIN, admin, assert_error, is_live, keep_roles, post, session_of, sign_in, sign_up, start, super_admin, text,
};

const STOP: &str = "/api/auth/admin/stop-impersonating";
const ORIGIN: &str = "http://127.0.0.1:3000";

async fn impersonate(app: &TestApp, admin: &str, id: &str) -> String {
    let answer = post(app, admin, "impersonate-user", &json!({ "userId": id })).await;
    text(&answer.expect(200).json()["session"]["token"])
}

async fn stop(app: &TestApp, impersonated: &str, kept: Option<&str>) -> Answer {
    let admin = kept.map(|kept| format!("; better-auth.admin_session={kept}"));
    let cookies = format!("better-auth.session_token={impersonated}{}", admin.unwrap_or_default());
    let request = app.post(STOP).header("cookie", &cookies).header("origin", ORIGIN);
    request.json(&json!({})).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_what_the_user_sees_and_goes_back() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let admin_id = app.caller(&admin).await.user.id.to_string();
    let answer = post(&app, &admin, "impersonate-user", &json!({ "userId": id }))
        .await
        .expect(200);
    let token = text(&answer.json()["session"]["token"]);
    assert_eq!(answer.json()["session"]["impersonatedBy"], json!(admin_id));
    assert_eq!(
        answer.cookies(),
        [
            format!("better-auth.admin_session={admin}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"),
            format!("better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/"),
            "better-auth.dont_remember=true; HttpOnly; SameSite=Lax; Path=/".to_owned(),
        ]
    );
    let session = session_of(&app, &token).await;
    assert_eq!(
        (&session["user"]["id"], &session["session"]["impersonatedBy"]),
        (&json!(id), &json!(admin_id))
    );
    let answer = stop(&app, &token, Some(&admin)).await.expect(200);
    assert_eq!(answer.json()["user"]["id"], json!(admin_id));
    let cookies = answer.cookies().join("\n");
    assert!(
        cookies.contains(&format!("better-auth.session_token={admin};")),
        "{cookies}"
    );
    assert!(cookies.contains("better-auth.admin_session=; "), "{cookies}");
    assert!(!is_live(&app, &token).await && is_live(&app, &admin).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn impersonation_lasts_an_hour_and_is_not_lengthened() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let token = impersonate(&app, &admin, &id).await;
    app.clock.advance(SignedDuration::from_secs(3599));
    assert!(is_live(&app, &token).await);
    app.clock.advance(SignedDuration::from_secs(1));
    assert!(!is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_does_not_see_it_and_the_administrators_do() {
    let app = start().await;
    let (own, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let _ = impersonate(&app, &admin, &id).await;
    let listed = app
        .get("/api/auth/list-sessions")
        .bearer(&own)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let listed = post(&app, &admin, "list-user-sessions", &json!({ "userId": id }))
        .await
        .expect(200)
        .json();
    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_cannot_be_impersonated_and_their_rights_are_not_inherited() {
    let app = start().await;
    let (other, other_id) = sign_up(&app, "grace@example.com").await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    keep_roles(&app, &other, &[PlatformRole::Admin]).await;
    let refused = post(&app, &admin, "impersonate-user", &json!({ "userId": other_id })).await;
    assert_error(&refused, 403, "YOU_CANNOT_IMPERSONATE_ADMINS");
    let token = impersonate(&app, &admin, &id).await;
    let refused = app.get("/api/auth/admin/list-users").bearer(&token).send().await;
    assert_error(&refused, 403, "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS");
}

/// A role that the user gets meanwhile is not the administrator's to use.
#[tokio::test(flavor = "multi_thread")]
async fn impersonation_ends_when_the_user_gets_a_role_and_needs_a_user_without_one() {
    let app = start().await;
    let admin = super_admin(&app, ADMIN).await;
    for (email, role) in [
        ("one@example.com", PlatformRole::Admin),
        ("two@example.com", PlatformRole::PlatformAdmin),
        ("three@example.com", PlatformRole::SuperAdmin),
    ] {
        let (own, id) = sign_up(&app, email).await;
        let token = impersonate(&app, &admin, &id).await;
        assert!(is_live(&app, &token).await);
        keep_roles(&app, &own, &[role]).await;
        assert!(!is_live(&app, &token).await, "{role:?}");
        assert!(is_live(&app, &own).await);
        let refused = post(&app, &admin, "impersonate-user", &json!({ "userId": id })).await;
        assert_error(&refused, 403, "YOU_CANNOT_IMPERSONATE_ADMINS");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_the_administrators_session() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let first = admin(&app).await;
    let token = impersonate(&app, &first, &id).await;
    let other = sign_in(&app, ADMIN).await;
    let _ = app.post("/api/auth/sign-out").bearer(&first).send().await.expect(200);
    assert!(
        !is_live(&app, &token).await,
        "another session of the administrator's does not keep it up"
    );

    let token = impersonate(&app, &other, &id).await;
    assert!(is_live(&app, &token).await);
    let _ = app
        .post("/api/auth/revoke-sessions")
        .bearer(&other)
        .send()
        .await
        .expect(200);
    assert!(!is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_the_administrator_is_banned() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let root = super_admin(&app, "root@example.com").await;
    let admin = admin(&app).await;
    let admin_id = app.caller(&admin).await.user.id.to_string();
    let token = impersonate(&app, &admin, &id).await;
    let _ = post(&app, &root, "ban-user", &json!({ "userId": admin_id }))
        .await
        .expect(200);
    assert!(!is_live(&app, &token).await);
    let _ = post(&app, &root, "unban-user", &json!({ "userId": admin_id }))
        .await
        .expect(200);
    assert!(!is_live(&app, &token).await, "it does not come back either");
}

/// A sign-out leaves nothing in the browser, and nothing for which a copy of the browser's cookies is still valid.
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_signs_the_administrator_out_too() {
    let app = start().await;
    let (own, id) = sign_up(&app, ADA).await;
    for is_over in [false, true] {
        let admin = if is_over {
            sign_in(&app, ADMIN).await
        } else {
            admin(&app).await
        };
        let token = impersonate(&app, &admin, &id).await;
        if is_over {
            app.clock.advance(SignedDuration::from_hours(1));
        }
        let cookies = format!("better-auth.session_token={token}; better-auth.admin_session={admin}");
        let request = app.post("/api/auth/sign-out").header("cookie", &cookies);
        let answer = request
            .header("origin", ORIGIN)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
        let cleared = answer.cookies().join("\n");
        assert!(cleared.contains("better-auth.admin_session=; "), "{cleared}");
        assert!(!is_live(&app, &token).await && !is_live(&app, &admin).await);
        assert!(is_live(&app, &own).await);
    }
}

/// What the browser has kept need not be an administrator's, nor anything at all.
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_only_sessions_that_are_shown() {
    let app = start().await;
    let (own, _) = sign_up(&app, ADA).await;
    let stranger = app
        .caller(&sign_up(&app, "grace@example.com").await.0)
        .await
        .session
        .id
        .to_string();
    for kept in [own.as_str(), "nonsense", &stranger, ""] {
        let cookies = format!("better-auth.session_token={own}; better-auth.admin_session={kept}");
        let request = app.post("/api/auth/sign-out").header("cookie", &cookies);
        let _ = request
            .header("origin", ORIGIN)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
    }
    assert!(!is_live(&app, &own).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_costs_one_call_more_than_a_session_of_ones_own() {
    let app = start().await;
    let (own, id) = sign_up(&app, ADA).await;
    let token = impersonate(&app, &admin(&app).await, &id).await;
    for (token, calls) in [(own, 1), (token, 2)] {
        let answer = app.get("/api/auth/get-session").bearer(&token).send().await.expect(200);
        assert_eq!(answer.usage.dynamodb, calls);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_the_administrators_right_to_it() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let token = impersonate(&app, &admin, &id).await;
    assert!(is_live(&app, &token).await);
    keep_roles(&app, &admin, &[]).await;
    assert!(!is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_administrators_own_session_is_gone_back_to() {
    let app = start().await;
    let (own, id) = sign_up(&app, ADA).await;
    let (stranger, _) = sign_up(&app, "grace@example.com").await;
    let admin = admin(&app).await;
    let token = impersonate(&app, &admin, &id).await;
    for kept in [None, Some(stranger.as_str()), Some(token.as_str()), Some("nonsense")] {
        assert_error(&stop(&app, &token, kept).await, 400, "FAILED_TO_FIND_ADMIN_SESSION");
    }
    assert!(is_live(&app, &token).await, "what was refused changed nothing");
    assert_error(
        &stop(&app, &own, Some(&admin)).await,
        400,
        "YOU_ARE_NOT_IMPERSONATING_ANYONE",
    );
    assert_eq!(session_of(&app, &own).await["session"]["impersonatedBy"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_cookies_goes_back_with_its_own_token_in_a_header() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let token = impersonate(&app, &admin, &id).await;
    let stop = |own: &str| {
        let request = app.post(STOP).bearer(&token).header("x-admin-session-token", own);
        request.json(&json!({})).send()
    };
    assert_eq!(
        stop(&token).await.status,
        400,
        "an impersonation is no administrator's session"
    );
    let answer = stop(&admin).await.expect(200);
    assert_eq!(answer.header("set-auth-token"), Some(admin.as_str()));
    assert!(!is_live(&app, &token).await && is_live(&app, &admin).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_cookie_of_the_administrator_does_not_hide_the_live_one() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let stale = sign_in(&app, ADMIN).await;
    let _ = app.post("/api/auth/sign-out").bearer(&stale).send().await.expect(200);
    let token = impersonate(&app, &admin, &id).await;
    let kept = format!("{stale}; better-auth.admin_session={admin}");
    let answer = stop(&app, &token, Some(&kept)).await.expect(200);
    assert_eq!(answer.header("set-auth-token"), Some(admin.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_user_is_not_impersonated_and_the_browser_keeps_its_session() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let of_user = json!({ "userId": id });
    let _ = post(&app, &admin, "ban-user", &of_user).await.expect(200);
    let refused = post(&app, &admin, "impersonate-user", &of_user).await;
    assert_error(&refused, 400, "CANNOT_IMPERSONATE_BANNED_USER");
    assert!(refused.cookies().is_empty());
    assert!(is_live(&app, &admin).await);
    let listed = post(&app, &admin, "list-user-sessions", &of_user).await.expect(200);
    assert_eq!(listed.json()["sessions"], json!([]));
    let _ = post(&app, &admin, "unban-user", &of_user).await.expect(200);
    impersonate(&app, &admin, &id).await;
}
