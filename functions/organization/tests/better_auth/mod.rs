//! Organizations, as the framework's current version answers. One file per group of operations; `races` and `budgets` across them.

mod abuse;
mod accept_invitation;
mod answers;
mod budgets;
mod create;
mod delete;
mod hostile;
mod invite_member;
mod limits;
mod list_members;
mod members;
mod pending;
mod permissions;
mod races;
mod ranks;
mod reading;
mod set_active;
mod stale;
mod teams;
mod update;

use serde_json::Value;
use shared::testkit::better_auth::{assert_code, assert_error, session_of};
use shared::testkit::{Answer, TestApp};

use crate::support;

/// Below which all operations are.
const BASE: &str = "/api/auth/organization";

async fn post(app: &TestApp, path: &str, token: &str, body: Value) -> Answer {
    app.post(path).bearer(token).json(&body).send().await
}

/// An operation by its name.
async fn call(app: &TestApp, operation: &str, token: &str, body: Value) -> Answer {
    post(app, &format!("{BASE}/{operation}"), token, body).await
}

async fn get(app: &TestApp, operation: &str, token: &str) -> Answer {
    app.get(&format!("{BASE}/{operation}")).bearer(token).send().await
}

/// The id of the session's active organization.
async fn active(app: &TestApp, token: &str) -> Value {
    session_of(app, token).await["session"]["activeOrganizationId"].take()
}
