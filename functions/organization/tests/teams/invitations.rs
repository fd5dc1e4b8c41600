//! `POST /validate-invitation-token` and `POST /finish-invitation`.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::domain::{InvitationToken, Secret};
use shared::testkit::{Answer, TestApp};

use super::assert_error;
use super::support::{
    FINISH, GUEST, INVITE, OTHER_PASSWORD, OWNER, PASSWORD, VALIDATE, at_once, create_with_seats, guest_is_invited,
    invited, members, newcomer, sign_in, sign_up, tokens, tokens_of,
};
use crate::{start, start_with};

async fn validate(app: &TestApp, token: &str) -> Answer {
    app.post(VALIDATE).json(&json!({"token": token})).send().await
}

async fn finish(app: &TestApp, body: &Value) -> Answer {
    app.post(FINISH).json(body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_may_be_looked_at_and_stays_valid() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    for _ in 0..2 {
        assert_eq!(validate(&app, &token).await.expect(200).json(), json!(true));
    }
    let _ = finish(&app, &newcomer(&token)).await.expect(200);
    assert_error(&validate(&app, &token).await, 400, "Invalid or expired token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_invitation_makes_a_member_and_no_session() {
    let app = start().await;
    let (owner, token) = guest_is_invited(&app).await;
    let answer = finish(&app, &newcomer(&token)).await.expect(200);
    assert_eq!(
        answer.json(),
        json!({
            "message": "Invitation finished successfully",
            "description": "Your account has been activated and your password has been set successfully.",
        })
    );
    assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());

    let (access, _) = tokens_of(&sign_in(&app, GUEST, PASSWORD).await.expect(200));
    let member = app.caller(&access).await;
    let sessions = app.core().store.list_sessions(member.user.id).await.expect("an answer");
    assert_eq!(sessions.len(), 1, "only the one of the sign-in");
    assert!(member.user.is_email_verified());
    assert_eq!(
        member.session.active_organization,
        app.caller(&owner).await.session.active_organization
    );
    let me = app.get("/auth/me").bearer(&access).send().await.expect(200).json();
    assert_eq!(
        (&me["firstName"], &me["lastName"], &me["roles"]),
        (&json!("Eve"), &json!("Roe"), &json!(["User"]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_other_kinds_open_nothing() {
    let app = start().await;
    let (owner, token) = guest_is_invited(&app).await;
    let (access, refresh) = tokens(&app, OWNER).await;
    let _ = app
        .post("/auth/forgot-password")
        .json(&json!({"email": OWNER}))
        .send()
        .await
        .expect(200);
    let (reset, verify) = (app.mailed_token("reset-password"), app.mailed_token("verify-email"));
    let altered = format!(
        "{}{}",
        &token[..token.len() - 1],
        if token.ends_with('A') { "B" } else { "A" }
    );
    for wrong in [
        &owner, &access, &refresh, &reset, &verify, &altered, "x", "inv_", "\u{0}",
    ] {
        for answer in [validate(&app, wrong).await, finish(&app, &newcomer(wrong)).await] {
            assert_error(&answer, 400, "Invalid or expired token");
            assert_eq!(answer.usage.dynamodb, 0, "its form gives it away");
        }
    }
    let _ = finish(&app, &newcomer(&token)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_expires() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    app.clock.advance(SignedDuration::from_hours(48));
    assert_error(&validate(&app, &token).await, 400, "Invalid or expired token");
    assert_error(&finish(&app, &newcomer(&token)).await, 400, "Invalid or expired token");
    let _ = sign_in(&app, GUEST, PASSWORD).await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_mail_supersedes_the_earlier_one() {
    let app = start().await;
    let (owner, first) = guest_is_invited(&app).await;
    let again = json!({"email": GUEST, "role": "member", "resend": true});
    let _ = app.post(INVITE).bearer(&owner).json(&again).send().await.expect(200);
    assert_error(&finish(&app, &newcomer(&first)).await, 400, "Invalid or expired token");
    let _ = finish(&app, &newcomer(&app.mailed_token("invitation")))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_the_rules_leaves_the_invitation_as_it_is() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    let with = |field: &str, value: Value| {
        let mut body = newcomer(&token);
        body[field] = value;
        body
    };
    for (body, message) in [
        (
            with("newPassword", json!("short")),
            "Validation failed: password must have at least 8 characters",
        ),
        (
            with("newPassword", json!("password1")),
            "Validation failed: password is too common",
        ),
        (
            with("newPassword", json!("ostiary2026!")),
            "Validation failed: password is too easy to guess",
        ),
        (
            with("newPassword", json!("x".repeat(1025))),
            "Validation failed: password must have at most 1024 characters",
        ),
        (
            with("newPassword", json!(12_345_678)),
            "Validation failed: newPassword must be of type string",
        ),
        (
            with("firstName", json!("")),
            "Validation failed: firstName must have at least 1 characters",
        ),
        (
            with("lastName", json!("x".repeat(101))),
            "Validation failed: lastName must have at most 100 characters",
        ),
        (
            with("token", Value::Null),
            "Validation failed: token must be of type string",
        ),
        (
            json!({"token": token}),
            "Validation failed: newPassword is missing; firstName is missing; lastName is missing",
        ),
    ] {
        assert_error(&finish(&app, &body).await, 400, message);
    }
    assert_error(
        &validate(&app, "").await,
        400,
        "Validation failed: token must have at least 1 characters",
    );
    let _ = finish(&app, &newcomer(&token)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_exists_is_left_alone() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    let guest = sign_up(&app, GUEST).await;
    let mut body = newcomer(&token);
    body["newPassword"] = json!(OTHER_PASSWORD);
    assert_error(&finish(&app, &body).await, 400, "User already exists");
    let _ = sign_in(&app, GUEST, OTHER_PASSWORD).await.expect(400);
    let _ = sign_in(&app, GUEST, PASSWORD).await.expect(200);
    let user = app.caller(&guest).await.user;
    assert_eq!(
        (user.name.as_str(), user.memberships.len(), user.is_email_verified()),
        ("Ada Lovelace", 0, false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_use_a_token_one_joins() {
    let app = Arc::new(start().await);
    let (owner, token) = guest_is_invited(&app).await;
    let ended = at_once(&app, FINISH, None, vec![newcomer(&token); 16]).await;
    assert_eq!(ended[0].0, 200);
    for (status, body) in &ended[1..] {
        assert_eq!((*status, &body["message"]), (400, &json!("Invalid or expired token")));
    }
    let organization = app
        .caller(&owner)
        .await
        .session
        .active_organization
        .expect("an organization");
    assert_eq!(members(&app, organization).await, (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_want_the_last_seat_one_joins() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let organization = create_with_seats(&app, &owner, 2).await;
    let tokens = [
        invited(&app, &owner, GUEST).await,
        invited(&app, &owner, "roe@example.com").await,
    ];
    let bodies = tokens.iter().map(|token| newcomer(token)).collect();
    let ended = at_once(&app, FINISH, None, bodies).await;
    assert_eq!((ended[0].0, ended[1].0), (200, 400));
    assert_eq!(ended[1].1["message"], "The team has no free seat");
    assert_eq!(members(&app, organization).await, (2, 2));
    let mut signed_in = Vec::new();
    for email in [GUEST, "roe@example.com"] {
        signed_in.push(sign_in(&app, email, PASSWORD).await.status.as_u16());
    }
    signed_in.sort_unstable();
    assert_eq!(signed_in, [200, 400], "the user who did not join has no account either");
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_and_finishing_are_limited() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let (_, token) = guest_is_invited(&app).await;
    let weak = |token: &str| json!({"newPassword": OTHER_PASSWORD, "token": token, "firstName": "E", "lastName": "R"});
    let unknown = InvitationToken::parse(&token).map(|known| InvitationToken {
        secret: Secret::from_bytes([7; 32]),
        ..known
    });
    let unknown = unknown.expect("a token").to_string();
    // Only refused tokens count.
    for _ in 0..7 {
        let _ = validate(&app, &token).await.expect(200);
    }
    for _ in 0..5 {
        assert_error(&validate(&app, &unknown).await, 400, "Invalid or expired token");
    }
    let answer = validate(&app, &token).await;
    assert_error(&answer, 429, "Too many requests");
    assert_eq!(answer.header("retry-after"), Some("60"));

    for _ in 0..5 {
        assert_error(&finish(&app, &weak(&unknown)).await, 400, "Invalid or expired token");
    }
    assert_error(&finish(&app, &newcomer(&token)).await, 429, "Too many requests");
    app.clock.advance(SignedDuration::from_mins(1));
    let _ = finish(&app, &newcomer(&token)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_table_is_down_an_invitation_waits() {
    let app = start().await;
    let (_, token) = guest_is_invited(&app).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    for answer in [validate(&app, &token).await, finish(&app, &newcomer(&token)).await] {
        assert_error(&answer, 503, "Service unavailable");
    }
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    let _ = finish(&app, &newcomer(&token)).await.expect(200);
}
