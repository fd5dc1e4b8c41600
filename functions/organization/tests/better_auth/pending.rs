//! Invitations that are pending: one for each address, sent again, expired, accepted.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::json;
use shared::domain::OrganizationRole;

use super::support::{
    FINISH, GUEST, INVITE, OWNER, PASSWORD, VALIDATE, at_once, create, guest_is_invited, invite, invited, newcomer,
    sign_up, tokens,
};
use super::{assert_error, post};
use crate::{start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_one_pending_invitation() {
    let app = start().await;
    let (owner, _) = guest_is_invited(&app).await;
    for email in [GUEST, "EVE@example.com"] {
        let answer = invite(&app, &owner, email, "admin").await;
        let code = "USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION";
        assert_error(&answer, 400, code, "User is already invited to this organization");
    }
    // Other organizations have nothing to do with it.
    create(&app, &owner, "other").await;
    let _ = invite(&app, &owner, GUEST, "member").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_invitations_of_an_address_one_is_sent() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let bodies = vec![json!({"email": GUEST, "role": "member"}); 16];
    let ended = at_once(&app, INVITE, Some(&owner), bodies).await;
    assert_eq!(ended[0].0, 200);
    for (status, body) in &ended[1..] {
        assert_eq!(
            (*status, &body["code"]),
            (400, &json!("USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION"))
        );
    }
    app.deliver_mail().await;
    assert_eq!(app.mails().iter().filter(|mail| mail.to == [GUEST]).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_is_sent_again_replaces_the_one_before() {
    let app = start().await;
    let (owner, first) = guest_is_invited(&app).await;
    app.clock.advance(SignedDuration::from_hours(24));
    let again = json!({"email": GUEST, "role": "admin", "resend": true});
    let answer = post(&app, INVITE, &owner, again).await.expect(200).json();
    assert_eq!(
        (&answer["role"], &answer["expiresAt"]),
        (&json!("admin"), &json!("2026-02-03T12:00:00.000Z"))
    );
    assert_eq!(
        answer["createdAt"], "2026-01-31T12:00:00.000Z",
        "it is the same invitation"
    );

    let second = app.mailed_token("invitation");
    assert_ne!(second, first);
    let _ = app
        .post(VALIDATE)
        .json(&json!({"token": first}))
        .send()
        .await
        .expect(400);
    let _ = app
        .post(VALIDATE)
        .json(&json!({"token": second}))
        .send()
        .await
        .expect(200);
    app.clock.advance(SignedDuration::from_hours(47));
    let _ = app.post(FINISH).json(&newcomer(&second)).send().await.expect(200);
    let (member, _) = tokens(&app, GUEST).await;
    assert_eq!(
        app.caller(&member).await.user.memberships[0].roles,
        OrganizationRole::Admin.into()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_invited_yet_may_be_invited_again() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let again = json!({"email": GUEST, "role": "member", "resend": "true"});
    let first = post(&app, INVITE, &owner, again.clone()).await.expect(200).json();
    let second = post(&app, INVITE, &owner, again).await.expect(200).json();
    assert_eq!(first["id"], second["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_invitation_has_expired_there_may_be_another() {
    let app = start().await;
    let (owner, first) = guest_is_invited(&app).await;
    app.clock.advance(SignedDuration::from_hours(48));
    let second = invited(&app, &owner, GUEST).await;
    let _ = app.post(FINISH).json(&newcomer(&first)).send().await.expect(400);
    let _ = app.post(FINISH).json(&newcomer(&second)).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invitee_may_join_through_the_basic_contract() {
    let app = start().await;
    let (owner, token) = guest_is_invited(&app).await;
    let body = json!({"first_name": "Eve", "last_name": "Roe", "password": PASSWORD, "invite_token": token});
    let answer = app
        .post("/api/auth/signup_invite")
        .json(&body)
        .send()
        .await
        .expect(201)
        .json();
    let member = app.caller(answer["access_token"].as_str().expect("a token")).await;
    let organization = app.caller(&owner).await.session.active_organization;
    assert_eq!(member.session.active_organization, organization);
    assert!(member.user.is_email_verified());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_not_flooded() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let again = json!({"email": GUEST, "role": "member", "resend": true});
    app.clock.advance(SignedDuration::from_mins(1));
    for _ in 0..5 {
        let _ = post(&app, INVITE, &owner, again.clone()).await.expect(200);
    }
    app.clock.advance(SignedDuration::from_mins(1));
    let answer = post(&app, INVITE, &owner, again).await.expect(429);
    assert!(answer.header("retry-after").is_some());
    let _ = invite(&app, &owner, "roe@example.com", "member").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_ses_is_down_an_invitation_waits_for_it() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    app.aws.faults().set(Service::Ses, Mode::Error);
    let _ = invite(&app, &owner, GUEST, "member").await.expect(200);
    app.aws.faults().set(Service::Ses, Mode::Off);
    app.clock.advance(SignedDuration::from_mins(1));
    app.deliver_due_mail().await;
    let _ = app
        .post(FINISH)
        .json(&newcomer(&app.mailed_token("invitation")))
        .send()
        .await
        .expect(200);
}
