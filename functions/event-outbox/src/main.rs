//! The Lambda function `event-outbox`.

use aws_lambda_events::event::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (config, sdk, core) = function::cold_start()?;
    let bus = shared::aws::event_bus(&config, &sdk);
    let (core, bus) = (&core, &bus);
    let publish = |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(Box::pin(event_outbox::handle(core, bus, event.payload)).await)
    };
    lambda_runtime::run(service_fn(publish)).await
}
