//! The behaviour while a service of AWS fails, and after it has recovered.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Answer, Local, PASSWORD};

async fn log_in(local: &Local) -> Answer {
    let credentials = json!({ "email": "ada@example.com", "password": PASSWORD });
    local.post("/api/auth/login").json(&credentials).send().await
}

#[tokio::test]
async fn without_kms_no_token_is_issued_until_it_recovers() {
    let local = Local::start(&[]).await;
    local.sign_up("ada@example.com").await;
    local.fault("kms", "error").await;
    log_in(&local).await.expect(503);
    local.fault("kms", "off").await;
    let token = log_in(&local).await.expect(200).json()["access_token"].take();
    assert_eq!(token.as_str().map(|token| token.split('.').count()), Some(3));
}

#[tokio::test]
async fn without_dynamodb_nothing_works_until_it_recovers() {
    let local = Local::start(&[]).await;
    local.sign_up("ada@example.com").await;
    local.fault("dynamodb", "throttle").await;
    assert!(log_in(&local).await.status.is_server_error());
    local.fault("dynamodb", "off").await;
    log_in(&local).await.expect(200);
}

#[tokio::test]
async fn without_ses_mail_waits_and_is_sent_once_it_recovers() {
    for mode in ["throttle", "error"] {
        let local = Local::start(&["RATE_LIMITS=off"]).await;
        local.fault("ses", mode).await;
        local.sign_up("ada@example.com").await;
        local.sign_up("grace@example.com").await;
        assert_eq!(local.mails().await.len(), 0);

        local.fault("ses", "off").await;
        local.wait_for_mails(2).await;
        // Mail that was to be sent again would come before this one.
        local.sign_up("joan@example.com").await;
        local.wait_for_mails(3).await;
        let mut recipients: Vec<_> = local.mails().await.iter().map(|mail| mail["to"].to_string()).collect();
        // While SES throttles, mail waits in its order. After another error, each mail has its own next attempt.
        if mode == "error" {
            recipients[..2].sort_unstable();
        }
        let expected = ["ada", "grace", "joan"].map(|name| format!("\"{name}@example.com\""));
        assert_eq!(recipients, expected, "{mode}");
    }
}

#[tokio::test]
async fn a_slow_ses_keeps_no_caller_waiting_for_long() {
    let local = Local::start(&["RATE_LIMITS=off"]).await;
    local.fault("ses", "slow").await;
    local.sign_up("ada@example.com").await;
    let started = Instant::now();
    for name in ["grace", "joan", "radia"] {
        local.sign_up(&format!("{name}@example.com")).await;
    }
    // The bound is generous: the test asserts that no caller waits for SES, not a speed.
    assert!(started.elapsed() < Duration::from_secs(9));
    local.fault("ses", "off").await;
    local.wait_for_mails(4).await;
}

#[tokio::test]
async fn faults_are_shown_and_unknown_names_are_refused() {
    let local = Local::start(&[]).await;
    local.fault("ses", "slow").await;
    let modes = local.get("/_local/fault").send().await.expect(200).json();
    assert_eq!(
        modes,
        json!({
            "dynamodb": "off", "kms": "off", "ses": "slow", "sns": "off", "secretsmanager": "off", "logs": "off", "events": "off",
            "sqs": "off",
        })
    );
    for (nonsense, named) in [
        (
            json!({ "service": "s3", "mode": "off" }),
            "dynamodb, kms, ses, sns, secretsmanager, logs, events, sqs",
        ),
        (
            json!({ "service": "ses", "mode": "broken" }),
            "off, error, throttle, slow, lost",
        ),
        (json!({ "service": "ses" }), "mode"),
        (Value::Null, "expected struct"),
    ] {
        let refusal = local
            .post("/_local/fault")
            .json(&nonsense)
            .send()
            .await
            .expect(400)
            .json();
        assert!(
            refusal["message"]
                .as_str()
                .is_some_and(|message| message.contains(named)),
            "{refusal}"
        );
    }
    local
        .post("/_local/fault")
        .body(r#"{"service":"ses","mode":"off"}"#)
        .send()
        .await
        .expect(400);
}
