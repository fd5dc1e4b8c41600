//! The doctor: a green deployment, and for each broken thing the finding.

use axum::Router;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use local_aws::template::Template;
use local_aws::{FEEDBACK_TOPIC, Identity, Mode, Refused, Sending, Service, Subscription};
use operator::doctor::{self, Around, Finding, Status};
use serde_json::{Value, json};
use shared::aws;
use shared::clock::{Clock as _, SystemClock};
use shared::config::SETTINGS;
use shared::domain::signing_key::Ring;
use tokio::net::TcpListener;

use crate::support::{ADA, Deployment, output_text};

const ALARMS: &str = "arn:aws:sns:us-east-1:000000000000:alarms";
const QUEUE: &str = "http://127.0.0.1/000000000000/undelivered-mail";
const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:ostiary-a1b2c3";

/// A server of the public URL, whose discovery document has an issuer.
async fn server(issuer: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let issuer = issuer.map_or_else(|| url.clone(), str::to_owned);
    let document = get(move || async move { json!({ "issuer": issuer }).to_string() });
    let router = Router::new().route("/.well-known/openid-configuration", document);
    tokio::spawn(async { axum::serve(listener, router).await });
    url
}

struct Examined(Vec<Finding>);

impl Examined {
    fn of(&self, check: &str) -> &Finding {
        let found = self.0.iter().find(|finding| finding.check == check);
        found.unwrap_or_else(|| panic!("no finding of {check}: {:?}", self.0))
    }

    #[track_caller]
    fn is(&self, check: &str, status: Status, words: &str) {
        let finding = self.of(check);
        assert_eq!(finding.status, status, "{finding}");
        assert!(finding.to_string().contains(words), "{finding}");
        assert_eq!(finding.action.is_none(), status == Status::Ok, "{finding}");
    }
}

/// A deployment that lacks nothing.
async fn complete() -> Deployment {
    complete_with(&[]).await
}

async fn complete_with(settings: &[(&str, &str)]) -> Deployment {
    let url = server(None).await;
    let own = [("PUBLIC_URL", url.as_str()), ("SNS_TOPIC_ARNS", FEEDBACK_TOPIC)];
    let deployment = Deployment::with_settings(&[&own, settings].concat()).await;
    for ring in Ring::ALL {
        let published = deployment.app.core().publish_keys(ring, SystemClock.now()).await;
        published.expect("keys");
    }
    let subscription = Subscription {
        protocol: "email",
        endpoint: "root@example.com".to_owned(),
        is_confirmed: true,
    };
    deployment.app.aws.set_subscriptions(ALARMS, vec![subscription]);
    deployment
}

impl Deployment {
    async fn examine(&self) -> Examined {
        self.examine_at(SystemClock.now()).await
    }

    async fn examine_at(&self, now: Timestamp) -> Examined {
        let sdk = aws::loopback(&self.app.aws.endpoint_url());
        self.examine_as(&sdk, now).await
    }

    async fn examine_as(&self, sdk: &aws_config::SdkConfig, now: Timestamp) -> Examined {
        let around = Around {
            alarm_topic: Some(ALARMS.to_owned()),
            queues: vec![QUEUE.to_owned()],
        };
        let deployment = doctor::Deployment {
            core: self.app.core(),
            config: &self.app.state.config,
            sdk,
            around: &around,
        };
        Examined(deployment.examine(now).await.findings().to_vec())
    }

    /// A request to DynamoDB, by the name of its operation.
    async fn dynamodb(&self, change: impl AsyncFnOnce(aws_sdk_dynamodb::Client, String)) {
        let sdk = aws::loopback(&self.app.aws.endpoint_url());
        let table = self.app.state.config.table_name.clone();
        change(aws_sdk_dynamodb::Client::new(&sdk), table).await;
    }
}

#[tokio::test]
async fn a_complete_deployment_has_nothing_to_do() {
    let deployment = complete().await;
    let findings = deployment.examine().await.0;
    assert!(findings.len() >= 15, "{findings:?}");
    for finding in findings {
        assert_eq!((finding.status, &finding.action), (Status::Ok, &None), "{finding}");
    }
}

