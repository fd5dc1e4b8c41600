//! Rejecting, withdrawing and looking at invitations.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::TestApp;

use super::support::{ACCEPT, FINISH, GUEST, OWNER, create, invite, joined, newcomer, sign_up, verified};
use super::{active, assert_code, assert_error, call, get, post};
use crate::start;

async fn invited(app: &TestApp) -> (String, String, Value) {
    let owner = sign_up(app, OWNER).await;
    create(app, &owner, "acme").await;
    let guest = verified(app, GUEST).await;
    let invitation = invite(app, &owner, GUEST, "member").await.expect(200).json();
    (owner, guest, invitation)
}

/// The one invitation of the active organization that is in this state.
async fn with_status(app: &TestApp, token: &str, status: &str) -> Value {
    let listed = get(app, "list-invitations", token).await.expect(200).json();
    let found = listed
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["status"] == status);
    found.expect("an invitation").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_rejected_once() {
    let app = start().await;
    let (owner, guest, invitation) = invited(&app).await;
    let token = app.mailed_token("invitation");
    let body = json!({"invitationId": invitation["id"]});
    let answer = call(&app, "reject-invitation", &guest, body.clone())
        .await
        .expect(200)
        .json();
    let mut rejected = invitation.clone();
    rejected["status"] = json!("rejected");
    assert_eq!(answer, json!({"invitation": rejected, "member": null}));
    assert_eq!(active(&app, &guest).await, Value::Null);
    let again = call(&app, "reject-invitation", &guest, body.clone()).await;
    assert_error(&again, 400, "INVITATION_NOT_FOUND", "Invitation not found!");
    assert_code(&post(&app, ACCEPT, &guest, body).await, 400, "INVITATION_NOT_FOUND");
    let _ = app.post(FINISH).json(&newcomer(&token)).send().await.expect(400);
    // The address may be invited again.
    let second = invite(&app, &owner, GUEST, "admin").await.expect(200).json();
    assert_ne!(second["id"], invitation["id"]);
    assert_eq!(with_status(&app, &owner, "rejected").await["id"], invitation["id"]);
    assert_eq!(with_status(&app, &owner, "pending").await["id"], second["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_withdrawn_once() {
    let app = start().await;
    let (owner, guest, invitation) = invited(&app).await;
    let token = app.mailed_token("invitation");
    let body = json!({"invitationId": invitation["id"]});
    let answer = call(&app, "cancel-invitation", &owner, body.clone())
        .await
        .expect(200)
        .json();
    let mut canceled = invitation.clone();
    canceled["status"] = json!("canceled");
    assert_eq!(answer, canceled);
    assert_code(
        &call(&app, "cancel-invitation", &owner, body.clone()).await,
        400,
        "INVITATION_NOT_FOUND",
    );
    assert_code(&post(&app, ACCEPT, &guest, body).await, 400, "INVITATION_NOT_FOUND");
    let _ = app.post(FINISH).json(&newcomer(&token)).send().await.expect(400);
    let _ = invite(&app, &owner, GUEST, "member").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_may_not_withdraw_gets_the_reason() {
    let app = start().await;
    let (owner, _, invitation) = invited(&app).await;
    let body = json!({"invitationId": invitation["id"]});
    let member = joined(&app, &owner, "member@example.com", "member").await;
    let answer = call(&app, "cancel-invitation", &member, body.clone()).await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION";
    assert_error(&answer, 403, code, "You are not allowed to cancel this invitation");
    let outsider = sign_up(&app, "out@example.com").await;
    let answer = call(&app, "cancel-invitation", &outsider, body.clone()).await;
    assert_error(&answer, 400, "MEMBER_NOT_FOUND", "Member not found");
    for id in ["nonsense", ""] {
        let answer = call(&app, "cancel-invitation", &owner, json!({"invitationId": id})).await;
        assert_error(&answer, 400, "INVITATION_NOT_FOUND", "Invitation not found");
    }
    let accepted = with_status(&app, &owner, "accepted").await["id"].clone();
    let answer = call(&app, "cancel-invitation", &owner, json!({"invitationId": accepted})).await;
    assert_code(&answer, 400, "INVITATION_NOT_FOUND");
    assert_code(
        &call(&app, "cancel-invitation", &owner, json!({})).await,
        400,
        "VALIDATION_ERROR",
    );
    let _ = app
        .post("/api/auth/organization/cancel-invitation")
        .json(&body)
        .send()
        .await
        .expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_has_expired_may_be_cleared_away_beside_a_newer_one() {
    let app = start().await;
    let (owner, guest, first) = invited(&app).await;
    app.clock.advance(SignedDuration::from_hours(48));
    let second = invite(&app, &owner, GUEST, "admin").await.expect(200).json();
    let _ = call(&app, "cancel-invitation", &owner, json!({"invitationId": first["id"]}))
        .await
        .expect(200);
    // The newer one is as it was.
    assert_code(
        &invite(&app, &owner, GUEST, "member").await,
        400,
        "USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION",
    );
    let answer = post(&app, ACCEPT, &guest, json!({"invitationId": second["id"]}))
        .await
        .expect(200);
    assert_eq!(answer.json()["member"]["role"], "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipient_sees_the_inviter_and_the_organization() {
    let app = start().await;
    let (_, guest, invitation) = invited(&app).await;
    let id = invitation["id"].as_str().expect("an id");
    let answer = get(&app, &format!("get-invitation?id={id}"), &guest)
        .await
        .expect(200)
        .json();
    let mut shown = invitation.clone();
    shown["organizationName"] = json!("Acme");
    shown["organizationSlug"] = json!("acme");
    shown["inviterEmail"] = json!(OWNER);
    assert_eq!(answer, shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_users_do_not_see_an_invitation() {
    let app = start().await;
    let (owner, guest, invitation) = invited(&app).await;
    let id = invitation["id"].as_str().expect("an id");
    let look = |token: &str| {
        let (app, token) = (&app, token.to_owned());
        async move { get(app, &format!("get-invitation?id={id}"), &token).await }
    };
    let code = "YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION";
    assert_error(
        &look(&owner).await,
        403,
        code,
        "You are not the recipient of the invitation",
    );
    let anonymous = app
        .get(&format!("/api/auth/organization/get-invitation?id={id}"))
        .send()
        .await;
    assert_error(&anonymous, 401, "NOT_AUTHENTICATED", "Not authenticated");
    let unknown = get(&app, "get-invitation?id=nonsense", &guest).await;
    assert_error(&unknown, 400, "INVITATION_NOT_FOUND", "Invitation not found");
    let message = "[query.id] Invalid input: expected string, received undefined";
    assert_error(
        &get(&app, "get-invitation", &guest).await,
        400,
        "VALIDATION_ERROR",
        message,
    );
    app.clock.advance(SignedDuration::from_hours(48));
    assert_code(&look(&guest).await, 400, "INVITATION_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_whose_inviter_has_left_is_not_shown() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let admin = joined(&app, &owner, "admin@example.com", "admin").await;
    let guest = verified(&app, GUEST).await;
    let invitation = invite(&app, &admin, GUEST, "member").await.expect(200).json();
    let _ = call(&app, "leave", &admin, json!({"organizationId": id}))
        .await
        .expect(200);
    let id = invitation["id"].as_str().expect("an id");
    let answer = get(&app, &format!("get-invitation?id={id}"), &guest).await;
    let code = "INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION";
    assert_error(&answer, 400, code, "Inviter is no longer a member of the organization");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_who_may_invite_see_the_invitations() {
    let app = start().await;
    let (owner, guest, invitation) = invited(&app).await;
    let organization = invitation["organizationId"].as_str().expect("an id");
    assert_eq!(
        get(&app, "list-invitations", &owner).await.expect(200).json(),
        json!([invitation])
    );
    let query = format!("list-invitations?organizationId={organization}");
    assert_eq!(get(&app, &query, &owner).await.expect(200).json(), json!([invitation]));
    let answer = get(&app, "list-invitations", &guest).await;
    assert_error(
        &answer,
        400,
        "ORGANIZATION_ID_IS_REQUIRED",
        "Organization ID is required",
    );
    let answer = get(&app, &query, &guest).await;
    let code = "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION";
    assert_error(&answer, 403, code, "You are not a member of this organization");
    let member = joined(&app, &owner, "member@example.com", "member").await;
    let answer = get(&app, "list-invitations", &member).await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_LIST_INVITATIONS";
    assert_error(
        &answer,
        403,
        code,
        "You are not allowed to list invitations for this organization",
    );
    let _ = app
        .get("/api/auth/organization/list-invitations")
        .send()
        .await
        .expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_the_own_invitations_of_all_organizations() {
    let app = start().await;
    let (owner, guest, first) = invited(&app).await;
    create(&app, &owner, "other").await;
    let second = invite(&app, &owner, GUEST, "admin").await.expect(200).json();
    let _ = invite(&app, &owner, "roe@example.com", "admin").await.expect(200);
    let listed = get(&app, "list-user-invitations", &guest).await.expect(200).json();
    let mut ids: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    ids.sort_by_key(ToString::to_string);
    let mut expected = vec![first["id"].clone(), second["id"].clone()];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(ids, expected);
    assert_eq!(listed[0]["organizationName"], "Acme");
    // What was answered, or has expired, waits no more.
    let _ = call(&app, "reject-invitation", &guest, json!({"invitationId": first["id"]}))
        .await
        .expect(200);
    let listed = get(&app, "list-user-invitations", &guest).await.expect(200).json();
    assert_eq!(listed.as_array().expect("a list").len(), 1);
    app.clock.advance(SignedDuration::from_hours(48));
    assert_eq!(
        get(&app, "list-user-invitations", &guest).await.expect(200).json(),
        json!([])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_verified_the_address_sees_its_invitations() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let unverified = sign_up(&app, GUEST).await;
    let invitation = invite(&app, &owner, GUEST, "member").await.expect(200).json();
    let id = invitation["id"].as_str().expect("an id");
    for operation in ["list-user-invitations", &format!("get-invitation?id={id}")] {
        let answer = get(&app, operation, &unverified).await;
        let code = "EMAIL_VERIFICATION_REQUIRED_FOR_INVITATION";
        let message = "Email verification required to view or list invitations for the session email";
        assert_error(&answer, 403, code, message);
    }
    let _ = app
        .get("/api/auth/organization/list-user-invitations")
        .send()
        .await
        .expect(401);
}
