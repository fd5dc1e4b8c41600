//! Acting as somebody else, and being oneself again.

use jiff::SignedDuration;
use serde_json::{Value, json};

use shared::domain::PlatformRole;
use shared::testkit::{Answer, TestApp};

use super::{ADA, admin, assert_error, is_live, keep_roles, post, session_of, sign_up, start, text};

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
async fn nobody_acts_as_an_administrator_nor_with_the_rights_of_one() {
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