#[tokio::test]
async fn an_account_of_ses_that_may_not_send_is_found() {
    let deployment = complete().await;
    let account = deployment.app.aws.ses_account();
    account.set_sandbox(true);
    deployment
        .examine()
        .await
        .is("mail sandbox", Status::Warning, "only recipients that are verified");
    account.set_sandbox(false);
    account.set_sending(Sending::Paused);
    let paused = deployment.examine().await;
    paused.is("mail sending", Status::Failed, "put-account-sending-attributes");
    account.set_sending(Sending::Suspended);
    let suspended = deployment.examine().await;
    suspended.is("mail sending", Status::Failed, "has suspended the account");
    account.set_sending(Sending::Enabled);

    let sender = |is_verified, has_dkim| {
        let identity = Identity { is_verified, has_dkim };
        account.set_identity("example.com", Some(identity));
        account.set_identity("no-reply@example.com", None);
    };
    sender(false, false);
    let unverified = deployment.examine().await;
    unverified.is("mail sender", Status::Failed, "example.com is not verified");
    sender(true, false);
    let unsigned = deployment.examine().await;
    unsigned.is("mail sender", Status::Ok, "verified");
    unsigned.is("mail DKIM", Status::Warning, "CNAME");
    account.set_identity("example.com", None);
    let unknown = deployment.examine().await;
    unknown.is(
        "mail sender",
        Status::Failed,
        "knows neither example.com nor no-reply@example.com",
    );
    // The address alone is enough.
    let verified = Identity {
        is_verified: true,
        has_dkim: true,
    };
    account.set_identity("no-reply@example.com", Some(verified));
    let address = deployment.examine().await;
    address.is("mail sender", Status::Ok, "no-reply@example.com is verified");
}

#[tokio::test]
async fn topics_that_reach_nobody_are_found() {
    let deployment = complete().await;
    let aws = &deployment.app.aws;
    let pending = |protocol| Subscription {
        protocol,
        endpoint: "root@example.com".to_owned(),
        is_confirmed: false,
    };
    aws.set_subscriptions(ALARMS, vec![pending("email")]);
    aws.set_subscriptions(FEEDBACK_TOPIC, vec![pending("https")]);
    let examined = deployment.examine().await;
    examined.is("alarms", Status::Failed, "press the link in the mail of SNS");
    examined.is("mail reports", Status::Failed, "is not confirmed");
    aws.set_subscriptions(ALARMS, Vec::new());
    aws.set_subscriptions(FEEDBACK_TOPIC, vec![pending("email")]);
    let examined = deployment.examine().await;
    examined.is("alarms", Status::Failed, "nobody is subscribed");
    examined.is("mail reports", Status::Failed, "no function is subscribed");
}

#[tokio::test]
async fn a_table_that_lacks_something_is_found() {
    use aws_sdk_dynamodb::types::{PointInTimeRecoverySpecification, StreamSpecification, TimeToLiveSpecification};
    let deployment = complete().await;
    deployment
        .dynamodb(async |client, table| {
            let stream = StreamSpecification::builder()
                .stream_enabled(false)
                .build()
                .expect("valid");
            let update = client.update_table().table_name(&table).stream_specification(stream);
            update.send().await.expect("an update");
            let update = client
                .update_table()
                .table_name(&table)
                .deletion_protection_enabled(false);
            update.send().await.expect("an update");
            let ttl = TimeToLiveSpecification::builder()
                .attribute_name("ttl")
                .enabled(false)
                .build();
            let update = client.update_time_to_live().table_name(&table);
            let update = update.time_to_live_specification(ttl.expect("valid"));
            update.send().await.expect("an update");
            let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(false);
            let update = client.update_continuous_backups().table_name(&table);
            let update = update.point_in_time_recovery_specification(recovery.build().expect("valid"));
            update.send().await.expect("an update");
        })
        .await;
    let examined = deployment.examine().await;
    examined.is("table", Status::Ok, "active");
    examined.is("stream", Status::Failed, "KEYS_ONLY");
    examined.is("expiry", Status::Failed, "update-time-to-live");
    examined.is("recovery", Status::Failed, "update-continuous-backups");
    examined.is("protection", Status::Warning, "DeletionProtection=true");
}

