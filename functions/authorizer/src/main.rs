//! The Lambda function `authorizer`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use shared::clock::{Clock, SystemClock};
use shared::config::Config;
use shared::entropy::OsEntropy;
use shared::http::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    logs::init();
    let config = Config::from_environment()?;
    let core = shared::aws::core(&config, &shared::aws::on_lambda(), Arc::new(OsEntropy))?;
    let (core, check) = (&core, config.authorizer_check);
    let authorize = |event: LambdaEvent<authorizer::Request>| async move {
        Ok::<_, Error>(authorizer::authorize(core, check, &event.payload, SystemClock.now()).await?)
    };
    lambda_runtime::run(service_fn(authorize)).await
}
