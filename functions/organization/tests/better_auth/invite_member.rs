//! `POST /organization/invite-member`: who may invite whom.

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::{EmailAddress, OrganizationId, OrganizationRole};
use shared::operations::{InviteMember, InviteMemberError};
use shared::store::Changes;
use shared::testkit::TestApp;

use super::support::{
    FINISH, GUEST, INVITE, OWNER, PASSWORD, create, create_with_seats, guest_is_invited, invite, newcomer, sign_up,
    tokens,
};
use super::{assert_error, post};
use crate::start;

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_mailed() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let organization = create(&app, &owner, "acme").await;
    let answer = invite(&app, &owner, "Eve@Example.com", "admin")
        .await
        .expect(200)
        .json();
    let inviter = app.caller(&owner).await.user.id.to_string();
    assert_eq!(
        answer,
        json!({
            "id": answer["id"], "organizationId": organization, "email": GUEST, "role": "admin", "status": "pending",
            "teamId": null, "inviterId": inviter, "expiresAt": "2026-02-02T12:00:00.000Z", "createdAt": "2026-01-31T12:00:00.000Z",
        })
    );
    let mail = app.last_mail("invitation");
    assert_eq!(mail.to, [GUEST]);
    let text = mail.text.expect("a text");
    assert!(text.contains("Acme") && text.contains("Ada Lovelace"), "{text}");
    assert!(
        text.contains("http://127.0.0.1:3000/link/invitation?token=inv_"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_named_or_active() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let answer = invite(&app, &owner, GUEST, "member").await;
    assert_error(&answer, 400, "ORGANIZATION_NOT_FOUND", "Organization not found");
    let first = create(&app, &owner, "first").await;
    let second = create(&app, &owner, "second").await;
    let named = json!({"email": GUEST, "role": "member", "organizationId": first});
    let answer = post(&app, INVITE, &owner, named).await.expect(200);
    assert_eq!(answer.json()["organizationId"], first);
    let answer = invite(&app, &owner, GUEST, "member").await.expect(200);
    assert_eq!(answer.json()["organizationId"], second);
}

#[tokio::test(flavor = "multi_thread")]
async fn outsiders_do_not_invite() {
    let app = start().await;
    let (owner, eve) = (sign_up(&app, OWNER).await, sign_up(&app, GUEST).await);
    let organization = create(&app, &owner, "acme").await;
    let unknown = app.caller(&owner).await.user.id.to_string();
    for id in [organization.as_str(), unknown.as_str(), "nonsense", "'; --"] {
        let body = json!({"email": "roe@example.com", "role": "member", "organizationId": id});
        let answer = post(&app, INVITE, &eve, body).await;
        assert_error(&answer, 400, "MEMBER_NOT_FOUND", "Member not found");
    }
}

/// The owner's role is another from now on.
async fn as_role(app: &TestApp, owner: &str, role: OrganizationRole) {
    let mut user = app.caller(owner).await.user;
    user.memberships[0].roles = role.into();
    let changes = Changes::new()
        .update_member(&user, &user.memberships[0])
        .update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_invites_up_to_itself() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    for (who, role, allowed) in [("a", "owner", true), ("b", "admin", true), ("c", "member", true)] {
        let answer = invite(&app, &owner, &format!("{who}@example.com"), role).await;
        assert_eq!(answer.status == 200, allowed, "{role}");
    }
    as_role(&app, &owner, OrganizationRole::Admin).await;
    let answer = invite(&app, &owner, "d@example.com", "owner").await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE";
    assert_error(
        &answer,
        403,
        code,
        "You are not allowed to invite a user with this role",
    );
    let _ = invite(&app, &owner, "d@example.com", "admin").await.expect(200);
    as_role(&app, &owner, OrganizationRole::Member).await;
    let answer = invite(&app, &owner, "e@example.com", "member").await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION";
    assert_error(
        &answer,
        403,
        code,
        "You are not allowed to invite users to this organization",
    );
    // Renewing another member's invitation counts as inviting.
    let again = json!({"email": "a@example.com", "role": "member", "resend": true});
    assert_eq!(post(&app, INVITE, &owner, again).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_role_meanwhile_does_not_invite() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let organization = create(&app, &owner, "acme").await;
    let before = app.caller(&owner).await;
    as_role(&app, &owner, OrganizationRole::Member).await;
    let command = InviteMember {
        message: None,
        owners_rank_admins: false,
        organization_id: OrganizationId::parse(&organization).expect("an id"),
        email: EmailAddress::parse(GUEST).expect("an address"),
        roles: OrganizationRole::Admin.into(),
        teams: Vec::new(),
        client_ip: String::new(),
    };
    let result = app.core().invite_member(&before, command, app.clock.now()).await;
    assert!(matches!(result, Err(InviteMemberError::MayNotInvite)), "{result:?}");
    app.deliver_mail().await;
    assert!(app.mails().iter().all(|mail| mail.to != [GUEST]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_invited_is_refused() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    for email in [
        "nonsense",
        "",
        "a@",
        "a b@example.com",
        "a@example.com\r\nBcc: b@example.com",
    ] {
        assert_error(
            &invite(&app, &owner, email, "member").await,
            400,
            "INVALID_EMAIL",
            "Invalid email",
        );
    }
    for (role, unknown) in [
        ("zzz", "zzz"),
        ("OWNER", "OWNER"),
        ("member, boss", "boss"),
        ("a b", "a b"),
    ] {
        let answer = invite(&app, &owner, GUEST, role).await;
        assert_error(&answer, 400, "ROLE_NOT_FOUND", &format!("ROLE_NOT_FOUND: {unknown}"));
    }
    for role in [json!(""), json!([]), json!(" , ")] {
        let answer = post(&app, INVITE, &owner, json!({"email": GUEST, "role": role})).await;
        assert_error(&answer, 400, "ROLE_NOT_FOUND", "Role not found");
    }
    for body in [
        json!({"email": GUEST}),
        json!({"role": "member"}),
        json!({"email": 1, "role": "member"}),
        json!({"email": GUEST, "role": ["member", 1]}),
        json!([]),
    ] {
        let answer = post(&app, INVITE, &owner, body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (400, &json!("VALIDATION_ERROR"))
        );
    }
    assert_eq!(
        app.mails().len(),
        1,
        "but for the owner's own verification, no mail went out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_not_invited() {
    let app = start().await;
    let (owner, token) = guest_is_invited(&app).await;
    let _ = app.post(FINISH).json(&newcomer(&token)).send().await.expect(200);
    for email in [OWNER, GUEST] {
        let answer = invite(&app, &owner, email, "member").await;
        let code = "USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION";
        assert_error(&answer, 400, code, "User is already a member of this organization");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_free_seat_no_user_is_invited() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_with_seats(&app, &owner, 1).await;
    let answer = invite(&app, &owner, GUEST, "member").await;
    let code = "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED";
    assert_error(&answer, 403, code, "Organization membership limit reached");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_organization_has_no_invitations() {
    let app = start().await;
    let body = json!({"email": OWNER, "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD});
    let _ = app.post("/api/auth/signup").json(&body).send().await.expect(201);
    let (token, _) = tokens(&app, OWNER).await;
    assert_eq!(invite(&app, &token, GUEST, "member").await.status, 403);
}