#[tokio::test]
async fn a_missing_table_is_found() {
    let deployment = complete().await;
    deployment
        .dynamodb(async |client, table| {
            let update = client
                .update_table()
                .table_name(&table)
                .deletion_protection_enabled(false);
            update.send().await.expect("an update");
            client
                .delete_table()
                .table_name(&table)
                .send()
                .await
                .expect("a deletion");
        })
        .await;
    deployment.examine().await.is("table", Status::Failed, "TABLE_NAME");
}

#[tokio::test]
async fn keys_that_do_not_sign_or_do_not_rotate_are_found() {
    let deployment = complete().await;
    let now = SystemClock.now();
    let day = SignedDuration::from_hours(24);
    // The default rotation is after 90 days; the next key is published a day and two hours before.
    deployment
        .examine_at(now + day * 80)
        .await
        .is("signing keys", Status::Ok, "the ring user");
    let near = deployment
        .examine_at(now + day * 89 + SignedDuration::from_hours(2))
        .await;
    near.is("signing keys", Status::Warning, "is not published");
    let late = deployment.examine_at(now + day * 91).await;
    late.is("signing keys", Status::Failed, "its rotation is late");

    let none = Deployment::with_settings(&[("PUBLIC_URL", &deployment.app.state.config.settings.public_url)]).await;
    none.examine()
        .await
        .is("signing keys", Status::Failed, "has no key that signs");

    let keys = deployment
        .app
        .core()
        .show_keys(shared::operations::Administrator::operator())
        .await;
    let key = keys.expect("keys")[0].keys[0].kms_key.clone();
    let kms = aws_sdk_kms::Client::new(&aws::loopback(&deployment.app.aws.endpoint_url()));
    let deletion = kms.schedule_key_deletion().key_id(key).pending_window_in_days(7);
    deletion.send().await.expect("a deletion");
    let gone = deployment.examine().await;
    gone.is("signing keys", Status::Failed, "PendingDeletion");
}

