//! Invitations as a weapon against mailboxes, and in the hands of a member who has lost the right to invite.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::{EmailAddress, OrganizationId, OrganizationRole, RateLimit};
use shared::operations::{Caller, Interruption, InviteMember, InviteMemberError};
use shared::testkit::{Answer, TestApp};

use super::support::{
    ACCEPT, FINISH, GUEST, INVITE, OWNER, VALIDATE, create, id_of, invite, joined, members, newcomer, sign_up, verified,
};
use super::{assert_code, assert_error, call, get, post};
use crate::{start, start_with};

const LIMITED: &[(&str, &str)] = &[("RATE_LIMITS", "on"), ("ORGANIZATION_INVITATION_LIMIT", "1000")];
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn assert_limited(answer: &Answer, at_least: u32) {
    assert_code(answer, 429, "TOO_MANY_REQUESTS");
    let seconds: u32 = answer.header("retry-after").expect("a time").parse().expect("seconds");
    assert!(seconds >= at_least, "{seconds}");
}

fn to(organization: &str, email: &str, client_ip: &str) -> InviteMember {
    InviteMember {
        message: None,
        owners_rank_admins: false,
        organization_id: OrganizationId::parse(organization).expect("an id"),
        email: EmailAddress::parse(email).expect("an address"),
        roles: OrganizationRole::Member.into(),
        teams: Vec::new(),
        client_ip: client_ip.to_owned(),
    }
}

