//! The Lambda function `authorizer`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use shared::clock::{Clock, SystemClock};
use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (config, _, core) = function::cold_start()?;
    let (core, check) = (&core, config.authorizer_check);
    let authorize = |event: LambdaEvent<authorizer::Request>| async move {
        Ok::<_, Error>(authorizer::authorize(core, check, &event.payload, SystemClock.now()).await?)
    };
    lambda_runtime::run(service_fn(authorize)).await
}
