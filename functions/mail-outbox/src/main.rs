//! The Lambda function `mail-outbox`.

use std::sync::Arc;

use aws_lambda_events::event::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use shared::clock::{Clock, SystemClock};
use shared::config::Config;
use shared::entropy::OsEntropy;
use shared::http::{logs, request_log};
use shared::usage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    logs::init();
    let config = Config::from_environment()?;
    let sdk = shared::aws::on_lambda();
    let core = shared::aws::core(&config, &sdk, Arc::new(OsEntropy))?;
    let mailer = shared::aws::mailer(&config, &sdk);
    let (core, mailer) = (&core, &mailer);
    let send = |event: LambdaEvent<Event>| async move {
        let now = SystemClock.now();
        let (response, usage) = usage::measure(Box::pin(mail_outbox::handle(core, mailer, event.payload, now))).await;
        if usage.failed_templates > 0 {
            request_log::failed_templates_to_stdout(usage.failed_templates, now);
        }
        Ok::<_, Error>(response)
    };
    lambda_runtime::run(service_fn(send)).await
}
