//! Benchmarks: cold start of the release binaries, load on the local service, and cost against the number of users.
//! Each prints a Markdown table; what the numbers mean is in the README beside this crate. Nothing here asserts a time,
//! and nothing here talks to anything but this machine.

mod calls;
mod client;
mod clock;
mod cold_start;
mod flat;
mod function;
mod load;
mod proc;
mod runtime_api;
mod stats;
mod table;
mod trial;

use clap::{Parser, Subcommand};
use std::{error::Error, process::ExitCode};

#[derive(Parser)]
#[command(about = "Cold start, memory and latency of the release binaries")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start release binaries under an emulated Lambda Runtime API, against a bare function
    ColdStart(cold_start::Args),
    /// Send one kind of request to a local service, many at a time
    Load(load::Args),
    /// Measure requests while the number of users grows
    Flat(flat::Args),
}

// One thread: the measured process gets the other cores, and a message between server and driver wakes nobody.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done: Result<(), Box<dyn Error>> = match Cli::parse().command {
        Command::ColdStart(args) => cold_start::run(args).await.map_err(Into::into),
        Command::Load(args) => load::run(args).await.map_err(Into::into),
        Command::Flat(args) => flat::run(args).await.map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
