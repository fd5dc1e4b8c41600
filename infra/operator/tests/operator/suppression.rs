//! Suppressed addresses: showing the reason, and lifting the suppression.

use jiff::SignedDuration;
use operator::{Failure, Refusal, Task};
use serde_json::{Value, json};
use shared::domain::mail_event::Permanence;
use shared::domain::{EmailStatus, Label, MailEventKind};

use crate::support::{ADA, Deployment, address};

fn bounce() -> MailEventKind {
    MailEventKind::Bounce {
        permanence: Permanence::Permanent,
        reason: Label::of("NoEmail").expect("a label"),
    }
}

fn show() -> Task {
    Task::ShowSuppression(address(ADA))
}

fn lift() -> Task {
    Task::LiftSuppression(address(ADA))
}

#[tokio::test]
async fn an_unknown_address_has_no_events_and_cannot_be_lifted() {
    let deployment = Deployment::start().await;
    assert_eq!(
        deployment.report(show()).await,
        json!({
            "address": ADA,
            "status": "deliverable",
            "since": null,
            "reason": null,
            "suppressed": false,
            "delivered_at": null,
            "lifted_at": null,
            "owner": null,
        })
    );
    let refusal = deployment.refusal(lift()).await;
    assert!(
        matches!(refusal, Failure::Refused(Refusal::NotSuppressed(_))),
        "{refusal}"
    );
    assert_eq!(refusal.exit_code(), 3);
}

#[tokio::test]
async fn a_suppression_is_shown_and_lifted() {
    let deployment = Deployment::start().await;
    let user = deployment.verified(ADA).await;
    deployment.reported(ADA, bounce()).await;
    let shown = deployment.report(show()).await;
    let owner = json!({ "user_id": user.id.to_string(), "email_verified": true, "email_status": "bounced" });
    assert_eq!(shown["owner"], owner);
    let bounced = json!({ "status": "bounced", "since": "2026-01-31T12:00:00Z", "reason": "NoEmail" });
    assert_eq!(status(&shown), bounced);
    assert_eq!(shown["suppressed"], true);

    deployment.app.clock.advance(SignedDuration::from_mins(1));
    let lifted = deployment.report(lift()).await;
    assert_eq!(
        lifted,
        json!({ "address": ADA, "lifted": bounced, "account_list": "separate" })
    );
    assert_eq!(deployment.user(ADA).await.email_status, EmailStatus::Deliverable);
    let shown = deployment.report(show()).await;
    assert_eq!(shown["suppressed"], false);
    assert_eq!(shown["lifted_at"], "2026-01-31T12:01:00Z");
    assert_eq!(shown["owner"]["email_status"], "deliverable");

    let again = deployment.refusal(lift()).await;
    assert!(matches!(again, Failure::Refused(Refusal::NotSuppressed(_))), "{again}");
}

#[tokio::test]
async fn an_address_without_an_owner_can_be_lifted_too() {
    let deployment = Deployment::start().await;
    deployment
        .reported(ADA, MailEventKind::Complaint { feedback: None })
        .await;
    let shown = deployment.report(show()).await;
    assert_eq!(
        (&shown["status"], &shown["owner"]),
        (&json!("complained"), &Value::Null)
    );
    let lifted = deployment.report(lift()).await;
    assert_eq!(lifted["lifted"]["status"], "complained");
}

#[tokio::test]
async fn lifting_again_retries_the_list_of_the_account() {
    let deployment = Deployment::with_settings(&[("SES_ACCOUNT_SUPPRESSION", "on")]).await;
    let faults = deployment.app.aws.faults();
    faults.set(local_aws::Service::Ses, local_aws::Mode::Error);
    deployment.reported(ADA, bounce()).await;
    assert_eq!(deployment.report(lift()).await["account_list"], "failed");
    // The address is lifted in the table and not in SES: that is no success.
    let failure = deployment.refusal(lift()).await;
    assert!(matches!(failure, Failure::Interrupted(_)), "{failure}");
    faults.set(local_aws::Service::Ses, local_aws::Mode::Off);
    let refusal = deployment.refusal(lift()).await;
    assert!(
        matches!(refusal, Failure::Refused(Refusal::NotSuppressed(_))),
        "{refusal}"
    );
}

#[tokio::test]
async fn lifting_also_clears_the_list_of_the_account() {
    let deployment = Deployment::with_settings(&[("SES_ACCOUNT_SUPPRESSION", "on")]).await;
    deployment.reported(ADA, bounce()).await;
    assert_eq!(deployment.report(lift()).await["account_list"], "cleared");
}

fn status(report: &Value) -> Value {
    json!({ "status": report["status"], "since": report["since"], "reason": report["reason"] })
}
