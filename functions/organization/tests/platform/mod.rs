//! The `platform` contract.

mod create;
mod invitations;
mod join;
mod members;
mod organizations;
mod ownership;
mod plans;
mod races;
mod states;
mod waiting;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{Membership, Organization, OrganizationId, OrganizationPatch, OrganizationRole};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp, text};

use crate::support::{OWNER, sign_up};

pub const PATH: &str = "/v1/organizations";

/// The token of an owner, and the id of an organization with the plan `TEAM_STARTER`.
pub async fn founded(app: &TestApp) -> (String, String) {
    let token = sign_up(app, OWNER).await;
    let body = json!({"name": "Acme", "slug": "acme", "region": "UK"});
    let created = app
        .post(PATH)
        .bearer(&token)
        .json(&body)
        .send()
        .await
        .expect(201)
        .json();
    (token, text(&created["tenantId"]))
}

/// The session token of a new user, who is a member of the organization.
pub async fn member(app: &TestApp, organization: &str, email: &str, role: OrganizationRole) -> String {
    let token = sign_up(app, email).await;
    let seen = stored(app, organization).await;
    let mut user = app.caller(&token).await.user;
    let membership = Membership::new(seen.id, seen.number, role, app.clock.now());
    let changes = Changes::new()
        .take_seat(seen.id, &membership.roles, 100)
        .create_member(&user, &membership);
    user.memberships.push(membership);
    let committed = app.core().store.commit(changes.update_user(&user)).await;
    committed.expect("a commit");
    token
}

pub async fn stored(app: &TestApp, organization: &str) -> Organization {
    let id = OrganizationId::parse(organization).expect("an id");
    let found = app.core().store.find_organization_in_any_state(id).await;
    found.expect("an answer").expect("an organization")
}

/// Changes the organization as an administrator of the platform does.
pub async fn change(app: &TestApp, organization: &str, patch: &OrganizationPatch) {
    let seen = stored(app, organization).await;
    let changes = Changes::new().update_organization(&seen, patch, app.clock.now());
    app.core().store.commit(changes).await.expect("a commit");
}

/// With so many seats, of which so many may be active.
pub async fn set_seats(app: &TestApp, organization: &str, seats: u32, active: u32) {
    let mut patch = OrganizationPatch::default();
    patch.account.seats = Some(seats);
    patch.account.active_seats = Some(active);
    change(app, organization, &patch).await;
}

pub async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(&format!("{PATH}/{path}")).bearer(token).send().await
}

pub async fn put(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    let path = format!("{PATH}/{path}");
    app.request("PUT", &path).bearer(token).json(body).send().await
}

pub async fn post(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.post(&format!("{PATH}/{path}"))
        .bearer(token)
        .json(body)
        .send()
        .await
}

pub async fn delete(app: &TestApp, token: &str, path: &str) -> Answer {
    let path = format!("{PATH}/{path}");
    app.request("DELETE", &path).bearer(token).send().await
}

pub async fn invite(app: &TestApp, token: &str, organization: &str, email: &str, role: &str) -> Answer {
    let body = json!({"email": email, "role": role});
    post(app, token, &format!("{organization}/members/invite"), &body).await
}

/// The id of the caller's membership.
pub async fn member_id(app: &TestApp, organization: &str, token: &str) -> String {
    let user = app.caller(token).await.user.id;
    format!("{organization}{user}").replace('-', "")
}
