//! The page behind the link of a reset mail, as a browser meets it: opened with GET, sent as a form, without an `Origin`.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::json;
use shared::domain::ConfigurationKey;
use shared::testkit::better_auth::{sign_up, try_sign_in};
use shared::testkit::race::{count, send_at_once};
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest};

use crate::{APP, SECOND, start_with};

const EMAIL: &str = "ada@example.com";
const PAGE: &str = "/link/reset-password";
const DEAD: &str = "The link was used already, or it has expired. Ask for a new one.";

/// A service with one user.
async fn start_with_user() -> TestApp {
    start_with_user_and(&[]).await
}

async fn start_with_user_and(settings: &[(&str, &str)]) -> TestApp {
    let app = start_with(settings).await;
    sign_up(&app, EMAIL).await;
    app
}

async fn mailed_token(app: &TestApp) -> String {
    let body = json!({"email": EMAIL});
    let _ = app
        .post("/api/auth/forget-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    app.mailed_token("reset-password")
}

async fn is_password(app: &TestApp, password: &str) -> bool {
    try_sign_in(app, EMAIL, password).await.status == 200
}

/// As browsers send it: the page's referrer policy leaves no origin.
fn send<'a>(app: &'a TestApp, fields: &[(&str, &str)]) -> TestRequest<'a> {
    app.post(PAGE).header("origin", "null").form(fields)
}

