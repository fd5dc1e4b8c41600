//! `operator` is invoked by the operator of the service: here, as its function would be.

use std::sync::Arc;

use jiff::SignedDuration;
use operator::{Actor, Task};
use shared::aws;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Config;
use shared::domain::service_token::ServiceName;
use shared::domain::signing_key::Ring;
use shared::domain::{EmailAddress, Mail, MailId, MailPurpose, Region, UserId};
use shared::entropy::OsEntropy;
use shared::store::Changes;

use super::people::{ADA, core_beside, log_in, mailed, post_as, press, sign_up};
use super::stage::Stage;
use crate::client::{Local, PASSWORD};

const FUNCTION: &str = "OperatorFunction";

pub async fn story(stage: &Stage) {
    let local = stage.open(&["SES_ACCOUNT_SUPPRESSION=on"]).await;
    sign_up(&local, ADA).await;
    let verify = format!("/api/auth/verify-email?token={}", mailed(&local, "verify-email").await);
    local.get(&verify).send().await.expect(200);
    press(&local, "bounce").await;
    let ada = log_in(&local, ADA).await;
    let organization = serde_json::json!({ "name": "Acme", "slug": "acme" });
    post_as(&local, &ada, "/api/auth/organization/create", organization).await;
    let address = |text| EmailAddress::parse(text).expect("an address");
    let elsewhere = Region::parse("eu-west-1").expect("a Region");
    let waiting = mail_of(&elsewhere, &local).await;
    let service = ServiceName::parse("calendar").expect("a name");
    let tasks = [
        Task::create_admin(address("root@example.com"), PASSWORD).expect("a password"),
        Task::GrantAdmin(address(ADA)),
        Task::EnrollAdminTotp(address(ADA)),
        Task::RevokeAdmin(address(ADA)),
        Task::ShowSuppression(address(ADA)),
        Task::LiftSuppression(address(ADA)),
        Task::ListMails(Some(elsewhere)),
        Task::RedriveMail(waiting),
        Task::RedriveMails(None),
        Task::ListKeys,
        Task::RebuildLists,
        Task::CreateServiceToken(service.clone()),
        Task::ListServiceTokens,
        Task::RevokeServiceToken(service),
    ];
    invoke(&local, tasks, "kms").await;
    redrive(&local).await;
    for mode in ["kms", "wrapped"] {
        let local = stage.open(&[&format!("SIGNING_MODE={mode}")]).await;
        for ring in Ring::ALL {
            let path = match ring {
                Ring::User => "/v1/auth/.well-known/jwks.json",
                Ring::Admin => "/v1/admin/.well-known/jwks.json",
            };
            let keys = local.get(path).send().await.expect(200).json();
            let kid = keys["keys"][0]["kid"].as_str().expect("text").to_owned();
            let tasks = [Task::RotateKeys(ring), Task::RevokeKey(ring, kid), Task::ListKeys];
            invoke(&local, tasks, mode).await;
        }
    }
}

/// An event that was given up is published later.
async fn redrive(local: &Local) {
    local.service.fail_events(Some(("user_created", "MalformedDetail")));
    sign_up(local, "grace@example.com").await;
    let published = local.events().await.len();
    local.service.fail_events(None);
    invoke(local, [Task::ListEvents, Task::RedriveEvents], "kms").await;
    assert!(local.events().await.len() > published);
}

/// The id of a mail that no function sends, because another Region has written it.
async fn mail_of(region: &Region, local: &Local) -> MailId {
    let now = SystemClock.now();
    let mail = Mail {
        id: MailId::generate(now, &OsEntropy),
        purpose: MailPurpose::PasswordChanged {
            user_id: UserId::generate(now, &OsEntropy),
        },
        language: None,
        region: Some(region.clone()),
        created_at: now,
    };
    let store = core_beside(local, &[]).store;
    store.commit(Changes::new().enqueue(&mail)).await.expect("a commit");
    mail.id
}

async fn invoke(local: &Local, tasks: impl IntoIterator<Item = Task>, mode: &str) {
    let settings = |name: &str| match name {
        "SIGNING_MODE" => Some(mode.to_owned()),
        "ARGON2_MEMORY_KIB" => Some("8".to_owned()),
        "SES_ACCOUNT_SUPPRESSION" | "EVENTS" => Some("on".to_owned()),
        _ => None,
    };
    let config = Config::read(&settings).expect("settings");
    let sdk = aws::loopback_as(FUNCTION, local.service.aws_endpoint());
    let core = aws::core(&config, &sdk, Arc::new(OsEntropy)).expect("a core");

    let bus = aws::event_bus(&config, &sdk);
    for task in tasks {
        let actor = Actor::AccessKey(FUNCTION.to_owned());
        let late = matches!(task, Task::ListEvents | Task::RedriveEvents);
        let wait = SignedDuration::from_hours(i64::from(late));
        let report = operator::run(&core, &bus, task, &actor, SystemClock.now() + wait).await;
        report.expect("a report");
    }
}
