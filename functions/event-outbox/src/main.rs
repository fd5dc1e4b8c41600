//! The Lambda function `event-outbox`.

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use shared::config::Config;
use shared::entropy::OsEntropy;
use shared::http::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    logs::init();
    let config = Config::from_environment()?;
    let sdk = shared::aws::on_lambda();
    let core = shared::aws::core(&config, &sdk, Arc::new(OsEntropy))?;
    let bus = shared::aws::event_bus(&config, &sdk);
    let (core, bus) = (&core, &bus);
    let publish = |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(Box::pin(event_outbox::handle(core, bus, event.payload)).await)
    };
    lambda_runtime::run(service_fn(publish)).await
}