fn assert_page(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert!(answer.text().contains(words), "{words:?} in {}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

fn location(answer: Answer) -> String {
    answer.expect(303).header("location").expect("a location").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_the_mail_leads_to_a_page_that_asks_for_the_new_password() {
    let app = start_with_user().await;
    let token = mailed_token(&app).await;
    let text = app.last_mail("reset-password").text.expect("a text");
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/link/"))
        .expect("a link");
    let path = link.strip_prefix("http://127.0.0.1:3000").expect("a link of ours");
    for _ in 0..2 {
        let answer = app.get(path).send().await;
        assert_page(&answer, 200, "name=\"newPassword\"");
        assert!(answer.text().contains(&token) && answer.text().contains("action=\"/link/reset-password\""));
        assert_eq!(answer.usage.dynamodb, 0);
    }
    let head = app.request("HEAD", path).send().await.expect(200);
    assert!(head.body.is_empty());
    let answer = send(&app, &[("token", &token), ("newPassword", SECOND)]).send().await;
    assert_page(&answer, 200, "Your password is changed");
    assert!(is_password(&app, SECOND).await && !is_password(&app, PASSWORD).await);
    let answer = send(&app, &[("token", &token), ("newPassword", PASSWORD)]).send().await;
    assert_page(&answer, 400, DEAD);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_may_not_be_chosen_is_asked_for_again() {
    let app = start_with_user().await;
    let token = mailed_token(&app).await;
    for (password, message) in [
        ("short 7", "The password must have at least 8 characters."),
        ("", "The password must have at least 8 characters."),
        (&"x".repeat(129), "The password must have at most 128 characters."),
        ("sunshine1", "This is one of the most common passwords. Choose another."),
        ("ostiary2026!", "This password is easy to guess. Choose another."),
    ] {
        let answer = send(&app, &[("token", &token), ("newPassword", password)]).send().await;
        assert_page(&answer, 200, message);
        assert!(answer.text().contains("name=\"newPassword\"") && answer.text().contains(&token));
        assert!(password.is_empty() || !answer.text().contains(password));
    }
    // Nothing chosen yet: the page as it was.
    let answer = send(&app, &[("token", &token)]).send().await;
    assert_page(&answer, 200, "name=\"newPassword\"");
    let answer = send(&app, &[("token", &token), ("newPassword", SECOND)]).send().await;
    assert_page(&answer, 200, "Your password is changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_callback_the_token_goes_there_unspent() {
    let app = start_with_user().await;
    let token = mailed_token(&app).await;
    for (callback, expected) in [
        ("/reset", format!("/reset?token={token}")),
        (
            "https://app.example.com/reset?a=b#c",
            format!("{APP}/reset?a=b&token={token}#c"),
        ),
    ] {
        let query = callback.replace('?', "%3F").replace('#', "%23");
        let page = app
            .get(&format!("{PAGE}?token={token}&callbackURL={query}"))
            .send()
            .await;
        assert_page(&page, 200, "name=\"callbackURL\"");
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("form-action 'self'") && policy.contains(APP),
            "{policy}"
        );
        assert!(!page.text().contains("<script") && !policy.contains("script-src"));
        let fields = [("token", token.as_str()), ("callbackURL", callback)];
        for _ in 0..2 {
            let answer = send(&app, &fields).send().await;
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            assert_eq!(location(answer), expected);
        }
    }
    let body = json!({"newPassword": SECOND, "token": token});
    let _ = app
        .post("/api/auth/reset-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    let fields = [("token", token.as_str()), ("callbackURL", "/reset")];
    assert_eq!(location(send(&app, &fields).send().await), "/reset?error=INVALID_TOKEN");
}

/// Under the limits of the API, and alike for a known and for an unknown address.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_link_offers_a_new_mail() {
    let app = start_with_user().await;
    let token = mailed_token(&app).await;
    app.clock.advance(SignedDuration::from_hours(1));
    let page = send(&app, &[("token", &token), ("newPassword", SECOND)]).send().await;
    assert_page(&page, 400, "name=\"email\"");
    app.aws.mailbox().clear();
    let mut pages = Vec::new();
    for email in ["eve@example.com", EMAIL] {
        let answer = send(&app, &[("token", &token), ("email", email)]).send().await;
        assert_page(&answer, 200, "Check your mailbox");
        pages.push((answer.text().replace(email, "(email)"), answer.usage));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(app.mails().len(), 1);
    let again = send(&app, &[("token", &token), ("email", "ada")]).send().await;
    assert_page(&again, 200, "This is not an email address.");
    let token = app.mailed_token("reset-password");
    let done = send(&app, &[("token", &token), ("newPassword", SECOND)]).send().await;
    assert_page(&done, 200, "Your password is changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_mails_are_limited_and_need_a_captcha_where_the_api_does() {
    let app = start_with_user_and(&[("RATE_LIMITS", "on")]).await;
    let again = [("token", "x"), ("email", EMAIL)];
    for _ in 0..4 {
        assert_page(&send(&app, &again).send().await, 200, "Check your mailbox");
    }
    let mut answer = send(&app, &again).send().await;
    if answer.status == 200 {
        answer = send(&app, &again).send().await;
    }
    assert_page(&answer, 429, "Please try again in a moment.");

    let captcha = [
        ("CAPTCHA_PROVIDER", "turnstile"),
        ("CAPTCHA_SECRET", "secret"),
        ("CAPTCHA_CONTRACTS", "better_auth"),
    ];
    let app = start_with(&captcha).await;
    let page = send(&app, &[("token", "x"), ("newPassword", SECOND)]).send().await;
    assert_page(&page, 400, DEAD);
    assert!(!page.text().contains("name=\"email\""), "{}", page.text());
    let _ = send(&app, &again).send().await.expect(400);
    assert_eq!(app.count_mails("reset-password"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_states_the_length_that_administrators_have_set() {
    let app = start_with_user().await;
    app.configure(ConfigurationKey::PasswordMinLength, json!(13)).await;
    let page = app.get(&format!("{PAGE}?token=x")).send().await;
    assert_page(&page, 200, "At least 13 characters");
    assert!(page.text().contains("minlength=\"13\""), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_is_not_trusted_is_ignored() {
    let app = start_with_user().await;
    let token = mailed_token(&app).await;
    for evil in [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "",
    ] {
        let page = app
            .get(&format!("{PAGE}?token={token}&callbackURL={evil}"))
            .send()
            .await;
        assert_page(&page, 200, "name=\"newPassword\"");
        assert!(!page.text().contains("evil"));
        let answer = send(&app, &[("token", &token), ("callbackURL", evil)]).send().await;
        assert_page(&answer, 200, "name=\"newPassword\"");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_or_used_token_is_explained() {
    let app = start_with_user().await;
    let verification = app.mailed_token("verify-email");
    let superseded = mailed_token(&app).await;
    let late = mailed_token(&app).await;
    app.clock.advance(SignedDuration::from_hours(1));
    for wrong in [&verification, &superseded, &late, &late[..50], "x"] {
        // The page looks at nothing: it may be opened by a program that looks through mail.
        let page = app.get(&format!("{PAGE}?token={wrong}")).send().await.expect(200);
        assert_eq!(page.usage.dynamodb, 0);
        let answer = send(&app, &[("token", wrong), ("newPassword", SECOND)]).send().await;
        assert_page(&answer, 400, DEAD);
    }
    assert!(is_password(&app, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_form_of_ours_is_refused() {
    let app = start_with_user().await;
    let token = mailed_token(&app).await;
    let fields = format!("token={token}&newPassword=seven+bridges+at+dusk");
    for (content_type, body) in [
        (
            "application/json",
            json!({"token": token, "newPassword": SECOND}).to_string(),
        ),
        ("text/plain", fields.clone()),
        ("multipart/form-data; boundary=x", fields.clone()),
        ("", fields.clone()),
        ("application/x-www-form-urlencoded", String::new()),
        ("application/x-www-form-urlencoded", "token=".to_owned()),
        ("application/x-www-form-urlencoded", "newPassword=x".to_owned()),
        (
            "application/x-www-form-urlencoded",
            format!("{fields}&x={}", "x".repeat(70_000)),
        ),
    ] {
        let answer = app.post(PAGE).body(content_type, body).send().await;
        assert_page(&answer, 400, "This link is incomplete");
        assert_eq!(answer.usage.dynamodb, 0);
    }
    for query in ["", "?", "?token=", "?callbackURL=/reset", "?Token=x"] {
        let answer = app.get(&format!("{PAGE}{query}")).send().await;
        assert_page(&answer, 400, "This link is incomplete");
    }
    let answer = app.request("PUT", PAGE).send().await;
    assert_eq!(answer.status, 404);
    assert!(is_password(&app, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn text_from_the_link_is_never_markup() {
    let app = start_with_user().await;
    let attack = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in [
        format!("{PAGE}?token={attack}"),
        format!("{PAGE}?token={attack}&callbackURL=/{attack}"),
        format!("{PAGE}?token=%FF%00%0A&callbackURL=/x"),
    ] {
        let page = app.get(&path).send().await.expect(200);
        assert!(!page.text().contains("<script>alert"), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_forms_at_once_one_counts() {
    let app = Arc::new(start_with_user().await);
    let token = mailed_token(&app).await;
    let answers = send_at_once(&app, move |app, at| {
        send(app, &[("token", &token), ("newPassword", &format!("{SECOND}, {at}"))])
    })
    .await;
    assert_eq!(count(&answers, 200), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_with_time_can_be_tried_again_from_the_page() {
    let app = start_with_user_and(&[("RATE_LIMITS", "on")]).await;
    let older = mailed_token(&app).await;
    let token = mailed_token(&app).await;
    let form = [("token", token.as_str()), ("newPassword", SECOND)];
    let over = [("token", token.as_str()), ("callbackURL", "/reset")];
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = send(&app, &form).send().await;
    assert_page(&answer, 503, "Please try again in a moment.");
    assert!(answer.text().contains("name=\"newPassword\"") && answer.text().contains(&token));
    assert_eq!(answer.header("retry-after"), Some("1"));
    let answer = send(&app, &over).send().await;
    assert_page(&answer, 503, "Please try again in a moment.");
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    for _ in 0..7 {
        assert_eq!(
            location(send(&app, &over).send().await),
            format!("/reset?token={token}")
        );
    }
    let dead = [("token", older.as_str()), ("callbackURL", "/reset")];
    for _ in 0..5 {
        let _ = send(&app, &dead).send().await.expect(303);
    }
    let answer = send(&app, &over).send().await;
    assert_page(&answer, 429, "Please try again in a moment.");
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_page(&send(&app, &form).send().await, 200, "Your password is changed");
    for _ in 0..5 {
        assert_page(&send(&app, &form).send().await, 400, DEAD);
    }
    let answer = send(&app, &form).send().await;
    assert_page(&answer, 429, "Please try again in a moment.");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_stands_below_the_public_url() {
    let app = start_with_user_and(&[("PUBLIC_URL", "https://example.com/login")]).await;
    let token = mailed_token(&app).await;
    let page = app.get(&format!("{PAGE}?token={token}")).send().await.expect(200);
    assert!(page.text().contains("action=\"/login/link/reset-password\""));
}
