//! `POST /signup_invite`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{OrganizationDetails, OrganizationPatch, OrganizationRole, Plan, Slug};
use shared::operations::{Caller, CreateOrganization, InviteMember};
use shared::store::Changes;
use shared::testkit::TestApp;
use shared::testkit::platform::set_seats_of_starter;

use super::{EMAIL, INVITE, PASSWORD, SIGNUP, assert_detail, caller, login, person, signup, start};

/// The token of an invitation for `email`, and who sent it.
async fn invited(app: &TestApp, email: &str, seats: Option<u32>) -> (String, Caller) {
    signup(app).await;
    let (core, now) = (app.core(), app.clock.now());
    let found = CreateOrganization {
        name: "Acme".to_owned(),
        slug: Slug::parse("acme").expect("a slug"),
        logo: None,
        metadata: None,
        seats,
        details: OrganizationDetails::default(),
    };
    let owner = caller(app, EMAIL).await;
    let organization = core
        .create_organization(&owner, found, now)
        .await
        .expect("an organization");
    let owner = caller(app, EMAIL).await;
    let invite = InviteMember {
        message: None,
        owners_rank_admins: false,
        organization_id: organization.id,
        email: email.parse().expect("an address"),
        roles: OrganizationRole::Member.into(),
        teams: Vec::new(),
        client_ip: String::new(),
    };
    core.invite_member(&owner, invite, now).await.expect("an invitation");
    app.deliver_mail().await;
    (app.mailed_token("invitation"), owner)
}

fn newcomer(token: &str) -> Value {
    json!({"first_name": "Eve", "last_name": "Roe", "password": PASSWORD, "invite_token": token})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_makes_a_verified_member() {
    let app = start().await;
    let (token, owner) = invited(&app, "eve@example.com", None).await;
    let answer = app.post(INVITE).json(&newcomer(&token)).send().await.expect(201);
    let (user, access_token) = (answer.json(), answer.json()["access_token"].clone());
    assert_eq!(
        user,
        json!({
            "id": user["id"], "email": "eve@example.com", "first_name": "Eve", "last_name": "Roe",
            "access_token": access_token,
        })
    );
    let member = app.caller(access_token.as_str().expect("a token")).await;
    assert!(member.user.is_email_verified());
    let organization = owner.user.memberships.last().expect("a membership").organization_id;
    assert_eq!(member.user.memberships[0].organization_id, organization);
    assert_eq!(member.session.active_organization, Some(organization));
    let _ = login(&app, "eve@example.com", PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_once() {
    let app = start().await;
    let (token, _) = invited(&app, "eve@example.com", None).await;
    let _ = app.post(INVITE).json(&newcomer(&token)).send().await.expect(201);
    let answer = app.post(INVITE).json(&newcomer(&token)).send().await;
    assert_detail(&answer, 400, "Invalid or expired invitation token");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opens_no_invitation_is_refused_and_the_invitation_stays() {
    let app = start().await;
    let (token, owner) = invited(&app, "eve@example.com", None).await;
    let session = login(&app, EMAIL, PASSWORD).await.json()["access_token"].clone();
    let altered = format!("{}A", &token[..token.len() - 1]);
    let forged = owner.user.id.to_string();
    for token in [
        &token[1..],
        altered.as_str(),
        forged.as_str(),
        session.as_str().expect("a token"),
        "x",
    ] {
        let answer = app.post(INVITE).json(&newcomer(token)).send().await;
        assert_detail(&answer, 400, "Invalid or expired invitation token");
    }
    let mut weak = newcomer(&token);
    weak["password"] = json!("password1");
    let _ = app.post(INVITE).json(&weak).send().await.expect(400);
    let _ = app.post(INVITE).json(&newcomer(&token)).send().await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_expires() {
    let app = start().await;
    let (token, _) = invited(&app, "eve@example.com", None).await;
    app.clock.advance(SignedDuration::from_hours(48));
    let answer = app.post(INVITE).json(&newcomer(&token)).send().await;
    assert_detail(&answer, 400, "Invalid or expired invitation token");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_sets_no_password_of_an_account_that_exists() {
    let app = start().await;
    let (token, _) = invited(&app, "eve@example.com", None).await;
    let mut body = person();
    body["email"] = json!("eve@example.com");
    let _ = app.post(SIGNUP).json(&body).send().await.expect(201);
    let mut body = newcomer(&token);
    body["password"] = json!("another password");
    assert_detail(&app.post(INVITE).json(&body).send().await, 409, "User already exists");
    let _ = login(&app, "eve@example.com", "another password").await.expect(401);
    let _ = login(&app, "eve@example.com", PASSWORD).await.expect(200);
}

/// The organization has got a plan since the invitation was sent.
#[tokio::test(flavor = "multi_thread")]
async fn the_active_seats_of_the_plan_hold() {
    let app = start().await;
    let (token, owner) = invited(&app, "eve@example.com", None).await;
    let id = owner.user.memberships.last().expect("a membership").organization_id;
    let seen = app.core().store.find_organization(id).await.expect("an answer");
    let mut patch = OrganizationPatch::default();
    patch.account.plan = Some(Plan::TeamStarter);
    patch.account.owner_led = Some(true);
    let change = Changes::new().update_organization(&seen.expect("an organization"), &patch, app.clock.now());
    app.core().store.commit(change).await.expect("a commit");
    set_seats_of_starter(&app, 100, 1).await;
    let refused = app.post(INVITE).json(&newcomer(&token)).send().await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    set_seats_of_starter(&app, 100, 2).await;
    let _ = app.post(INVITE).json(&newcomer(&token)).send().await.expect(201);
}
