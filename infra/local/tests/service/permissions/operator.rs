//! `operator` is invoked by the operator of the service: here, as its function would be.

use std::sync::Arc;

use operator::{Actor, Task};
use shared::aws;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Config;
use shared::domain::EmailAddress;
use shared::domain::service_token::ServiceName;
use shared::entropy::OsEntropy;

use super::people::{ADA, mailed, press, sign_up};
use super::stage::Stage;
use crate::client::{Local, PASSWORD};

const FUNCTION: &str = "OperatorFunction";

pub async fn story(stage: &Stage) {
    let local = stage.open(&["SES_ACCOUNT_SUPPRESSION=on"]).await;
    sign_up(&local, ADA).await;
    let verify = format!("/api/auth/verify-email?token={}", mailed(&local, "verify-email").await);
    local.get(&verify).send().await.expect(200);
    press(&local, "bounce").await;
    let address = |text| EmailAddress::parse(text).expect("an address");
    let service = ServiceName::parse("calendar").expect("a name");
    let tasks = [
        Task::create_admin(address("root@example.com"), PASSWORD).expect("a password"),
        Task::GrantAdmin(address(ADA)),
        Task::EnrollAdminTotp(address(ADA)),
        Task::RevokeAdmin(address(ADA)),
        Task::ShowSuppression(address(ADA)),
        Task::LiftSuppression(address(ADA)),
        Task::ShowKeys,
        Task::CreateServiceToken(service.clone()),
        Task::ListServiceTokens,
        Task::RevokeServiceToken(service),
    ];
    invoke(&local, tasks).await;
    // KMS wraps the key of this ring.
    invoke(&*stage.open(&["SIGNING_MODE=wrapped"]).await, [Task::ShowKeys]).await;
}

async fn invoke(local: &Local, tasks: impl IntoIterator<Item = Task>) {
    let settings = |name: &str| match name {
        "ARGON2_MEMORY_KIB" => Some("8".to_owned()),
        "SES_ACCOUNT_SUPPRESSION" => Some("on".to_owned()),
        _ => None,
    };
    let config = Config::read(&settings).expect("settings");
    let sdk = aws::loopback_as(FUNCTION, local.service.aws_endpoint());
    let core = aws::core(&config, &sdk, Arc::new(OsEntropy)).expect("a core");

    for task in tasks {
        let actor = Actor::AccessKey(FUNCTION.to_owned());
        let report = operator::run(&core, task, &actor, SystemClock.now()).await;
        report.expect("a report");
    }
}
