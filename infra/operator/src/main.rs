//! The command `operator`; on Lambda, the function of the same name.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use operator::args::{Args, Work};
use operator::{Failure, Report, password};
use shared::operations::Interruption;

/// The exit code for a task that was tried and failed; [`Failure::exit_code`] has the others.
const FAILED: u8 = 1;
/// The exit code for an invalid argument or setting.
const MISUSE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    operator::init_logs();
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        return match operator::serve().await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&*error, FAILED),
        };
    }
    let args = Args::parse();
    let json = args.json;
    match Box::pin(obey(args)).await {
        Ok(report) => print(&report, json),
        Err(code) => code,
    }
}

async fn obey(args: Args) -> Result<Report, ExitCode> {
    let Args {
        connection, command, ..
    } = args;
    let refused = |failure: &Failure| failed(failure, failure.exit_code());
    // A missing connection is an error before the password is asked for.
    let connected = connection
        .open()
        .await
        .map_err(|error| failed(&error, if error.is_misuse() { MISUSE } else { FAILED }))?;
    let done = match command {
        Work::Import(import) => connected.import(&import.into()).await,
        Work::Export { file } => connected.export(&file).await,
        Work::Doctor(around) => connected.examine(&around).await,
        Work::Audit(trail) => connected.audit(&trail).await,
        Work::Task(command) => {
            let task = command.into_task(password::read).map_err(|failure| refused(&failure))?;
            connected.run(task).await
        }
    };
    done.map_err(|failure| {
        let code = refused(&failure);
        if matches!(failure, Failure::Interrupted(Interruption::Unavailable)) {
            eprintln!("It is {}; the lines above say what was wrong.", connected.place());
        }
        code
    })
}

fn print(report: &Report, json: bool) -> ExitCode {
    let text = if json {
        serde_json::to_string_pretty(report).map(|text| text + "\n")
    } else {
        Ok(report.to_string())
    };
    match text
        .map_err(io::Error::from)
        .and_then(|text| io::stdout().write_all(text.as_bytes()))
    {
        Ok(()) if report.has_failed() => ExitCode::from(FAILED),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error, FAILED),
    }
}

fn failed(error: &dyn Error, code: u8) -> ExitCode {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.extend([": ", &error.to_string()]);
        cause = error.source();
    }
    eprintln!("error: {text}");
    ExitCode::from(code)
}
