//! People, organizations and invitations for the tests of all contracts.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::sync::Arc;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{
    Membership, Organization, OrganizationId, OrganizationKind, OrganizationNumber, OrganizationRole,
    OrganizationStatus, Slug, User,
};
use shared::operations::CreateOrganization;
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

pub const OWNER: &str = "ada@example.com";
pub const GUEST: &str = "eve@example.com";
pub const PASSWORD: &str = "a keeper of the door";
pub const OTHER_PASSWORD: &str = "the door is kept well";

pub const CREATE: &str = "/api/auth/organization/create";
pub const INVITE: &str = "/api/auth/organization/invite-member";
pub const ACCEPT: &str = "/api/auth/organization/accept-invitation";
pub const VALIDATE: &str = "/auth/validate-invitation-token";
pub const FINISH: &str = "/auth/finish-invitation";

pub async fn start() -> TestApp {
    start_with(&[]).await
}

pub async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    let routes = |state: &_| {
        organization::routes(state)
            .merge(session::routes(state))
            .merge(profile::routes(state))
            .merge(password::routes(state))
    };
    TestApp::with_settings(routes, settings).await
}

/// The session token of a new user.
pub async fn sign_up(app: &TestApp, email: &str) -> String {
    let body = json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-up/email").json(&body).send().await.expect(200);
    answer.json()["token"].as_str().expect("a token").to_owned()
}

pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"credentials": {"email": email, "password": password}, "captchaToken": "x"});
    app.post("/auth/sign-in").json(&body).send().await
}

/// Access token and refresh token of a further session.
pub async fn tokens(app: &TestApp, email: &str) -> (String, String) {
    tokens_of(&sign_in(app, email, PASSWORD).await.expect(200))
}

pub fn tokens_of(answer: &Answer) -> (String, String) {
    let answer = answer.json();
    let token = |name: &str| answer[name].as_str().expect("a token").to_owned();
    (token("accessToken"), token("refreshToken"))
}

/// The id of a new organization, active in the session.
pub async fn create(app: &TestApp, token: &str, slug: &str) -> String {
    let body = json!({"name": "Acme", "slug": slug});
    let answer = app.post(CREATE).bearer(token).json(&body).send().await.expect(200);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// With that many seats, of which the caller has one.
pub async fn create_with_seats(app: &TestApp, token: &str, seats: u32) -> OrganizationId {
    let command = CreateOrganization {
        name: "Acme".to_owned(),
        slug: Slug::parse("acme").expect("a slug"),
        logo: None,
        metadata: None,
        seats: Some(seats),
    };
    let caller = app.caller(token).await;
    let created = app.core().create_organization(&caller, command, app.clock.now()).await;
    created.expect("an organization").id
}

/// Of which the user is the owner. Only operators have such ones.
pub async fn create_demo(app: &TestApp, token: &str) -> OrganizationId {
    let (user, now) = (app.caller(token).await.user, app.clock.now());
    let organization = Organization {
        id: OrganizationId::generate(now, &*app.core().entropy),
        number: OrganizationNumber(4711),
        name: "Showcase".to_owned(),
        slug: Slug::parse("showcase").expect("a slug"),
        kind: OrganizationKind::Business,
        status: OrganizationStatus::Active,
        demo: true,
        logo: None,
        metadata: None,
        seats: None,
        member_count: 1,
        owner_count: 1,
        open_invitations: 0,
        created_at: now,
    };
    let membership = Membership::new(organization.id, organization.number, OrganizationRole::Owner, now);
    let changes = Changes::new()
        .create_organization(&organization)
        .create_member(&user, &membership);
    let mut member: User = user;
    member.memberships.push(membership);
    app.core()
        .store
        .commit(changes.update_user(&member))
        .await
        .expect("a commit");
    organization.id
}

pub async fn invite(app: &TestApp, token: &str, email: &str, role: &str) -> Answer {
    let body = json!({"email": email, "role": role});
    app.post(INVITE).bearer(token).json(&body).send().await
}

/// The session token of a new user whose address is verified.
pub async fn verified(app: &TestApp, email: &str) -> String {
    let session = sign_up(app, email).await;
    assert_eq!(app.last_mail("verify-email").to, [email]);
    let path = format!("/api/auth/verify-email?token={}", app.mailed_token("verify-email"));
    let _ = app.get(&path).send().await.expect(200);
    session
}

/// The session token of a new user, who is a member of the inviter's active organization.
pub async fn joined(app: &TestApp, inviter: &str, email: &str, role: &str) -> String {
    let session = verified(app, email).await;
    let invitation = invite(app, inviter, email, role).await.expect(200).json();
    let body = json!({"invitationId": invitation["id"]});
    let _ = app.post(ACCEPT).bearer(&session).json(&body).send().await.expect(200);
    session
}

pub async fn id_of(app: &TestApp, session: &str) -> String {
    app.caller(session).await.user.id.to_string()
}

/// The token in the mail.
pub async fn invited(app: &TestApp, token: &str, email: &str) -> String {
    let _ = invite(app, token, email, "member").await.expect(200);
    assert_eq!(app.last_mail("invitation").to, [email]);
    app.mailed_token("invitation")
}

/// An owner's session token, and the token of an invitation for the guest.
pub async fn guest_is_invited(app: &TestApp) -> (String, String) {
    let owner = sign_up(app, OWNER).await;
    create(app, &owner, "acme").await;
    let token = invited(app, &owner, GUEST).await;
    (owner, token)
}

pub fn newcomer(token: &str) -> Value {
    json!({"newPassword": PASSWORD, "token": token, "firstName": "Eve", "lastName": "Roe"})
}

pub async fn members(app: &TestApp, organization: OrganizationId) -> (u32, usize) {
    let store = &app.core().store;
    let found = store.find_organization(organization).await.expect("an answer");
    let members = store.list_members(organization).await.expect("an answer");
    (found.expect("an organization").member_count, members.len())
}

/// The statuses and bodies of requests that are all sent at once, in the order of their statuses.
pub async fn at_once(
    app: &Arc<TestApp>,
    path: &'static str,
    token: Option<&str>,
    bodies: Vec<Value>,
) -> Vec<(u16, Value)> {
    let send = |body: Value| {
        let (app, token) = (Arc::clone(app), token.map(str::to_owned));
        async move {
            let request = app.post(path).json(&body);
            let request = match &token {
                Some(token) => request.bearer(token),
                None => request,
            };
            let answer = request.send().await;
            (answer.status.as_u16(), answer.json())
        }
    };
    let running: Vec<_> = bodies.into_iter().map(|body| tokio::spawn(send(body))).collect();
    let mut ended = Vec::new();
    for request in running {
        ended.push(request.await.expect("no panic"));
    }
    ended.sort_by_key(|(status, _)| *status);
    ended
}
