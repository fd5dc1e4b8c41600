//! Topics of SNS: reports on mail reach the function `mail-events`, and alarms reach a person.

use aws_sdk_sns::Client;
use aws_sdk_sns::operation::list_subscriptions_by_topic::ListSubscriptionsByTopicError;
use aws_sdk_sns::types::Subscription;

use super::{Deployment, Finding};

const REPORTS: &str = "mail reports";
const ALARMS: &str = "alarms";

const PERMISSION: &str = "sns:ListSubscriptionsByTopic";

pub(super) async fn check(deployment: &Deployment<'_>) -> Vec<Finding> {
    let client = Client::new(deployment.sdk);
    let mut findings = Vec::new();
    for topic in &deployment.config.mail_topics {
        findings.push(reports(&client, topic.as_str()).await);
    }
    if findings.is_empty() {
        findings.push(Finding::warning(
            REPORTS,
            "not checked: SNS_TOPIC_ARNS names no topic",
            "set it to the stack's output MailEventsTopicArn",
        ));
    }
    findings.push(match &deployment.around.alarm_topic {
        Some(topic) => alarms(&client, topic).await,
        None => Finding::warning(
            ALARMS,
            "not checked, or there are none",
            "deploy with AlarmEmail or AlarmTopicArn, and give the stack's output AlarmTopicArn as --alarm-topic",
        ),
    });
    findings
}

async fn reports(client: &Client, topic: &str) -> Finding {
    let subscriptions = match subscriptions(client, topic, REPORTS).await {
        Ok(subscriptions) => subscriptions,
        Err(finding) => return finding,
    };
    let is_function = |subscription: &&Subscription| matches!(subscription.protocol(), Some("lambda" | "https"));
    let mut ours = subscriptions.iter().filter(is_function);
    match ours.clone().find(|subscription| is_confirmed(subscription)) {
        Some(_) => Finding::ok(REPORTS, "bounces and complaints reach the service"),
        None if ours.next().is_some() => Finding::failed(
            REPORTS,
            "the subscription of the service to the topic is not confirmed, so bounces are not noticed",
            "publish the request again: unsubscribe, and subscribe the endpoint again",
        ),
        None => Finding::failed(
            REPORTS,
            "no function is subscribed to the topic, so bounces are not noticed",
            "deploy again, or compare SNS_TOPIC_ARNS with the stack's output MailEventsTopicArn",
        ),
    }
}

async fn alarms(client: &Client, topic: &str) -> Finding {
    let subscriptions = match subscriptions(client, topic, ALARMS).await {
        Ok(subscriptions) => subscriptions,
        Err(finding) => return finding,
    };
    if subscriptions.iter().any(is_confirmed) {
        Finding::ok(ALARMS, "reach a subscriber")
    } else if subscriptions.is_empty() {
        Finding::failed(
            ALARMS,
            "nobody is subscribed to the topic",
            "aws sns subscribe --protocol email",
        )
    } else {
        Finding::failed(
            ALARMS,
            "the subscription is not confirmed, so alarms reach no person",
            "press the link in the mail of SNS; after three days, subscribe again",
        )
    }
}

async fn subscriptions(client: &Client, topic: &str, check: &'static str) -> Result<Vec<Subscription>, Finding> {
    let listed = client.list_subscriptions_by_topic().topic_arn(topic).send().await;
    match listed {
        Ok(listed) => Ok(listed.subscriptions.unwrap_or_default()),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(ListSubscriptionsByTopicError::is_not_found_exception) =>
        {
            Err(Finding::failed(
                check,
                format!("there is no topic {topic}"),
                "compare it with the outputs of the stack",
            ))
        }
        Err(error) => Err(Finding::unanswered(check, PERMISSION, &error)),
    }
}

/// Until then, SNS writes `PendingConfirmation` in place of the ARN.
fn is_confirmed(subscription: &Subscription) -> bool {
    subscription
        .subscription_arn()
        .is_some_and(|arn| arn.starts_with("arn:"))
}
