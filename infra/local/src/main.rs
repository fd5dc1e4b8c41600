//! The command `local`: reads the command line, and runs the service or one of the administrative commands.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use clap::Parser as _;
use local::args::{AdminCommand, Args, Command, Serve};
use local::{Service, create_admin, logs};

/// The exit code for a command line that cannot be carried out, as opposed to one that was tried and failed.
const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    logs::init(args.serve.log_format);
    let outcome = match args.command {
        None => serve(args.serve).await,
        Some(Command::Admin { command }) => match command {
            AdminCommand::Create(create) => create_admin::create(create).await.map_err(|error| {
                let is_misuse = error.is_misuse();
                Failure::new(error, is_misuse)
            }),
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

impl Failure {
    fn new(error: impl Error + 'static, is_misuse: bool) -> Self {
        Self {
            error: error.into(),
            code: if is_misuse { USAGE } else { 1 },
        }
    }
}

async fn serve(args: Serve) -> Result<(), Failure> {
    let stop_signal = stop_signal().map_err(|error| Failure::new(error, false))?;
    let service = Service::start(args.into()).await.map_err(|error| {
        let is_misuse = error.is_misuse();
        Failure::new(error, is_misuse)
    })?;
    service.print_welcome();
    stop_signal.await;
    service.stop().await.map_err(|error| Failure::new(error, false))
}

/// Ctrl-C, or the signal with which process supervisors end a process. The handlers are installed by the call, before
/// the future is awaited, so that no signal is missed during the start.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
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
