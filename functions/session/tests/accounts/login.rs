//! `POST /auth/login`: who is signed in, with which tokens, and how the others are refused.

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::mail_event::{Label, MailEvent, MailEventKind, MessageId, Permanence};
use shared::domain::{Name, User, UserStatus};
use shared::testkit::Answer;

use super::{
    EMAIL, LOGIN, PASSWORD, assert_failure, data, is_live, logged_in, login, sessions_of, sign_up, start, start_with,
    start_with_ada, verify,
};

const WRONG: &str = "not the password";

fn assert_refused(answer: &Answer) {
    assert_failure(answer, 401, "INVALID_CREDENTIALS", "Email or password is wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_answers_tokens_and_the_user() {
    let app = start_with_ada().await;
    let known = app.user_of(EMAIL).await;
    let answer = login(&app, "ADA@example.com", PASSWORD).await;
    assert!(answer.cookies().is_empty());
    let data = data(&answer);
    let membership = &known.memberships[0];
    assert_eq!(
        data,
        json!({
            "accessToken": data["accessToken"], "refreshToken": data["refreshToken"], "tokenType": "Bearer",
            "expiresIn": 900, "refreshExpiresIn": 86_400,
            "user": {
                "id": known.id.to_string(), "userId": known.number.0, "email": EMAIL, "name": "Ada Lovelace",
                "role": "ADMIN", "activeRoleName": "ADMIN", "roles": [{"name": "ADMIN", "status": "ACTIVE"}],
                "accountId": membership.organization_number.0, "programId": null, "activationStatus": "ACTIVE",
                "emailVerified": "2026-01-31T12:00:00Z", "emailStatus": {"status": "deliverable"},
                "createdBy": null, "createdAt": "2026-01-31T12:00:00Z", "updatedAt": "2026-01-31T12:00:00Z",
            },
        })
    );
    assert!(is_live(&app, &data["accessToken"]).await);
    // A refresh token is for one purpose.
    assert!(!is_live(&app, &data["refreshToken"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_the_account_is_the_organizations() {
    let app = start_with_ada().await;
    let id = app.user_of(EMAIL).await.memberships[0].organization_id;
    let organization = app.core().store.find_organization(id).await.expect("an answer");
    let number = organization.expect("an organization").number.0;
    assert_eq!(logged_in(&app, EMAIL).await["user"]["accountId"], number);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_to_be_remembered_stays_longer() {
    let app = start_with_ada().await;
    for (remember, seconds) in [(true, 604_800), (false, 86_400)] {
        let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": remember, "unknown": 1});
        let answer = data(&app.post(LOGIN).json(&body).send().await);
        assert_eq!(
            (&answer["expiresIn"], &answer["refreshExpiresIn"]),
            (&json!(900), &json!(seconds))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answered_lifetimes_are_the_configured_ones() {
    let settings = [
        ("SESSION_NOT_REMEMBERED_SECONDS", "600"),
        ("ACCESS_TOKEN_LIFETIME_SECONDS", "1200"),
    ];
    let app = start_with(&settings).await;
    sign_up(&app, EMAIL).await;
    verify(&app, EMAIL).await;
    let data = logged_in(&app, EMAIL).await;
    // No access token outlives its session.
    assert_eq!(
        (&data["expiresIn"], &data["refreshExpiresIn"]),
        (&json!(600), &json!(600))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nameless_user_has_no_name() {
    let app = start_with_ada().await;
    app.change_user_of(EMAIL, |user| user.name = Name::full("")).await;
    assert_eq!(logged_in(&app, EMAIL).await["user"]["name"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let app = start_with_ada().await;
    let long = "x".repeat(10_000);
    for (email, password) in [(EMAIL, WRONG), (EMAIL, long.as_str()), ("eve@example.com", PASSWORD)] {
        assert_refused(&login(&app, email, password).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_signs_no_user_in() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let before = sessions_of(&app, EMAIL).await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    assert_failure(&answer, 403, "EMAIL_NOT_VERIFIED", "The email address is not verified");
    assert_refused(&login(&app, EMAIL, WRONG).await);
    assert_eq!(sessions_of(&app, EMAIL).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_may_do_without_verification() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "none")]).await;
    sign_up(&app, EMAIL).await;
    let user = logged_in(&app, EMAIL).await["user"].clone();
    assert_eq!(
        (&user["activationStatus"], &user["emailVerified"]),
        (&json!("PENDING_EMAIL_VERIFICATION"), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_user_learns_so_with_the_right_password() {
    let app = start_with_ada().await;
    let before = sessions_of(&app, EMAIL).await;
    let banned = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    for (status, message) in [
        (banned, "The user is banned"),
        (UserStatus::Pending, "The user is not active"),
        (UserStatus::Invited, "The user is not active"),
        (UserStatus::Inactive, "The user is not active"),
        (UserStatus::Suspended, "The user is not active"),
        (UserStatus::Deleted, "The user is not active"),
    ] {
        app.change_user_of(EMAIL, |user| user.status = status).await;
        assert_failure(&login(&app, EMAIL, PASSWORD).await, 403, "USER_INACTIVE", message);
        assert_refused(&login(&app, EMAIL, WRONG).await);
    }
    assert_eq!(sessions_of(&app, EMAIL).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_not_gone_around() {
    let app = start_with_ada().await;
    app.change_user_of(EMAIL, User::turn_on_second_factor).await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    assert_failure(
        &answer,
        403,
        "SECOND_FACTOR_REQUIRED",
        "Two-factor authentication is required",
    );
    assert_refused(&login(&app, EMAIL, WRONG).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_an_address_sees_what_became_of_mail_to_it() {
    let app = start_with_ada().await;
    let label = |text: &str| Label::of(text).expect("a label");
    let bounce = |permanence, reason| MailEventKind::Bounce {
        permanence,
        reason: label(reason),
    };
    let at = app.clock.now();
    for (number, (kind, status)) in [
        (
            bounce(Permanence::Transient, "MailboxFull"),
            json!({"status": "soft_bounced", "at": "2026-01-31T12:00:00Z"}),
        ),
        (
            bounce(Permanence::Permanent, "NoEmail"),
            json!({"status": "bounced", "reason": "NoEmail", "at": "2026-01-31T12:00:00Z"}),
        ),
        (
            MailEventKind::Complaint { feedback: None },
            json!({"status": "complained", "at": "2026-01-31T12:00:00Z"}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let event = MailEvent {
            message_id: MessageId::parse(&format!("mail-{number}")).expect("an id"),
            kind,
            recipients: vec![EMAIL.parse().expect("an address")],
            at,
        };
        app.core().record_mail_event(&event, at).await.expect("a note");
        assert_eq!(logged_in(&app, EMAIL).await["user"]["emailStatus"], status);
    }
}
