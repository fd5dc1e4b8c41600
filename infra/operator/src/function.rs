//! The Lambda function: an event has the words of a command. It has no event source; IAM decides who may invoke it.
//!
//! An event may hold a password, so no part of a malformed event is repeated, neither in the response nor in a log.

use std::sync::Arc;

use clap::Parser as _;
use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use serde_json::Value;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Config;
use shared::entropy::OsEntropy;
use shared::operations::{Core, EventBus};
use zeroize::Zeroizing;

use crate::args::Invocation;
use crate::{Actor, Failure, Misuse, Report, Task, run};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    command: Vec<String>,
    password: Option<String>,
}

/// Serves invocations until the execution environment ends.
pub async fn serve() -> Result<(), Error> {
    let config = Config::from_environment()?;
    let sdk = shared::aws::on_lambda();
    let core = &shared::aws::core(&config, &sdk, Arc::new(OsEntropy))?;
    let bus = &shared::aws::event_bus(&config, &sdk);
    let answer = |event| async move { invoke(core, bus, event, SystemClock.now()).await };
    lambda_runtime::run(service_fn(answer)).await
}

/// Handles one event.
pub async fn invoke(core: &Core, bus: &EventBus, event: LambdaEvent<Value>, now: Timestamp) -> Result<Report, Failure> {
    let LambdaEvent { payload, context } = event;
    let task = read(payload).inspect_err(|failure| {
        tracing::warn!(actor.id = context.request_id, error = %failure, "an invocation is malformed");
    })?;
    run(core, bus, task, &Actor::Invocation(context.request_id), now).await
}

fn read(payload: Value) -> Result<Task, Failure> {
    let event: Event = serde_json::from_value(payload).map_err(|_| Misuse::Event)?;
    let password = event.password.map(Zeroizing::new);
    let parsed = Invocation::try_parse_from(event.command);
    let Invocation { command } =
        parsed.map_err(|error| Misuse::Command(error.kind().as_str().unwrap_or("that is no task")))?;
    command.into_task(|| password.ok_or(Misuse::PasswordMissing))
}
