//! `POST /request-password-reset`, which older clients know as `/forget-password`.

use serde_json::{Value, json};
use shared::domain::UserStatus;
use shared::testkit::TestApp;

use super::{APP, ASK, EMAIL, assert_error, sign_up, start, start_with};

fn sent() -> Value {
    json!({
        "status": true, "message": "If this email exists in our system, check your email for the reset link",
    })
}

fn link(app: &TestApp) -> String {
    let text = app.last_mail("reset-password").text.expect("a text");
    let mut words = text.split_whitespace();
    words.find(|word| word.starts_with("http")).expect("a link").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_address_gets_a_mail_under_both_names_of_the_operation() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for (path, email) in [(ASK, EMAIL), ("/api/auth/forget-password", "Ada@Example.COM")] {
        app.aws.mailbox().clear();
        let answer = app.post(path).json(&json!({"email": email})).send().await.expect(200);
        assert_eq!(answer.json(), sent());
        assert!(answer.cookies().is_empty());
        assert_eq!(app.mails().len(), 1);
        assert_eq!(app.last_mail("reset-password").to, [EMAIL]);
        let link = link(&app);
        assert!(
            link.starts_with("http://127.0.0.1:3000/link/reset-password?token=rst_"),
            "{link}"
        );
        assert!(!link.contains("callbackURL"), "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_as_well_as_json() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let answer = app
        .post(ASK)
        .header("origin", "http://127.0.0.1:3000")
        .form(&[("email", EMAIL), ("redirectTo", "/reset")])
        .send()
        .await;
    assert_eq!(answer.expect(200).json(), sent());
    assert!(link(&app).ends_with("&callbackURL=%2Freset"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_redirect_stands_in_the_link() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for (target, expected) in [
        ("/reset?a=b#c", "&callbackURL=%2Freset%3Fa%3Db%23c"),
        (
            "https://app.example.com/reset",
            "&callbackURL=https%3A%2F%2Fapp.example.com%2Freset",
        ),
    ] {
        let body = json!({"email": EMAIL, "redirectTo": target});
        let request = app.post(ASK).header("origin", "http://127.0.0.1:3000");
        let _ = request.json(&body).send().await.expect(200);
        assert!(link(&app).ends_with(expected), "{}", link(&app));
    }
    // The framework takes an empty one for none.
    let body = json!({"email": EMAIL, "redirectTo": ""});
    let _ = app.post(ASK).json(&body).send().await.expect(200);
    assert!(!link(&app).contains("callbackURL"));
}

/// The service has no page of its own there, and the address bar would have the token.
#[tokio::test(flavor = "multi_thread")]
async fn a_path_is_one_of_the_origin_of_the_request_or_refused() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "redirectTo": "/reset?a=b"});
    let request = app.post(ASK).header("origin", APP);
    let _ = request.json(&body).send().await.expect(200);
    assert!(
        link(&app).ends_with("&callbackURL=https%3A%2F%2Fapp.example.com%2Freset%3Fa%3Db"),
        "{}",
        link(&app)
    );
    app.aws.mailbox().clear();
    for request in [app.post(ASK), app.post(ASK).header("origin", "https://evil.test")] {
        let answer = request.json(&body).send().await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (403, &json!("INVALID_REDIRECT_URL"))
        );
        assert!(answer.text().contains("Use a whole URL"), "{}", answer.text());
        assert_eq!(answer.usage.dynamodb, 0);
    }
    assert_eq!(app.mails().len(), 0);
    // A program has no origin. Where the application is known, it is one of its paths.
    let app = start_with(&[("APPLICATION_URL", "https://app.example.com/start")]).await;
    sign_up(&app, EMAIL).await;
    let _ = app.post(ASK).json(&body).send().await.expect(200);
    assert!(
        link(&app).contains("&callbackURL=https%3A%2F%2Fapp.example.com%2Freset"),
        "{}",
        link(&app)
    );
    // Without any other origin, the application is on the service's own.
    let app = start_with(&[("TRUSTED_ORIGINS", "")]).await;
    sign_up(&app, EMAIL).await;
    let _ = app.post(ASK).json(&body).send().await.expect(200);
    assert!(link(&app).ends_with("&callbackURL=%2Freset%3Fa%3Db"), "{}", link(&app));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_redirect_is_refused_before_anything_is_read() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    for target in [
        "https://evil.test/reset",
        "//evil.test",
        "/\\evil.test",
        "https://app.example.com.evil.test",
        "https://app.example.com@evil.test",
        "http://app.example.com/reset",
        "javascript:alert(1)",
        "reset",
    ] {
        let body = json!({"email": EMAIL, "redirectTo": target});
        let answer = app.post(ASK).json(&body).send().await;
        assert_error(&answer, 403, "INVALID_REDIRECT_URL", "Invalid redirectURL");
        assert_eq!(answer.usage.dynamodb, 0, "{target}");
    }
    assert_eq!(app.count_mails("reset-password"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_addresses_are_indistinguishable() {
    for limits in ["off", "on"] {
        let app = start_with(&[("RATE_LIMITS", limits)]).await;
        sign_up(&app, EMAIL).await;
        app.aws.mailbox().clear();
        let mut answers = Vec::new();
        for email in [EMAIL, "nobody@example.com"] {
            // A long one, so that what is written takes more than the least unit.
            let body = json!({"email": email, "redirectTo": format!("/{}", "x".repeat(2000))});
            let request = app
                .post(ASK)
                .header("origin", "http://127.0.0.1:3000")
                .from_ip("192.0.2.9");
            let answer = request.json(&body).send().await.expect(200);
            answers.push((answer.headers.clone(), answer.json(), answer.usage));
        }
        assert_eq!(answers[0], answers[1]);
        let to: Vec<_> = app.mails().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(to, [EMAIL]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_gets_no_mail() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let banned = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    app.set_status(&token, banned).await;
    let answer = app.post(ASK).json(&json!({"email": EMAIL})).send().await.expect(200);
    assert_eq!(answer.json(), sent());
    assert_eq!(app.count_mails("reset-password"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_is_that_of_the_configuration_whatever_the_headers_say() {
    let app = start_with(&[("PUBLIC_URL", "https://auth.example.com")]).await;
    sign_up(&app, EMAIL).await;
    let request = app.post(ASK).json(&json!({"email": EMAIL}));
    let request = request
        .header("host", "evil.test")
        .header("x-forwarded-host", "evil.test")
        .header("forwarded", "host=evil.test")
        .header("origin", APP);
    let _ = request.send().await.expect(200);
    assert!(link(&app).starts_with("https://auth.example.com/link/reset-password?token="));
    let mail = app.last_mail("reset-password");
    assert!(!format!("{mail:?}").contains("evil.test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_refused() {
    let app = start().await;
    let long = format!("{}@example.com", "a".repeat(300));
    for email in [
        "",
        "ada",
        "ada@",
        "a b@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        &long,
    ] {
        let answer = app.post(ASK).json(&json!({"email": email})).send().await;
        assert_error(&answer, 400, "VALIDATION_ERROR", "[body.email] Invalid email address");
        assert_eq!(answer.usage.dynamodb, 0);
    }
    let answer = app.post(ASK).json(&json!({"redirectTo": 1})).send().await;
    assert_error(
        &answer,
        400,
        "VALIDATION_ERROR",
        "[body.email] Invalid input: expected string, received undefined; \
         [body.redirectTo] Invalid input: expected string, received number",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_cannot_ask_with_the_cookies_of_its_visitor() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let request = app.post(ASK).json(&json!({"email": EMAIL})).cookie(&token);
    let answer = request.header("origin", "https://evil.test").send().await;
    assert_error(&answer, 403, "INVALID_ORIGIN", "Invalid origin");
    assert_eq!(app.count_mails("reset-password"), 0);
}
