//! The page behind a registration link.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::json;
use shared::testkit::accounts::{Account, STRONG_PASSWORD, login_request};
use shared::testkit::{Answer, TestApp, text};

use crate::start;

const PATH: &str = "/link/registration";
const GRACE: &str = "grace@example.com";

async fn link(app: &TestApp) -> (Account, String) {
    let account = Account::found(app, "owner@example.com", 5).await;
    let body = json!({"role": "COACH", "accountId": account.number.0});
    let request = app.post("/accounts/v1/registration-links").bearer(&account.owner);
    let answer = request.json(&body).send().await.expect(201);
    let token = text(&answer.json()["data"]["token"]);
    (account, token)
}

async fn send(app: &TestApp, token: &str, name: &str, email: &str, password: &str) -> Answer {
    let form = [
        ("token", token),
        ("name", name),
        ("email", email),
        ("newPassword", password),
    ];
    app.post(PATH).form(&form).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_the_link_shows_a_form_and_changes_nothing() {
    let app = start().await;
    let (_, token) = link(&app).await;
    let answer = app.get(&format!("{PATH}?token={token}")).send().await.expect(200);
    let page = answer.text();
    assert!(
        page.contains(r#"<form method="post" action="/link/registration">"#),
        "{page}"
    );
    assert!(page.contains(&format!(r#"value="{token}""#)), "{page}");
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (0, 0));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_the_form_registers_once() {
    let app = start().await;
    let (_, token) = link(&app).await;
    let answer = send(&app, &token, "Grace Hopper", GRACE, STRONG_PASSWORD)
        .await
        .expect(200);
    assert!(answer.text().contains("You are registered"), "{}", answer.text());
    assert_eq!(app.last_mail("verify-email").to, [GRACE]);
    let unverified = login_request(&app, GRACE, STRONG_PASSWORD).send().await.expect(403);
    assert_eq!(unverified.json()["data"]["code"], "EMAIL_NOT_VERIFIED");
    let again = send(&app, &token, "Eve Roe", "eve@example.com", STRONG_PASSWORD)
        .await
        .expect(400);
    assert!(again.text().contains("used already"), "{}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_asked_for_again() {
    let app = start().await;
    let (account, token) = link(&app).await;
    for (name, email, password, message) in [
        ("Al", GRACE, STRONG_PASSWORD, "from 3 to 100 characters"),
        ("Gr\u{202e}ace", GRACE, STRONG_PASSWORD, "invisible characters"),
        ("Grace", "nothing", STRONG_PASSWORD, "not an email address"),
        ("Grace", GRACE, "short", "at least 8 characters"),
        ("Grace", GRACE, "nine lanterns", "upper and lower case"),
        (
            "Grace",
            "owner@example.com",
            STRONG_PASSWORD,
            "an account with this address",
        ),
    ] {
        let page = send(&app, &token, name, email, password).await.expect(200).text();
        assert!(page.contains(message) && page.contains("<form"), "{message}: {page}");
    }
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let later = send(&app, &token, "Grace", GRACE, STRONG_PASSWORD).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_eq!(later.status, 503);
    let full = app.core().store.find_organization(account.id).await.expect("an answer");
    assert_eq!(full.expect("an organization").member_count, 1);
    let _ = send(&app, &token, "Grace", GRACE, STRONG_PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusable_link_says_so() {
    let app = start().await;
    let (_, token) = link(&app).await;
    app.clock.advance(SignedDuration::from_hours(48));
    for token in [token.as_str(), "x"] {
        let page = send(&app, token, "Grace", GRACE, STRONG_PASSWORD)
            .await
            .expect(400)
            .text();
        assert!(page.contains("no longer valid"), "{page}");
    }
}
