//! `users` lets administrators manage users.

use serde_json::{Value, json};

use super::people::{ADA, GRACE, describe, get_as, invite, join, log_in, make_key, post, post_as, sign_up, text};
use super::stage::Stage;
use super::{passkey, social};
use crate::client::{Local, PASSWORD, options};

const ROOT: &str = "root@example.com";

pub async fn story(stage: &Stage) {
    they_are_counted(stage).await;
    let local = with_administrator(stage, &["RATE_LIMITS=off"]).await;
    users_are_made_and_changed(&local).await;
    sessions_are_ended(&local).await;
    users_go(&local).await;
}

async fn with_administrator(stage: &Stage, settings: &[&str]) -> std::sync::Arc<Local> {
    let providers = social::providers().await;
    let settings: Vec<&str> = settings.iter().copied().chain([providers.as_str()]).collect();
    let mut options = options(&settings);
    options.admin = Some(format!("{ROOT}:{PASSWORD}").parse().expect("an administrator"));
    stage.with(options).await
}

async fn they_are_counted(stage: &Stage) {
    let local = with_administrator(stage, &[]).await;
    let root = log_in(&local, ROOT).await;
    get_as(&local, &root, "/api/auth/admin/list-users").await;
}

/// Posts as the administrator.
async fn administer(local: &Local, what: &str, body: Value) -> Value {
    let root = log_in(local, ROOT).await;
    post_as(local, &root, &format!("/api/auth/admin/{what}"), body).await
}

async fn users_are_made_and_changed(local: &Local) {
    let user =
        json!({ "email": "eve@example.com", "name": "Eve", "password": PASSWORD, "data": { "username": "eve" } });
    let id = text(&administer(local, "create-user", user).await["user"]["id"]);
    let root = log_in(local, ROOT).await;
    get_as(local, &root, &format!("/api/auth/admin/get-user?id={id}")).await;
    get_as(local, &root, "/api/auth/admin/list-users").await;
    let data = json!({ "username": "snoop", "email": "snoop@example.com" });
    administer(local, "update-user", json!({ "userId": id, "data": data })).await;
    administer(local, "set-role", json!({ "userId": id, "role": "user" })).await;
    administer(
        local,
        "set-user-password",
        json!({ "userId": id, "newPassword": "ten lanterns over Pskov" }),
    )
    .await;
    administer(local, "ban-user", json!({ "userId": id })).await;
    administer(local, "unban-user", json!({ "userId": id })).await;
    administer(local, "has-permission", json!({ "permissions": { "user": ["list"] } })).await;
}

async fn sessions_are_ended(local: &Local) {
    sign_up(local, ADA).await;
    let credentials = json!({ "email": ADA, "password": PASSWORD });
    let id = text(&post(local, "/api/auth/sign-in/email", credentials).await["user"]["id"]);
    let listed = administer(local, "list-user-sessions", json!({ "userId": id })).await;
    let session = listed["sessions"][0]["token"].clone();
    administer(local, "revoke-user-session", json!({ "sessionToken": session })).await;
    administer(local, "revoke-user-sessions", json!({ "userId": id })).await;
    impersonate(local, &id).await;
}

async fn impersonate(local: &Local, id: &str) {
    let credentials = json!({ "email": ROOT, "password": PASSWORD });
    let root = local.post("/api/auth/sign-in/email").json(&credentials).send().await;
    let cookies = |answer: &crate::client::Answer| {
        let lines = answer.headers.get_all("set-cookie").into_iter();
        let pairs = lines.filter_map(|line| line.to_str().ok()?.split(';').next());
        pairs.collect::<Vec<_>>().join("; ")
    };
    let as_root = |path: &str, cookie: &str| local.post(path).header("cookie", cookie).header("origin", &local.url());
    let call = as_root("/api/auth/admin/impersonate-user", &cookies(&root)).json(&json!({ "userId": id }));
    let impersonating = call.send().await.expect(200);
    let call = as_root("/api/auth/admin/stop-impersonating", &cookies(&impersonating)).json(&json!({}));
    call.send().await.expect(200);
}

/// One of two owners, and then the last, who has invited a user.
async fn users_go(local: &Local) {
    let owner = sign_up(local, "joan@example.com").await;
    make_key(local, &owner).await;
    describe(local, &owner, json!({ "phone": "+441632960961" })).await;
    passkey::register(local, &owner).await;
    let (_, invitation) = invite(local, &owner, "acme", GRACE, "owner").await;
    join(local, &invitation).await;
    let grace = log_in(local, GRACE).await;
    invite(local, &grace, "acme-2", "radia@example.com", "member").await;
    for email in ["joan@example.com", GRACE] {
        let credentials = json!({ "email": email, "password": PASSWORD });
        let user = post(local, "/api/auth/sign-in/email", credentials).await;
        administer(local, "remove-user", json!({ "userId": user["user"]["id"] })).await;
    }
    let token = social::come_from_a_provider(local).await;
    let session = get_as(local, &token, "/api/auth/get-session").await;
    administer(local, "remove-user", json!({ "userId": session["user"]["id"] })).await;
}