/// As many invitations as that, a minute apart for each five.
async fn send(app: &TestApp, caller: &Caller, organization: &str, numbers: std::ops::Range<u32>) {
    for number in numbers {
        if number % 5 == 0 {
            app.clock.advance(MINUTE);
        }
        let command = to(organization, &format!("m{number}@example.com"), "192.0.2.1");
        let sent = app.core().invite_member(caller, command, app.clock.now()).await;
        let _ = sent.expect("an invitation");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_sends_five_invitations_in_a_minute() {
    let app = start_with(LIMITED).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    for number in 0..RateLimit::REQUEST_MAIL.max {
        let email = format!("m{number}@example.com");
        let _ = invite(&app, &owner, &email, "member").await.expect(200);
    }
    assert_limited(&invite(&app, &owner, GUEST, "member").await, 1);
    assert!(app.mails().iter().all(|mail| mail.to != [GUEST]));
    app.clock.advance(MINUTE);
    let _ = invite(&app, &owner, GUEST, "member").await.expect(200);
}

/// Many providers deliver what has a tag to the mailbox without one.
#[tokio::test(flavor = "multi_thread")]
async fn tags_do_not_make_further_mailboxes() {
    let app = start_with(LIMITED).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    app.clock.advance(MINUTE);
    for number in 0..RateLimit::MAIL_REQUESTS.max {
        let email = format!("eve+{number}@example.com");
        let _ = invite(&app, &owner, &email, "member").await.expect(200);
    }
    app.clock.advance(MINUTE);
    assert_limited(&invite(&app, &owner, "eve+x@example.com", "member").await, 60);
    assert_limited(&invite(&app, &owner, GUEST, "member").await, 60);
    let _ = invite(&app, &owner, "roe@example.com", "member").await.expect(200);
}

/// Neither do they keep the owner of the mailbox from other mails, nor other mails an organization from inviting.
#[tokio::test(flavor = "multi_thread")]
async fn invitations_have_mails_of_their_own() {
    let app = start_with(LIMITED).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    for number in 0..RateLimit::UNVERIFIED_MAILBOX.max {
        app.clock.advance(MINUTE);
        sign_up(&app, &format!("eve+{number}@example.com")).await;
    }
    for number in 0..RateLimit::MAIL_REQUESTS.max {
        app.clock.advance(MINUTE);
        let invited = invite(&app, &owner, &format!("eve+x{number}@example.com"), "member").await;
        let _ = invited.expect(200);
    }
    assert_eq!(app.count_mails("invitation"), RateLimit::MAIL_REQUESTS.max as usize);
    app.clock.advance(SignedDuration::from_mins(10));
    assert_limited(&invite(&app, &owner, GUEST, "member").await, 1);
    sign_up(&app, GUEST).await;
    assert_eq!(app.last_mail("verify-email").to, [GUEST]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_in_a_day_is_not_given_back() {
    let app = start_with(LIMITED).await;
    let owner = sign_up(&app, OWNER).await;
    let first = create(&app, &owner, "first").await;
    let second = create(&app, &owner, "second").await;
    let caller = app.caller(&owner).await;
    let half = RateLimit::INVITATIONS_OF_USER.max / 2;
    send(&app, &caller, &first, 0..half).await;
    // Neither withdrawing them, nor another organization, nor sending one again is a way around it.
    app.clock.advance(MINUTE);
    for id in 0..10 {
        let listed = get(&app, &format!("list-invitations?organizationId={first}"), &owner)
            .await
            .json();
        let withdrawn = call(
            &app,
            "cancel-invitation",
            &owner,
            json!({"invitationId": listed[id]["id"]}),
        )
        .await;
        let _ = withdrawn.expect(200);
    }
    send(&app, &caller, &second, half..2 * half).await;
    app.clock.advance(MINUTE);
    for body in [
        json!({"email": GUEST, "role": "member", "organizationId": first}),
        json!({"email": "m20@example.com", "role": "member", "organizationId": first, "resend": true}),
        json!({"email": GUEST, "role": "member", "organizationId": second}),
    ] {
        assert_limited(&post(&app, INVITE, &owner, body).await, 3600);
    }
    assert!(app.mails().iter().all(|mail| mail.to != [GUEST]));
    app.clock.advance(SignedDuration::from_hours(24));
    let body = json!({"email": GUEST, "role": "member", "organizationId": first});
    let _ = post(&app, INVITE, &owner, body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_has_a_daily_limit_over_all_its_senders() {
    let app = start_with(LIMITED).await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let mut senders = vec![owner.clone()];
    for number in 0..2 {
        app.clock.advance(MINUTE);
        senders.push(joined(&app, &owner, &format!("admin{number}@example.com"), "admin").await);
    }
    // The two that made the admins count.
    let share = RateLimit::INVITATIONS_OF_ORGANIZATION.max / 2 - 1;
    for (at, sender) in (0..).zip(&senders[1..]) {
        let caller = app.caller(sender).await;
        send(&app, &caller, &id, at * share..(at + 1) * share).await;
    }
    app.clock.advance(MINUTE);
    assert_limited(&invite(&app, &owner, GUEST, "member").await, 3600);
    create(&app, &owner, "own").await;
    let _ = invite(&app, &owner, GUEST, "member").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_the_last_invitation_of_the_day_one_sends_it() {
    let app = Arc::new(start_with(LIMITED).await);
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let caller = app.caller(&owner).await;
    send(&app, &caller, &id, 0..RateLimit::INVITATIONS_OF_USER.max - 1).await;
    app.clock.advance(MINUTE);
    let running: Vec<_> = (0..16)
        .map(|number| {
            let (app, caller) = (Arc::clone(&app), caller.clone());
            let command = to(
                &id,
                &format!("last{number}@example.com"),
                &format!("198.51.100.{number}"),
            );
            tokio::spawn(async move { app.core().invite_member(&caller, command, app.clock.now()).await })
        })
        .collect();
    let mut sent = 0;
    for request in running {
        match request.await.expect("no panic") {
            Ok(_) => sent += 1,
            Err(error) => assert!(
                matches!(
                    error,
                    InviteMemberError::Interrupted(Interruption::TooManyRequests { .. } | Interruption::Unavailable)
                ),
                "{error:?}"
            ),
        }
    }
    assert_eq!(sent, 1);
}

/// An owner who is about to be removed has a second address of theirs invited as owner.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_leaves_no_way_back_in() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let mallory = joined(&app, &owner, "mallory@example.com", "owner").await;
    let second = verified(&app, "second@example.com").await;
    let invitation = invite(&app, &mallory, "second@example.com", "owner")
        .await
        .expect(200)
        .json();
    let _ = invite(&app, &mallory, "third@example.com", "owner").await.expect(200);
    let token = app.mailed_token("invitation");
    let removal = json!({"memberIdOrEmail": "mallory@example.com"});
    let _ = call(&app, "remove-member", &owner, removal).await.expect(200);
    let answer = post(&app, ACCEPT, &second, json!({"invitationId": invitation["id"]})).await;
    let code = "INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION";
    assert_error(&answer, 400, code, "Inviter is no longer a member of the organization");
    let id_of_invitation = invitation["id"].as_str().expect("an id");
    let shown = get(&app, &format!("get-invitation?id={id_of_invitation}"), &second).await;
    assert_code(&shown, 400, code);
    for (path, body) in [(VALIDATE, json!({"token": token})), (FINISH, newcomer(&token))] {
        let answer = app.post(path).json(&body).send().await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
    }
    assert_eq!(members(&app, OrganizationId::parse(&id).expect("an id")).await, (1, 1));
    // The invitation is valid again once a member with the right renews it.
    let again = json!({"email": "second@example.com", "role": "member", "resend": true});
    let again = call(&app, "invite-member", &owner, again).await.expect(200).json();
    let _ = post(&app, ACCEPT, &second, json!({"invitationId": again["id"]}))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_worth_what_its_sender_is() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let mallory = joined(&app, &owner, "mallory@example.com", "owner").await;
    let guest = verified(&app, GUEST).await;
    let invitation = invite(&app, &mallory, GUEST, "admin").await.expect(200).json();
    let accept = async || post(&app, ACCEPT, &guest, json!({"invitationId": invitation["id"]})).await;
    let become_ = async |role: &str| {
        let change = json!({"memberId": id_of(&app, &mallory).await, "role": role});
        let _ = call(&app, "update-member-role", &owner, change).await.expect(200);
    };
    become_("member").await;
    assert_code(
        &accept().await,
        400,
        "INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION",
    );
    // An admin may have said the same.
    become_("admin").await;
    let _ = accept().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_goes_out_for_who_was_removed_meanwhile() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let mallory = joined(&app, &owner, "mallory@example.com", "owner").await;
    app.aws.faults().set(local_aws::Service::Ses, local_aws::Mode::Error);
    let _ = invite(&app, &mallory, GUEST, "owner").await.expect(200);
    let removal = json!({"memberIdOrEmail": "mallory@example.com"});
    let _ = call(&app, "remove-member", &owner, removal).await.expect(200);
    app.aws.faults().set(local_aws::Service::Ses, local_aws::Mode::Off);
    app.deliver_mail().await;
    assert!(app.mails().iter().all(|mail| mail.to != [GUEST]));
}
