//! The `accounts` contract: accounts, which are organizations.

mod create;
mod show;
mod suspend;
mod update;

use serde_json::{Value, json};
use shared::domain::{Membership, OrganizationId, PlatformRole, RoleName, User};
use shared::store::Changes;
use shared::testkit::accounts::assert_error;
use shared::testkit::better_auth;
use shared::testkit::{Answer, TestApp, text};

const ACCOUNTS: &str = "/accounts/v1/accounts";
const ADMIN: &str = "jane@example.com";
/// It has characters of all classes.
const ACCOUNT_PASSWORD: &str = "Nine-lanterns-over-Pskov-1";

fn acme() -> Value {
    json!({"accountName": "Acme Corp", "adminName": "Jane Doe", "adminEmail": ADMIN, "adminRole": "ADMIN"})
}

/// The body with these fields set or replaced.
fn with(mut body: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

async fn create(app: &TestApp, token: Option<&str>, body: &Value) -> Answer {
    let request = app.post(ACCOUNTS).json(body);
    match token {
        Some(token) => request.bearer(token).send().await,
        None => request.send().await,
    }
}

async fn show(app: &TestApp, token: &str, id: &str) -> Answer {
    app.get(&format!("{ACCOUNTS}/{id}")).bearer(token).send().await
}

async fn update(app: &TestApp, token: &str, id: &str, body: &Value) -> Answer {
    let request = app.request("PUT", &format!("{ACCOUNTS}/{id}"));
    request.bearer(token).json(body).send().await
}

#[track_caller]
fn account(answer: Answer, status: u16) -> Value {
    answer.expect(status).json()["data"].clone()
}

/// A user with a session, who is a super administrator.
async fn super_admin(app: &TestApp) -> String {
    let token = better_auth::sign_up(app, "root@example.com").await;
    app.change_user(&token, |user| user.roles = [PlatformRole::SuperAdmin].into())
        .await;
    token
}

/// A user with a session, who has joined the account with these roles.
async fn member(app: &TestApp, account: &Value, email: &str, roles: &[&str]) -> String {
    let token = better_auth::sign_up(app, email).await;
    let user = app.caller(&token).await.user;
    let names = roles.iter().map(|role| RoleName::parse(role).expect("a name"));
    let roles = shared::domain::MemberRoles::of(names).expect("roles");
    let organization = organization(app, account).await;
    let membership = Membership::new(organization.id, organization.number, roles, user.created_at);
    let changes = Changes::new()
        .take_seat(organization.id, &membership.roles, 100)
        .create_member(&user, &membership);
    let mut joined: User = user;
    joined.memberships.push(membership);
    let committed = app.core().store.commit(changes.update_user(&joined)).await;
    committed.expect("a commit");
    token
}

async fn organization(app: &TestApp, account: &Value) -> shared::domain::Organization {
    let id = OrganizationId::parse(&text(&account["id"])).expect("an id");
    let found = app.core().store.find_organization_in_any_state(id).await;
    found.expect("an answer").expect("an organization")
}

fn assert_forbidden(answer: &Answer, message: &str) {
    assert_error(answer, 403, "FORBIDDEN", message);
}

fn assert_not_found(answer: &Answer) {
    assert_error(answer, 404, "NOT_FOUND", "Account not found");
}
