//! The command `local`: reads the command line, and runs the service or one of the operator's commands.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser as _;
use local::args::{AdminCommand, Args, Command, Serve};
use local::{Service, StartError, admin};
use tracing_subscriber::EnvFilter;

/// What is said on the command line cannot be done, as opposed to: it was tried and failed.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    init_logs();
    let outcome = match args.command {
        None => serve(args.serve).await,
        Some(Command::Admin { command }) => match command {
            AdminCommand::Create(create) => admin::create(create).await.map_err(Failure::from),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", with_causes(&*failure.error));
            ExitCode::from(failure.code)
        }
    }
}

struct Failure {
    error: Box<dyn Error>,
    code: u8,
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let code = if error.is_misuse() { USAGE } else { 1 };
        Self {
            error: error.into(),
            code,
        }
    }
}

impl From<admin::CreateError> for Failure {
    fn from(error: admin::CreateError) -> Self {
        let code = if error.is_misuse() { USAGE } else { 1 };
        Self {
            error: error.into(),
            code,
        }
    }
}

async fn serve(args: Serve) -> Result<(), Failure> {
    let service = Service::start(args.into()).await?;
    service.print_welcome();
    asked_to_stop().await;
    service.stop().await;
    Ok(())
}

/// Ctrl-C, or the polite signal of whoever supervises processes.
async fn asked_to_stop() {
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

/// Standard output is for people, so logs go to standard error. The engine's own lines about each request say nothing that
/// the line of the request does not.
fn init_logs() {
    let quiet = "info,dynoxide=error,aws_smithy_runtime=off";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).without_time();
    subscriber.with_target(false).with_writer(std::io::stderr).init();
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.extend([": ", &error.to_string()]);
        cause = error.source();
    }
    text
}
