//! `POST /organization/accept-invitation`, by a user who is there.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::OrganizationId;
use shared::testkit::{Answer, TestApp};

use super::support::{
    ACCEPT, FINISH, GUEST, OWNER, create, create_with_seats, id_of, invite, joined, members, newcomer, sign_up,
    verified,
};
use super::{active, assert_code, assert_error, call, get, post};
use crate::{start, start_with};

/// An owner, a verified guest, and the invitation of the guest.
async fn invited(app: &TestApp, role: &str) -> (String, String, Value) {
    let owner = sign_up(app, OWNER).await;
    create(app, &owner, "acme").await;
    let guest = verified(app, GUEST).await;
    let invitation = invite(app, &owner, GUEST, role).await.expect(200).json();
    (owner, guest, invitation)
}

async fn accept(app: &TestApp, token: &str, id: &Value) -> Answer {
    post(app, ACCEPT, token, json!({"invitationId": id})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_makes_a_member_and_activates_the_organization() {
    let app = start().await;
    let (owner, guest, invitation) = invited(&app, "admin").await;
    let organization = invitation["organizationId"].clone();
    let answer = accept(&app, &guest, &invitation["id"]).await.expect(200).json();
    let mut accepted = invitation.clone();
    accepted["status"] = json!("accepted");
    let user = id_of(&app, &guest).await;
    let member = json!({
        "id": user, "organizationId": organization, "userId": user, "role": "admin", "createdAt": "2026-01-31T12:00:00.000Z",
    });
    assert_eq!(answer, json!({"invitation": accepted, "member": member}));
    assert_eq!(active(&app, &guest).await, organization);
    let id = OrganizationId::parse(organization.as_str().expect("an id")).expect("an id");
    assert_eq!(members(&app, id).await, (2, 2));
    let listed = get(&app, "list-invitations", &owner).await.expect(200).json();
    assert_eq!(listed[0]["status"], "accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_the_mail_names_the_invitation_too() {
    let app = start().await;
    let (_, guest, _) = invited(&app, "member").await;
    let token = json!(app.mailed_token("invitation"));
    let _ = accept(&app, &guest, &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_once_by_whichever_way() {
    let app = start().await;
    let (_, guest, invitation) = invited(&app, "member").await;
    let token = app.mailed_token("invitation");
    let _ = accept(&app, &guest, &invitation["id"]).await.expect(200);
    assert_error(
        &accept(&app, &guest, &invitation["id"]).await,
        400,
        "INVITATION_NOT_FOUND",
        "Invitation not found",
    );
    let _ = app.post(FINISH).json(&newcomer(&token)).send().await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_address_that_was_invited_accepts_and_only_when_it_is_verified() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let other = verified(&app, "roe@example.com").await;
    // A sign-up with an address does not prove access to its mailbox.
    let unverified = sign_up(&app, GUEST).await;
    let verification = app.mailed_token("verify-email");
    let invitation = invite(&app, &owner, GUEST, "member").await.expect(200).json();
    let id = &invitation["id"];
    for operation in ["accept-invitation", "reject-invitation"] {
        let answer = call(&app, operation, &other, json!({"invitationId": id})).await;
        let code = "YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION";
        assert_error(&answer, 403, code, "You are not the recipient of the invitation");
        let answer = call(&app, operation, &unverified, json!({"invitationId": id})).await;
        let code = "EMAIL_VERIFICATION_REQUIRED_BEFORE_ACCEPTING_OR_REJECTING_INVITATION";
        assert_error(
            &answer,
            403,
            code,
            "Email verification required before accepting or rejecting invitation",
        );
    }
    // The token of the mail is no way around it.
    let token = json!(app.mailed_token("invitation"));
    assert_eq!(accept(&app, &unverified, &token).await.status, 403);
    let _ = app
        .get(&format!("/api/auth/verify-email?token={verification}"))
        .send()
        .await
        .expect(200);
    let _ = accept(&app, &unverified, id).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_pending_invitation_is_not_found() {
    let app = start().await;
    let (owner, guest, invitation) = invited(&app, "member").await;
    let id = invitation["id"].as_str().expect("an id");
    let other = format!("{}{}", &id[..63], if id.ends_with('0') { '1' } else { '0' });
    for unknown in [
        json!("nonsense"),
        json!(""),
        json!(other),
        json!(id_of(&app, &owner).await),
    ] {
        let answer = accept(&app, &guest, &unknown).await;
        assert_error(&answer, 400, "INVITATION_NOT_FOUND", "Invitation not found");
    }
    assert_code(&post(&app, ACCEPT, &guest, json!({})).await, 400, "VALIDATION_ERROR");
    let _ = app
        .post(ACCEPT)
        .json(&json!({"invitationId": id}))
        .send()
        .await
        .expect(401);
    app.clock.advance(SignedDuration::from_hours(48));
    assert_code(
        &accept(&app, &guest, &invitation["id"]).await,
        400,
        "INVITATION_NOT_FOUND",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_free_seat_no_user_joins() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create_with_seats(&app, &owner, 2).await;
    let (first, second) = (verified(&app, GUEST).await, verified(&app, "roe@example.com").await);
    let invitations = [
        invite(&app, &owner, GUEST, "member").await.expect(200).json(),
        invite(&app, &owner, "roe@example.com", "member")
            .await
            .expect(200)
            .json(),
    ];
    let _ = accept(&app, &first, &invitations[0]["id"]).await.expect(200);
    let answer = accept(&app, &second, &invitations[1]["id"]).await;
    let code = "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED";
    assert_error(&answer, 403, code, "Organization membership limit reached");
    assert_eq!(members(&app, id).await, (2, 2));
    // The invitation is still open when a seat is.
    let _ = call(&app, "remove-member", &owner, json!({"memberIdOrEmail": GUEST}))
        .await
        .expect(200);
    let _ = accept(&app, &second, &invitations[1]["id"]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_has_as_many_members_as_the_deployment_allows() {
    let app = start_with(&[("ORGANIZATION_MEMBERSHIP_LIMIT", "2")]).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let late = invite(&app, &owner, "roe@example.com", "member")
        .await
        .expect(200)
        .json();
    joined(&app, &owner, GUEST, "member").await;
    let roe = verified(&app, "roe@example.com").await;
    assert_code(
        &accept(&app, &roe, &late["id"]).await,
        403,
        "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED",
    );
    let answer = invite(&app, &owner, "doe@example.com", "member").await;
    assert_code(&answer, 403, "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_roles_come_with_one_invitation() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let guest = verified(&app, GUEST).await;
    let body = json!({"email": GUEST, "role": ["admin", "member"]});
    let invitation = call(&app, "invite-member", &owner, body).await.expect(200).json();
    assert_eq!(invitation["role"], "admin,member");
    let answer = accept(&app, &guest, &invitation["id"]).await.expect(200).json();
    assert_eq!(answer["member"]["role"], "admin,member");
    let asked = json!({"permissions": {"member": ["delete"]}});
    assert_eq!(
        call(&app, "has-permission", &guest, asked).await.expect(200).json()["success"],
        true
    );
}
