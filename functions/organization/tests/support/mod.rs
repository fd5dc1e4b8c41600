//! Users, organizations and invitations for the tests of all contracts.

use std::sync::Arc;

use serde_json::Value;
use shared::clock::Clock as _;
use shared::domain::{
    AccountDetails, Membership, Organization, OrganizationDetails, OrganizationId, OrganizationKind,
    OrganizationNumber, OrganizationRole, OrganizationStatus, Slug, User,
};
use shared::operations::CreateOrganization;
use shared::store::Changes;
pub use shared::testkit::PASSWORD;
use shared::testkit::TestApp;
pub use shared::testkit::better_auth::{
    create_organization as create, invite, sign_up, sign_up_member as joined, sign_up_verified as verified,
};
use shared::testkit::race::all_at_once;
pub use shared::testkit::teams::{finish_invitation_body as newcomer, sign_in, tokens_of};

pub const OWNER: &str = "ada@example.com";
pub const GUEST: &str = "eve@example.com";
pub const OTHER_PASSWORD: &str = "seven bridges at dusk";

pub const CREATE: &str = "/api/auth/organization/create";
pub const INVITE: &str = "/api/auth/organization/invite-member";
pub const ACCEPT: &str = "/api/auth/organization/accept-invitation";
pub const VALIDATE: &str = "/auth/validate-invitation-token";
pub const FINISH: &str = "/auth/finish-invitation";

/// Access token and refresh token of a further session.
pub async fn tokens(app: &TestApp, email: &str) -> (String, String) {
    tokens_of(&sign_in(app, email, PASSWORD).await.expect(200))
}

/// With that many seats, of which the caller has one.
pub async fn create_with_seats(app: &TestApp, token: &str, seats: u32) -> OrganizationId {
    let command = CreateOrganization {
        name: "Acme".to_owned(),
        slug: Slug::parse("acme").expect("a slug"),
        logo: None,
        metadata: None,
        seats: Some(seats),
        details: OrganizationDetails::default(),
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
        details: OrganizationDetails::default(),
        plan: None,
        owner_led: false,
        plan_expires_at: None,
        subscription: None,
        account: AccountDetails::default(),
        seats: None,
        active_seats: None,
        open_join: false,
        open_invite: false,
        member_count: 1,
        owner_count: 1,
        administrator_count: 1,
        open_invitations: 0,
        created_at: now,
        updated_at: now,
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
    let mut answers = all_at_once(bodies.into_iter().map(send)).await;
    answers.sort_by_key(|(status, _)| *status);
    answers
}
