//! The Lambda function `audit-trail`.

use std::io::{self, Write as _};

use aws_lambda_events::event::cloudwatch_logs::LogsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let keep = |event: LambdaEvent<LogsEvent>| async move {
        let mut log = io::stdout().lock();
        for record in audit_trail::records(&event.payload) {
            writeln!(log, "{record}")?;
        }
        log.flush()?;
        Ok::<_, Error>(())
    };
    lambda_runtime::run(service_fn(keep)).await
}
