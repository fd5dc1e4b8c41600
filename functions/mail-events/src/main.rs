//! The Lambda function `mail-events`.

use std::sync::Arc;

use lambda_runtime::{Error, service_fn};
use mail_events::Function;
use shared::clock::SystemClock;
use shared::function;
use shared::http::{AppState, request_log};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (config, _, core) = function::cold_start()?;
    let state = AppState::new(core, config, Arc::new(SystemClock), request_log::to_stdout);
    let function = &Function::new(state);
    let invoke = |event| async move { Ok::<_, Error>(function.invoke(event).await?) };
    lambda_runtime::run(service_fn(invoke)).await
}
