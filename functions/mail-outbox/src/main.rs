//! The Lambda function `mail-outbox`.

use aws_lambda_events::streams::DynamoDbEventResponse;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use mail_outbox::Invocation;
use shared::clock::{Clock, SystemClock};
use shared::function;
use shared::http::request_log;
use shared::operations::{Core, Interruption, Mailer};
use shared::usage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (config, sdk, core) = function::cold_start()?;
    let mailer = shared::aws::mailer(&config, &sdk);
    let stack = config.signer.stack.as_str();
    let (core, mailer) = (&core, &mailer);
    let send = |event: LambdaEvent<Invocation>| async move {
        let now = SystemClock.now();
        let (response, usage) = usage::measure(Box::pin(deliver(core, mailer, event.payload))).await;
        request_log::mails_to_stdout(stack, &usage, now);
        Ok::<_, Error>(response?)
    };
    lambda_runtime::run(service_fn(send)).await
}

async fn deliver(core: &Core, mailer: &Mailer, event: Invocation) -> Result<DynamoDbEventResponse, Interruption> {
    let now = SystemClock.now();
    match event {
        Invocation::Stream(event) => Ok(mail_outbox::handle(core, mailer, event, now).await),
        Invocation::Schedule(_) => {
            mail_outbox::handle_due(core, mailer, now).await?;
            Ok(DynamoDbEventResponse::default())
        }
    }
}
