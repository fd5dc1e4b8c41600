//! Invitations that are accepted when the invited user logs in or verifies the address.

use local_aws::{Mode, Service};
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::OrganizationRole::Owner;
use shared::domain::{OrganizationId, User};
use shared::testkit::platform::{login, register, sign_in};
use shared::testkit::{PASSWORD, TestApp, text};

use super::{founded, invite, set_seats, stored};
use crate::start;
use crate::support::{sign_up, verified};

const GUEST: &str = "eve@example.com";

async fn is_member(app: &TestApp, token: &str, organization: &str) -> bool {
    let id = OrganizationId::parse(organization).expect("an id");
    app.caller(token).await.user.membership(id).is_some()
}

async fn verify(app: &TestApp) {
    let body = json!({"token": app.mailed_token("verify-email")});
    let _ = app.post("/v1/auth/verify-email").json(&body).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_accepts_the_invitations_of_a_verified_address() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = verified(&app, GUEST).await;
    let _ = invite(&app, &owner, &id, GUEST, "OWNER").await.expect(201);
    assert!(!is_member(&app, &guest, &id).await);
    let answer = login(&app, GUEST, PASSWORD).await.expect(200).json();
    let memberships = answer["user"]["memberships"].as_array().expect("memberships");
    let joined = memberships.iter().find(|joined| joined["tenant_id"] == id);
    assert_eq!(joined.expect("a membership")["role"], "OWNER");
    let seen = stored(&app, &id).await;
    assert_eq!((seen.owner_count, seen.open_invitations), (2, 0));
}

/// The session of the sign-in is written before.
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_leaves_the_invitation_for_the_next_login() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = verified(&app, GUEST).await;
    let _ = invite(&app, &owner, &id, GUEST, "MEMBER").await.expect(201);
    let user = app.caller(&guest).await.user;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let unchanged = app
        .core()
        .accept_waiting_invitations(user.clone(), app.clock.now())
        .await;
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_eq!(unchanged, user);
    let _ = login(&app, GUEST, PASSWORD).await.expect(200);
    assert!(is_member(&app, &guest, &id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_accepts_the_invitations_of_the_address() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let _ = invite(&app, &owner, &id, GUEST, "MEMBER").await.expect(201);
    let _ = register(&app, GUEST).await.expect(201);
    assert_eq!(stored(&app, &id).await.member_count, 1);
    verify(&app).await;
    assert_eq!(stored(&app, &id).await.member_count, 2);
    assert!(is_member(&app, &sign_in(&app, GUEST).await, &id).await);
}

/// Another contract's login accepts none: its users answer each invitation.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_verified_joins_nothing() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = sign_up(&app, GUEST).await;
    let _ = invite(&app, &owner, &id, GUEST, "MEMBER").await.expect(201);
    assert_eq!(login(&app, GUEST, PASSWORD).await.status, 403);
    shared::testkit::better_auth::sign_in(&app, GUEST).await;
    assert!(!is_member(&app, &guest, &id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_waits_for_an_active_seat_in_every_contract() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    set_seats(&app, &id, 5, 1).await;
    let guest = verified(&app, GUEST).await;
    let invited = invite(&app, &owner, &id, GUEST, "MEMBER").await.expect(201).json();
    let _ = login(&app, GUEST, PASSWORD).await.expect(200);
    assert!(!is_member(&app, &guest, &id).await);
    let token = app.mailed_token("invitation");
    let pending = app
        .get("/api/auth/organization/list-user-invitations")
        .bearer(&guest)
        .send()
        .await;
    let pending = text(&pending.expect(200).json()[0]["id"]);
    let accept = json!({"invitationId": pending});
    let request = app.post("/api/auth/organization/accept-invitation").bearer(&guest);
    let refused = request.json(&accept).send().await.expect(403).json();
    assert_eq!(refused["code"], "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED");
    let newcomer = invite(&app, &owner, &id, "joe@example.com", "MEMBER")
        .await
        .expect(201)
        .json();
    assert_ne!(newcomer["id"], invited["id"]);
    let newcomer = app.mailed_token("invitation");
    assert_ne!(newcomer, token);
    let finish = crate::support::newcomer(&newcomer);
    let _ = app.post(crate::support::FINISH).json(&finish).send().await.expect(400);
    set_seats(&app, &id, 5, 2).await;
    let _ = login(&app, GUEST, PASSWORD).await.expect(200);
    assert!(is_member(&app, &guest, &id).await);
}

/// A user who verifies an address has shown no second factor.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_as_an_owner_waits_for_the_second_factor() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = sign_up(&app, GUEST).await;
    app.change_user(&guest, User::turn_on_second_factor).await;
    let _ = invite(&app, &owner, &id, GUEST, "OWNER").await.expect(201);
    verify(&app).await;
    assert_eq!(stored(&app, &id).await.owner_count, 1);
    let accepted = app.caller(&guest).await.user.memberships;
    assert!(accepted.iter().all(|membership| membership.roles.standing() < Owner));
}
