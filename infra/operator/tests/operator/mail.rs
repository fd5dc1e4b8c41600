//! The outbox: showing what waits, and having it sent again.

use jiff::SignedDuration;
use local_aws::{Refused, Sending};
use operator::{Failure, Refusal, Task};
use serde_json::{Value, json};
use shared::domain::{MailId, Region};

use crate::support::{ADA, Deployment, output_text};

impl Deployment {
    async fn listed(&self) -> Vec<Value> {
        let report = self.report(Task::ListMails(None)).await;
        report["mails"].as_array().expect("mails").clone()
    }

    /// A mail that SES rejects until it is given up.
    async fn with_undeliverable_mail() -> Self {
        let deployment = Self::start().await;
        deployment.app.aws.ses_account().refuse(ADA, Some(Refused::Rejected));
        deployment.sign_up(ADA).await;
        for _ in 0..6 {
            deployment.app.clock.advance(SignedDuration::from_hours(1));
            deployment.app.deliver_mail().await;
        }
        deployment.app.aws.ses_account().refuse(ADA, None);
        deployment
    }
}

#[tokio::test]
async fn an_empty_outbox_is_shown_as_such() {
    let deployment = Deployment::start().await;
    assert!(deployment.listed().await.is_empty());
    let text = deployment
        .run(Task::ListMails(None))
        .await
        .expect("a report")
        .to_string();
    assert_eq!(text, "No mail waits, and none is undeliverable.\n");
}

#[tokio::test]
async fn an_undeliverable_mail_is_shown_without_its_address_and_sent_again() {
    let deployment = Deployment::with_undeliverable_mail().await;
    let [mail] = <[Value; 1]>::try_from(deployment.listed().await).expect("one mail");
    assert_eq!(
        (
            &mail["state"],
            &mail["last_failure"],
            &mail["purpose"],
            &mail["attempts"]
        ),
        (
            &json!("undeliverable"),
            &json!("rejected"),
            &json!("verify_email"),
            &json!(6)
        )
    );
    let text = deployment
        .run(Task::ListMails(None))
        .await
        .expect("a report")
        .to_string();
    assert!(text.contains("undeliverable") && !text.contains(ADA), "{text}");

    let id = MailId::parse(mail["id"].as_str().expect("an id")).expect("an id");
    let redriven = deployment.report(Task::RedriveMail(id)).await;
    assert_eq!(redriven["redriven"][0]["id"], mail["id"]);
    let waiting = deployment.listed().await;
    assert_eq!(
        (&waiting[0]["state"], &waiting[0]["attempts"]),
        (&json!("waiting"), &json!(0))
    );
    deployment.app.deliver_due_mail().await;
    assert_eq!(deployment.app.count_mails("verify-email"), 1);
    assert!(deployment.listed().await.is_empty());
    let refusal = deployment.refusal(Task::RedriveMail(id)).await;
    assert!(matches!(refusal, Failure::Refused(Refusal::NoMail)), "{refusal}");
}

#[tokio::test]
async fn all_undeliverable_mails_are_sent_again_at_once() {
    let deployment = Deployment::with_undeliverable_mail().await;
    let redriven = deployment.report(Task::RedriveMails(None)).await;
    assert_eq!(redriven["redriven"].as_array().map(Vec::len), Some(1));
    deployment.app.deliver_due_mail().await;
    assert_eq!(deployment.app.count_mails("verify-email"), 1);
    let nothing = deployment.run(Task::RedriveMails(None)).await.expect("a report");
    assert_eq!(nothing.to_string(), "No mail is sent again.\n");
}

/// A mail that only waits is not undeliverable; the mails of a Region that has failed are sent in any state.
#[tokio::test]
async fn the_mails_of_a_region_are_taken_over() {
    let deployment = Deployment::start().await;
    deployment.app.aws.ses_account().set_sending(Sending::Paused);
    deployment.sign_up(ADA).await;
    let here = Region::parse("us-east-1").expect("a Region");
    assert_eq!(deployment.report(Task::RedriveMails(None)).await["redriven"], json!([]));
    let there = Region::parse("eu-west-1").expect("a Region");
    assert_eq!(
        deployment.report(Task::ListMails(Some(there))).await["mails"],
        json!([])
    );
    let redriven = deployment.report(Task::RedriveMails(Some(here))).await;
    assert_eq!(redriven["redriven"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_command_needs_one_mail_or_all() {
    let deployment = Deployment::start().await;
    let config = format!("TABLE_NAME={}", deployment.app.state.config.table_name);
    for (arguments, code) in [
        (&["mail", "list"][..], 0),
        (&["mail", "list", "--region", "eu-west-1"], 0),
        (&["mail", "redrive", "--all"], 0),
        (&["mail", "redrive", "019c14f2-4400-7000-8000-000000000001"], 3),
        (&["mail", "redrive"], 2),
        (&["mail", "redrive", "--region", "eu-west-1"], 2),
        (&["mail", "redrive", "019c14f2-4400-7000-8000-000000000001", "--all"], 2),
    ] {
        let ended = deployment
            .command(&[&["--config", &config], arguments].concat(), &[], "")
            .await;
        assert_eq!(ended.status.code(), Some(code), "{arguments:?} {}", output_text(&ended));
    }
}
