//! The page behind the mails of an account, on which a user sets the first password.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::testkit::race::{count, send_at_once};
use shared::testkit::{Answer, TestApp, TestRequest, accounts, teams};

use super::{EMAIL, STRONG, mailed_token, send_activation, start_with};

const PAGE: &str = "/link/set-password";
const DEAD: &str = "The link was used already, or it has expired. Ask for a new one.";
const SET: &str = "Your password is set";
const KINDS: [(UserStatus, &str); 2] = [
    (UserStatus::Pending, "activate-account"),
    (UserStatus::Invited, "account-invitation"),
];

fn send<'a>(app: &'a TestApp, token: &str, password: &str) -> TestRequest<'a> {
    app.post(PAGE)
        .header("origin", "null")
        .form(&[("token", token), ("newPassword", password)])
}

fn assert_page(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert!(answer.text().contains(words), "{words:?} in {}", answer.text());
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_links_of_both_mails_lead_to_the_first_sign_in() {
    for (status, kind) in KINDS {
        let app = start_with(status).await;
        let token = mailed_token(&app, kind).await;
        let mail = app.last_mail(kind);
        assert_eq!(mail.to, [EMAIL]);
        let text = mail.text.expect("a text");
        assert!(text.contains("Ada"), "the name of the account: {text}");
        let link = app.mailed_link(kind);
        let path = link.strip_prefix("http://127.0.0.1:3000").expect("a link of ours");
        for _ in 0..2 {
            let answer = app.get(path).send().await;
            assert_page(&answer, 200, "action=\"/link/set-password\"");
            assert!(answer.text().contains(&token));
            assert_eq!(answer.usage.dynamodb, 0);
        }
        let answer = send(&app, &token, STRONG).send().await;
        assert_page(&answer, 200, SET);
        assert!(answer.device_cookie().is_some() && answer.cookies().is_empty());
        let user = app.user_of(EMAIL).await;
        assert!(user.status == UserStatus::Active && user.is_email_verified());
        let _ = accounts::login(&app, EMAIL, STRONG).await.expect(200);
        assert_eq!(app.count_mails("password-changed"), 0);
        assert_page(&send(&app, &token, "Eight bridges, 2 rivers").send().await, 400, DEAD);
        let _ = accounts::login(&app, EMAIL, STRONG).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_the_contract_refuses_is_asked_for_again() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, "account-invitation").await;
    for (password, expected) in [
        ("Short 7", "The password must have at least 8 characters."),
        (
            "seven bridges at dusk",
            "The password needs upper and lower case letters, digits and special characters.",
        ),
        ("P@ssw0rd", "This is one of the most common passwords. Choose another."),
        ("Ada@example.com1", "This password is easy to guess. Choose another."),
    ] {
        let answer = send(&app, &token, password).send().await;
        assert_page(&answer, 200, expected);
        assert!(answer.text().contains("name=\"newPassword\"") && !answer.text().contains(password));
    }
    let without = app.post(PAGE).form(&[("token", &token)]).send().await;
    assert_page(&without, 200, "name=\"newPassword\"");
    assert_page(&send(&app, &token, STRONG).send().await, 200, SET);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_mails_open_the_page_until_one_was_used() {
    let app = start_with(UserStatus::Pending).await;
    let verifying = mailed_token(&app, "activate-account").await;
    let now = app.clock.now();
    app.change_user_of(EMAIL, |user| user.email_verified_at = Some(now))
        .await;
    let older = mailed_token(&app, "account-invitation").await;
    let newer = mailed_token(&app, "account-invitation").await;
    assert_ne!(older, newer);
    assert_page(&send(&app, &older, STRONG).send().await, 200, SET);
    for late in [newer, verifying] {
        let answer = send(&app, &late, "Eight bridges, 2 rivers").send().await;
        assert_page(&answer, 400, "You have set your password before.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_or_too_old_or_of_another_address_is_refused() {
    for (status, kind) in KINDS {
        let app = start_with(status).await;
        let token = mailed_token(&app, kind).await;
        let expired = mailed_token(&app, kind).await;
        for wrong in ["spw_made_up", "💥", &token[..30]] {
            assert_page(&send(&app, wrong, STRONG).send().await, 400, DEAD);
        }
        app.change_user_of(EMAIL, |user| {
            user.email = "eve@example.com".parse().expect("an address");
        })
        .await;
        assert_page(&send(&app, &token, STRONG).send().await, 400, DEAD);
        app.change_user_of(EMAIL, |user| user.email = EMAIL.parse().expect("an address"))
            .await;
        app.clock.advance(SignedDuration::from_hours(48));
        assert_page(&send(&app, &expired, STRONG).send().await, 400, DEAD);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_may_not_sign_in_get_no_mail_and_set_no_password() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, "account-invitation").await;
    for status in [UserStatus::Inactive, UserStatus::Suspended, UserStatus::Deleted] {
        app.change_user_of(EMAIL, |user| user.status = status).await;
        let answer = send(&app, &token, STRONG).send().await;
        assert_page(&answer, 400, "This user is not active");
        send_activation(&app, EMAIL).await;
    }
    app.change_user_of(EMAIL, |user| user.memberships.clear()).await;
    assert_page(&send(&app, &token, STRONG).send().await, 400, DEAD);
    assert_eq!(app.count_mails("account-invitation"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_first_password_is_asked_for_by_the_same_mail_in_every_contract() {
    for (status, kind) in KINDS {
        let app = start_with(status).await;
        let body = serde_json::json!({"email": EMAIL});
        for path in ["/auth/forgot-password", "/api/auth/forget-password"] {
            let _ = app.post(path).json(&body).send().await.expect(200);
        }
        assert_eq!((app.count_mails(kind), app.count_mails("reset-password")), (2, 0));
        assert_page(&send(&app, &app.mailed_token(kind), STRONG).send().await, 200, SET);
        let _ = teams::sign_in(&app, EMAIL, STRONG).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_sets_the_password() {
    for (status, kind) in KINDS {
        let app = Arc::new(start_with(status).await);
        let token = mailed_token(&app, kind).await;
        let answers = send_at_once(&app, move |app, number| {
            send(app, &token, &format!("Seven bridges, {number} rivers"))
        })
        .await;
        assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 15));
        let winner = answers.iter().position(|answer| answer.status == 200).expect("one");
        let password = format!("Seven bridges, {winner} rivers");
        let _ = accounts::login(&app, EMAIL, &password).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_the_form_can_be_sent_again() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, "account-invitation").await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = send(&app, &token, STRONG).send().await;
    assert_page(&answer, 503, "The service is busy.");
    assert!(answer.text().contains(&token));
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_page(&send(&app, &token, STRONG).send().await, 200, SET);
}
