//! The mailbox page, its buttons, and the access to it.

use serde_json::json;

use crate::client::Local;

#[tokio::test]
async fn the_page_shows_mails_newest_first_and_runs_no_scripts_of_them() {
    let local = Local::start(&[]).await;
    local.sign_up("ada@example.com").await;
    local.sign_up("grace@example.com").await;
    let page = local.get("/_local/mail").send().await.expect(200);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let html = page.text();
    let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(place("grace@example.com") < place("ada@example.com"));
    let frames: Vec<_> = html.match_indices("<iframe ").collect();
    assert_eq!(frames.len(), 2);
    assert!(!html.contains("allow-scripts") && !html.contains("allow-same-origin"));
    local.get("/_local/mail.js").send().await.expect(200);
}

#[tokio::test]
async fn the_source_of_a_mail_is_whole() {
    let local = Local::start(&["SERVICE_NAME=守衛"]).await;
    local.sign_up("ada@example.com").await;
    let mail = local.last_mail("verify-email").await;
    let id = mail["id"].as_str().expect("an id");
    let page = local.get("/_local/mail").send().await.expect(200).text();
    for shown in [id, "verify-email", "ada@example.com", "<time", "datetime="] {
        assert!(page.contains(shown), "{shown} is missing");
    }
    let source = local.get(&format!("/_local/mail/{id}/source")).send().await.expect(200);
    assert!(source.header("content-type").starts_with("text/plain"));
    let text = source.text().replace("\r\n", "\n");
    for part in ["text", "html"] {
        let part = mail[part].as_str().expect("a part").trim();
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(
        text.contains("Subject: =?UTF-8?B?") && text.contains("To: ada@example.com\n"),
        "{text}"
    );
    local.get("/_local/mail/unknown/source").send().await.expect(404);
}

#[tokio::test]
async fn a_button_makes_ses_publish_an_event_of_a_mail() {
    let local = Local::start(&[]).await;
    local.sign_up("ada@example.com").await;
    let mail = local.last_mail("verify-email").await;
    let id = mail["id"].as_str().expect("an id");
    for (feedback, kind) in [
        ("bounce", "Bounce"),
        ("complaint", "Complaint"),
        ("delivery", "Delivery"),
    ] {
        let answer = local
            .post(&format!("/_local/mail/{id}/{feedback}"))
            .send()
            .await
            .expect(202)
            .json();
        assert_eq!(answer["event"]["eventType"], kind);
        assert_eq!(answer["event"]["mail"]["messageId"], id);
        assert_eq!(answer["message"], "published, and taken by mail-events");
    }
    local
        .post(&format!("/_local/mail/{id}/applause"))
        .send()
        .await
        .expect(404);
    local.post("/_local/mail/unknown/bounce").send().await.expect(404);
}

#[tokio::test]
async fn a_button_whose_topic_is_not_configured_says_that_nothing_happened() {
    let elsewhere = "SNS_TOPIC_ARNS=arn:aws:sns:eu-central-1:123456789012:mail";
    let local = Local::start(&[elsewhere]).await;
    local.sign_up("ada@example.com").await;
    let id = local.last_mail("verify-email").await["id"].clone();
    let button = format!("/_local/mail/{}/bounce", id.as_str().expect("an id"));
    let refused = local.post(&button).send().await.expect(409).json();
    let said = refused["message"].as_str().expect("a message");
    assert!(said.starts_with("nothing happened: SNS_TOPIC_ARNS"), "{said}");
    assert!(is_mailed_again(&local).await);

    let both = format!("{elsewhere},{}", local_aws::FEEDBACK_TOPIC);
    let local = Local::start(&[&both]).await;
    local.sign_up("ada@example.com").await;
    assert_eq!(press(&local, "bounce").await, "published, and taken by mail-events");
}

#[tokio::test]
async fn after_a_bounce_no_mail_is_sent() {
    for (feedback, is_written_to) in [("bounce", false), ("complaint", false), ("delivery", true)] {
        let local = Local::start(&[]).await;
        local.sign_up("ada@example.com").await;
        press(&local, feedback).await;
        assert_eq!(is_mailed_again(&local).await, is_written_to, "{feedback}");
    }
}

#[tokio::test]
async fn an_event_that_is_published_while_dynamodb_fails_is_not_lost() {
    let local = Local::start(&[]).await;
    local.sign_up("ada@example.com").await;
    local.fault("dynamodb", "error").await;
    let reported = press(&local, "bounce").await;
    assert_eq!(reported, "published; mail-events has not taken it yet");
    local.fault("dynamodb", "off").await;
    assert_eq!(press(&local, "delivery").await, "published, and taken by mail-events");
    assert!(!is_mailed_again(&local).await);
    assert!(local.calls("mail-events").await["requests"].as_u64() >= Some(3));
}

/// Publishes an event of the newest mail; returns the message of the response.
async fn press(local: &Local, feedback: &str) -> String {
    let id = local.last_mail("verify-email").await["id"].clone();
    let button = format!("/_local/mail/{}/{feedback}", id.as_str().expect("an id"));
    let answer = local.post(&button).send().await.expect(202).json();
    answer["message"].as_str().expect("a message").to_owned()
}

/// Whether Ada receives a mail that she requests.
async fn is_mailed_again(local: &Local) -> bool {
    let before = local.mails().await.len();
    let asked = local.post("/api/auth/request-password-reset");
    let asked = asked.json(&json!({ "email": "ada@example.com" })).send().await;
    asked.expect(200);
    local.mails().await.len() > before
}

#[tokio::test]
async fn other_host_names_and_other_origins_are_refused() {
    let local = Local::start(&[]).await;
    let mails = || local.get("/_local/mail.json");
    mails().header("host", "localhost:1").send().await.expect(200);
    mails().header("host", "mail.evil.test").send().await.expect(403);
    mails().header("origin", "https://evil.test").send().await.expect(403);
    mails().header("origin", "null").send().await.expect(403);
    local.get("/_local/nothing").send().await.expect(404);
}
