//! Mail that waits or was given up, and what the dead-letter queues have.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use jiff::{SignedDuration, Timestamp};
use shared::domain::{MailFailure, WaitingMail};
use shared::operations::Administrator;

use super::{Deployment, Finding};

const OUTBOX: &str = "outbox";
const QUEUE: &str = "queue";

/// A mail that waits for longer is late, whatever the reason.
const LATE: SignedDuration = SignedDuration::from_mins(15);

pub(super) async fn check(deployment: &Deployment<'_>, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![outbox(deployment, now).await];
    let client = Client::new(deployment.sdk);
    for url in &deployment.around.queues {
        findings.push(queue(&client, url).await);
    }
    if deployment.around.queues.is_empty() {
        findings.push(Finding::warning(
            QUEUE,
            "not checked",
            "give the stack's outputs UndeliveredMailQueueUrl and UntakenMailEventsQueueUrl as --queue",
        ));
    }
    findings
}

async fn outbox(deployment: &Deployment<'_>, now: Timestamp) -> Finding {
    let Ok(mails) = deployment.core.list_outbox(Administrator::operator(), None).await else {
        return Finding::failed(
            OUTBOX,
            "cannot be read from the table",
            "grant dynamodb:Query on the index listing of MAILS#* and dynamodb:BatchGetItem on OUTBOX#*",
        );
    };
    let is_given_up = |mail: &&WaitingMail| mail.undeliverable_since.is_some();
    let given_up = mails.iter().filter(is_given_up).count();
    let late = |mail: &&WaitingMail| {
        mail.undeliverable_since.is_none() && mail.created_at.is_some_and(|at| now.duration_since(at) > LATE)
    };
    let late = mails.iter().filter(late).count();
    let reasons = reasons(&mails);
    if given_up > 0 {
        Finding::failed(
            OUTBOX,
            format!("{given_up} mails are undeliverable{reasons}"),
            "`operator mail list` shows them, and `operator mail redrive --all` has them sent again once the cause is gone",
        )
    } else if late > 0 {
        Finding::warning(
            OUTBOX,
            format!("{late} mails have waited for more than a quarter of an hour{reasons}"),
            "look at the log of the function mail-outbox",
        )
    } else {
        Finding::ok(OUTBOX, format!("{} mails wait", mails.len()))
    }
}

/// Why mails have failed, each reason once.
fn reasons(mails: &[WaitingMail]) -> String {
    let mut reasons: Vec<&str> = mails
        .iter()
        .filter_map(|mail| mail.last_failure)
        .map(|failure| match failure {
            MailFailure::RecipientNotVerified => {
                "the account is in the sandbox of SES and the recipient is not verified"
            }
            MailFailure::AccountHeld => "SES takes no mail of the account",
            MailFailure::Rejected => "SES rejects the mail",
            MailFailure::Unreadable => "an item does not parse",
            MailFailure::Unavailable => "SES or another service failed",
            MailFailure::Crashed => "the function ended while it sent the mail",
            MailFailure::Expired => "it could not be sent for a day",
        })
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    if reasons.is_empty() {
        String::new()
    } else {
        format!(" ({})", reasons.join("; "))
    }
}

async fn queue(client: &Client, url: &str) -> Finding {
    let name = url.rsplit('/').next().unwrap_or(url);
    let wanted = QueueAttributeName::ApproximateNumberOfMessages;
    let read = client
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(wanted.clone());
    let attributes = match read.send().await {
        Ok(read) => read.attributes.unwrap_or_default(),
        Err(error) => return Finding::unanswered(QUEUE, "sqs:GetQueueAttributes", &error),
    };
    match attributes.get(&wanted).map(String::as_str) {
        Some("0") => Finding::ok(QUEUE, format!("{name} is empty")),
        Some(count) => Finding::warning(
            QUEUE,
            format!("{name} has {count} messages"),
            "read them (docs/operations.md, alarms), and delete them when their cause is gone",
        ),
        None => Finding::failed(
            QUEUE,
            format!("the number of messages in {name} is unknown"),
            "run the doctor again",
        ),
    }
}
