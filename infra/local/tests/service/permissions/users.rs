//! `users` lets administrators manage users.

use operator::Task;
use serde_json::{Value, json};
use shared::domain::service_token::ServiceName;

use super::organization::verified;
use super::people::{
    ADA, GRACE, bearing, describe, get_as, invite, join, log_in, make_key, post, post_as, sign_up, text,
};
use super::stage::Stage;
use super::{passkey, social};
use crate::client::{Local, PASSWORD, options};
use crate::operator::beside;

const ROOT: &str = "root@example.com";

pub async fn story(stage: &Stage) {
    they_are_counted(stage).await;
    users_of_an_account_come_and_go(&*with_administrator(stage, &[]).await).await;
    let local = with_administrator(stage, &["RATE_LIMITS=off"]).await;
    users_are_made_and_changed(&local).await;
    sessions_are_ended(&local).await;
    Box::pin(services_ask(&local)).await;
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
    // Three queries: two that an index serves, and one for which the whole directory is read.
    for query in ["", "?sortBy=createdAt", "?searchValue=example"] {
        get_as(&local, &root, &format!("/api/auth/admin/list-users{query}")).await;
    }
}

/// Users whom an administrator of an account creates, or who register by a link.
async fn users_of_an_account_come_and_go(local: &Local) {
    let root = log_in(local, ROOT).await;
    let owner = verified(local, "joan@example.com").await;
    let organization = json!({ "name": "Acme", "slug": "acme" });
    post_as(local, &owner, "/api/auth/organization/create", organization).await;
    let credentials = json!({ "email": "joan@example.com", "password": PASSWORD });
    let login = post(local, "/accounts/v1/auth/login", credentials).await;
    let number = login["data"]["user"]["accountId"].clone();
    let new = json!({ "email": ADA, "role": "COACH", "accountId": number });
    let created = post_as(local, &owner, "/accounts/v1/users", new).await;
    let id = text(&created["data"]["id"]);
    let user = format!("/accounts/v1/users/{id}");
    let change = json!({ "email": "lovelace@example.com", "role": "SPONSOR" });
    call_as(local, &owner, "PATCH", &user, change).await;
    let roles = json!({ "accountId": number, "roles": ["COACH", "ADMIN"] });
    call_as(local, &root, "PUT", &format!("{user}/roles"), roles).await;
    for role in ["ADMIN", "COACH"] {
        let role = json!({ "accountId": number, "role": role, "email": "lovelace@example.com" });
        call_as(local, &owner, "DELETE", &user, role).await;
    }
    let own = text(&get_as(local, &owner, "/api/auth/get-session").await["user"]["id"]);
    call_as(
        local,
        &owner,
        "PATCH",
        &format!("/accounts/v1/users/{own}"),
        json!({ "name": "Joan" }),
    )
    .await;

    let row = json!({ "email": "radia@example.com", "role": "COACH", "accountId": number });
    // The address of the second row has an owner, who is looked up.
    let known = json!({ "email": "joan@example.com", "role": "COACH", "accountId": number });
    let upload = json!({ "users": [row, known] });
    let upload = post_as(local, &owner, "/accounts/v1/users/bulk-simple", upload).await;
    let results = format!(
        "/accounts/v1/users/bulk/{}/results.csv",
        text(&upload["data"]["uploadId"])
    );
    bearing(local.get(&results), &owner).send().await.expect(200);

    let links = "/accounts/v1/registration-links";
    let link = json!({ "role": "COACH", "accountId": number });
    let link = post_as(local, &owner, links, link).await["data"]["token"].clone();
    post(local, &format!("{links}/decode"), json!({ "token": link })).await;
    let registration =
        json!({ "token": link, "email": GRACE, "name": "Grace Hopper", "password": "Nine lanterns over Pskov, 1581" });
    post(local, &format!("{links}/accept"), registration.clone()).await;
    let invited = json!({ "email": "annie@example.com", "role": "COACH", "accountId": number });
    post_as(local, &owner, "/accounts/v1/users", invited).await;
    let token = super::people::mailed(local, "account-invitation").await;
    post(local, &format!("{links}/decode"), json!({ "token": token })).await;
    let acceptance = json!({ "token": token, "email": "annie@example.com", "name": "Annie Easley", "password": "Nine lanterns over Pskov, 1581" });
    post(local, &format!("{links}/accept"), acceptance).await;
    // Refusals are counted.
    for operation in ["decode", "accept"] {
        let call = local.post(&format!("{links}/{operation}")).json(&registration);
        call.send().await.expect(409);
    }
}

async fn call_as(local: &Local, token: &str, method: &'static str, path: &str, body: Value) {
    let answer = bearing(local.call(method, path), token).json(&body).send().await;
    assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
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
    // The attempts at the password by each name of the user are forgotten.
    let eve = json!({ "username": "snoop", "password": PASSWORD });
    let eve = post(local, "/api/auth/sign-in/username", eve).await;
    describe(local, &text(&eve["token"]), json!({ "phone": "+441632960963" })).await;
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

/// The first request reads the number, the next one the user with the token.
async fn services_ask(local: &Local) {
    let service = ServiceName::parse("calendar").expect("a name");
    let created = beside(local).await.run(Task::CreateServiceToken(service)).await;
    let created = serde_json::to_value(created.expect("a report")).expect("JSON");
    for _ in 0..2 {
        let asked = local.get("/accounts/v1/internal/users/1");
        asked
            .header("x-service-token", &text(&created["token"]))
            .send()
            .await
            .expect(200);
    }
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
