//! Steps that several stories share.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use shared::config::Config;
use shared::contract::better_auth::PASSWORD_RULES;
use shared::domain::signing_key::Ring;
use shared::domain::{EmailAddress, NewPassword};
use shared::entropy::OsEntropy;
use shared::operations::{Core, CreateAdmin, EventBus};

use crate::client::{Answer, Call, Local, PASSWORD};

pub const ROOT: &str = "root@example.com";
pub const ADA: &str = "ada@example.com";
pub const GRACE: &str = "grace@example.com";

/// Posts JSON, and expects a response without an error.
pub async fn post(local: &Local, path: &str, body: Value) -> Value {
    done(local.post(path).json(&body)).await
}

/// Posts JSON with a session.
pub async fn post_as(local: &Local, token: &str, path: &str, body: Value) -> Value {
    done(bearing(local.post(path), token).json(&body)).await
}

/// Changes fields of the own profile; the profile.
pub async fn describe(local: &Local, token: &str, change: Value) -> Value {
    done(bearing(local.call("PUT", "/v1/auth/me"), token).json(&change)).await
}

pub async fn get_as(local: &Local, token: &str, path: &str) -> Value {
    done(bearing(local.get(path), token)).await
}

pub fn bearing<'l>(call: Call<'l>, token: &str) -> Call<'l> {
    call.header("authorization", &format!("Bearer {token}"))
}

async fn done(call: Call<'_>) -> Value {
    let answer = call.send().await;
    assert!(is_done(&answer), "{} {}", answer.status, answer.text());
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn is_done(answer: &Answer) -> bool {
    answer.status.is_success() || answer.status.is_redirection()
}

/// Signs up a user; returns the session token.
pub async fn sign_up(local: &Local, email: &str) -> String {
    text(&local.sign_up(email).await.json()["token"])
}

/// An access token of a user, which KMS or the function itself has signed.
pub async fn log_in(local: &Local, email: &str) -> String {
    let credentials = json!({ "email": email, "password": PASSWORD });
    text(&post(local, "/api/auth/login", credentials).await["access_token"])
}

/// The token in the newest mail, which must be of this kind.
pub async fn mailed(local: &Local, kind: &str) -> String {
    text(&local.last_mail(kind).await["token"])
}

/// Creates an organization and invites a user into it; the organization's id and the token of the invitation.
pub async fn invite(local: &Local, token: &str, slug: &str, email: &str, role: &str) -> (String, String) {
    let organization = json!({ "name": slug, "slug": slug });
    let id = text(&post_as(local, token, "/api/auth/organization/create", organization).await["id"]);
    let invitation = json!({ "email": email, "role": role, "organizationId": id });
    post_as(local, token, "/api/auth/organization/invite-member", invitation).await;
    (id, mailed(local, "invitation").await)
}

/// What a stranger may leave in an account whose address is not verified: names, a telephone number, an organization
/// with another member, and others of which one invites.
pub async fn plant(local: &Local, email: &str) {
    let session = sign_up(local, email).await;
    post_as(
        local,
        &session,
        "/api/auth/update-user",
        json!({ "username": "stranger" }),
    )
    .await;
    let jwt = log_in(local, email).await;
    describe(local, &jwt, json!({ "phone": "+441632960961" })).await;
    let (shared, invitation) = invite(local, &session, "shared", GRACE, "member").await;
    join(local, &invitation).await;
    let waiting = json!({ "email": "later@example.com", "role": "member", "organizationId": shared });
    post_as(local, &session, "/api/auth/organization/invite-member", waiting).await;
    invite(local, &session, "inviting", "later@example.com", "member").await;
    let quiet = json!({ "name": "quiet", "slug": "quiet" });
    post_as(local, &session, "/api/auth/organization/create", quiet).await;
}

/// Creates an API key of the session's user; returns its id and the key.
pub async fn make_key(local: &Local, token: &str) -> (String, String) {
    let made = post_as(local, token, "/api/auth/api-key/create", json!({ "name": "program" })).await;
    (text(&made["id"]), text(&made["key"]))
}

/// Signs up by an invitation.
pub async fn join(local: &Local, invitation: &str) {
    let body = json!({ "token": invitation, "firstName": "Grace", "lastName": "Hopper", "newPassword": PASSWORD });
    post(local, "/auth/finish-invitation", body).await;
}

/// Publishes an event of the newest mail, and waits until it is recorded.
pub async fn press(local: &Local, feedback: &str) {
    let mail = local.mails().await.pop().expect("a mail");
    let button = format!("/_local/mail/{}/{feedback}", text(&mail["id"]));
    local.post(&button).send().await.expect(202);
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// A core that acts as no function, for steps of a story that are the operator's.
pub fn core_beside(local: &Local, settings: &[(&str, &str)]) -> Core {
    let settings = |name: &str| {
        let set = settings.iter().find(|(known, _)| *known == name);
        set.map(|(_, value)| (*value).to_owned())
    };
    let config = Config::read(&settings).expect("settings");
    let sdk = shared::aws::loopback(local.service.aws_endpoint());
    shared::aws::core(&config, &sdk, Arc::new(OsEntropy)).expect("a core")
}

pub fn bus_beside(local: &Local) -> EventBus {
    let config = Config::read(&|_| None).expect("settings");
    shared::aws::event_bus(&config, &shared::aws::loopback(local.service.aws_endpoint()))
}

/// Creates an administrator of the platform, who is a user besides, and the first key that signs the tokens.
pub async fn create_admin(local: &Local, email: &str) {
    create_admin_in(local, email, &[]).await;
}

pub async fn create_admin_in(local: &Local, email: &str, settings: &[(&str, &str)]) {
    let core = core_beside(local, &[&[("ARGON2_MEMORY_KIB", "8")], settings].concat());
    let command = CreateAdmin {
        email: EmailAddress::parse(email).expect("an address"),
        password: NewPassword::parse(PASSWORD, PASSWORD_RULES).expect("a password"),
    };
    core.create_admin(command, SystemClock.now())
        .await
        .expect("an administrator");
    core.publish_keys(Ring::Admin, SystemClock.now()).await.expect("keys");
}