#[tokio::test]
async fn a_secret_that_is_not_usable_is_found() {
    let deployment = complete_with(&[("SECRETS_ARN", SECRET)]).await;
    let aws = &deployment.app.aws;
    deployment
        .examine()
        .await
        .is("secrets", Status::Failed, "does not exist");
    for (text, status, words) in [
        (r#"{"CAPTCHA_SECRET": "hush"}"#, Status::Ok, "valid"),
        (r#"{"CAPTCHA_SECERT": "hush"}"#, Status::Warning, "CAPTCHA_SECERT"),
        ("hush", Status::Failed, "is not a JSON object"),
    ] {
        aws.put_secret(SECRET, text);
        let examined = deployment.examine().await;
        examined.is("secrets", status, words);
        assert!(!examined.of("secrets").to_string().contains("hush"));
    }
}

#[tokio::test]
async fn mail_that_was_given_up_and_messages_in_queues_are_found() {
    let deployment = complete().await;
    let aws = &deployment.app.aws;
    aws.ses_account().refuse(ADA, Some(Refused::Rejected));
    deployment.sign_up(ADA).await;
    let waiting = deployment.examine_at(deployment.app.clock.now()).await;
    waiting.is("outbox", Status::Ok, "1 mails wait");
    let late = deployment.app.clock.now() + SignedDuration::from_mins(16);
    let late = deployment.examine_at(late).await;
    late.is("outbox", Status::Warning, "SES rejects the mail");
    for _ in 0..6 {
        deployment.app.clock.advance(SignedDuration::from_hours(1));
        deployment.app.deliver_mail().await;
    }
    let given_up = deployment.examine_at(deployment.app.clock.now()).await;
    given_up.is("outbox", Status::Failed, "operator mail redrive");
    aws.set_messages(QUEUE, 3);
    let examined = deployment.examine().await;
    examined.is("queue", Status::Warning, "undelivered-mail has 3 messages");
}

/// The operator learns of the sandbox where mail stays, too.
#[tokio::test]
async fn mail_that_the_sandbox_holds_is_explained() {
    let deployment = complete().await;
    deployment.app.aws.ses_account().set_sandbox(true);
    deployment.sign_up(ADA).await;
    let late = deployment.app.clock.now() + SignedDuration::from_mins(16);
    let examined = deployment.examine_at(late).await;
    examined.is(
        "outbox",
        Status::Warning,
        "in the sandbox of SES and the recipient is not verified",
    );
}

#[tokio::test]
async fn a_service_that_does_not_answer_or_names_another_issuer_is_found() {
    let silent = Deployment::with_settings(&[("PUBLIC_URL", "http://127.0.0.1:9")]).await;
    silent
        .examine()
        .await
        .is("public URL", Status::Failed, "does not answer");
    let url = server(Some("https://auth.example.com")).await;
    let other = Deployment::with_settings(&[("PUBLIC_URL", &url)]).await;
    other
        .examine()
        .await
        .is("issuer", Status::Failed, "https://auth.example.com");
    let missing = format!("{url}/nothing");
    let missing = Deployment::with_settings(&[("PUBLIC_URL", &missing)]).await;
    missing.examine().await.is("public URL", Status::Failed, "404");
    let deployment = complete().await;
    let wrong = deployment
        .examine_at(SystemClock.now() - SignedDuration::from_hours(1))
        .await;
    wrong.is("clock", Status::Failed, "NTP");
}

#[tokio::test]
async fn an_aws_that_does_not_answer_is_no_green_deployment() {
    let deployment = complete().await;
    for (service, check) in [
        (Service::Ses, "mail sending"),
        (Service::Sns, "alarms"),
        (Service::Sqs, "queue"),
        (Service::DynamoDb, "table"),
    ] {
        deployment.app.aws.faults().set(service, Mode::Error);
        let examined = deployment.examine().await;
        assert_eq!(examined.of(check).status, Status::Failed, "{}", examined.of(check));
        deployment.app.aws.faults().set(service, Mode::Off);
    }
}

/// What the operator may not read is no fault of the deployment, and the finding names the permission.
#[tokio::test]
async fn a_missing_permission_is_named() {
    let deployment = complete_with(&[("SECRETS_ARN", SECRET)]).await;
    let template = Template::of_the_service();
    let known = |name: &str| {
        let default = SETTINGS.iter().find(|(known, _)| *known == name);
        default.map(|(_, value)| (*value).to_owned())
    };
    let policies = local_aws::Deployment::of(template, known).with("MailIdentity", "example.com");
    deployment.app.aws.enforce(template, policies).expect("policies");
    let sdk = aws::loopback_as("HealthFunction", &deployment.app.aws.endpoint_url());
    let examined = deployment.examine_as(&sdk, SystemClock.now()).await;
    for (check, permission) in [
        ("table", "dynamodb:DescribeTable"),
        ("secrets", "secretsmanager:GetSecretValue"),
        ("mail sending", "ses:GetAccount"),
        ("mail sender", "ses:GetEmailIdentity"),
        ("mail reports", "sns:ListSubscriptionsByTopic"),
        ("queue", "sqs:GetQueueAttributes"),
    ] {
        examined.is(check, Status::Warning, permission);
    }
}

#[tokio::test]
async fn the_command_prints_a_line_for_each_check_and_fails_with_one() {
    let deployment = complete().await;
    let config = &deployment.app.state.config;
    let settings = [
        format!("PUBLIC_URL={}", config.settings.public_url),
        format!("SNS_TOPIC_ARNS={FEEDBACK_TOPIC}"),
        format!("TABLE_NAME={}", config.table_name),
    ];
    let settings: Vec<&str> = settings.iter().flat_map(|it| ["--config", it.as_str()]).collect();
    let line = ["doctor", "--alarm-topic", ALARMS, "--queue", QUEUE];
    let arguments = [&settings[..], &line].concat();
    let green = deployment.command(&arguments, &[], "").await;
    let text = output_text(&green);
    assert!(green.status.success(), "{text}");
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("ok ")).collect();
    assert!(lines.len() >= 15, "{text}");

    deployment.app.aws.ses_account().set_sending(Sending::Suspended);
    let broken = deployment
        .command(&[&["--json"], &arguments[..]].concat(), &[], "")
        .await;
    assert_eq!(broken.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&broken.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let failed: Vec<_> = findings
        .iter()
        .filter(|finding| finding["status"] == "failed")
        .collect();
    assert_eq!(failed.len(), 1, "{report}");
    assert_eq!(failed[0]["check"], "mail sending");
    assert!(failed[0]["action"].is_string());
    // The audit record of the command.
    assert!(output_text(&broken).contains("\"task\":\"doctor\""));
}
