//! Benchmarks: the release binaries as Lambda functions, cold and warm; the local service under load, with a growing
//! number of users, and beside another server; and the cost of requests. Each prints a Markdown table, which the README
//! beside this crate explains. No benchmark asserts a time; only `sign-in` asserts a number of instructions. No
//! benchmark connects to another machine.

mod aws;
mod caller;
mod calls;
mod client;
mod clock;
mod cold_start;
mod compare;
mod cost;
mod drive;
mod flat;
mod function;
mod hash;
mod instructions;
mod life;
mod load;
mod machine;
mod node;
mod prices;
mod proc;
mod runtime_api;
mod server;
mod sign_in;
mod stats;
mod subject;
mod table;
mod trial;
mod warm;

use clap::{Parser, Subcommand};
use std::{error::Error, process::ExitCode};

#[derive(Parser)]
#[command(about = "Cold start, memory, latency and cost of the release binaries")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start release binaries under an emulated Lambda Runtime API, against a bare function
    ColdStart(cold_start::Args),
    /// Send requests to a started function, against a bare one and one password hash
    Warm(warm::Args),
    /// Hold a sign-in against one password hash, in instructions and in time; fail if it takes too many instructions
    SignIn(sign_in::Args),
    /// Send the same requests to the local service and to the Better Auth server
    Compare(compare::Args),
    /// Count what requests use, and price it
    Cost(cost::Args),
    /// Send one kind of request to a local service, many at a time
    Load(load::Args),
    /// Measure requests while the number of users grows
    Flat(flat::Args),
}

// One thread suffices: the measured process gets the other cores, and a message between server and driver wakes no
// other thread.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done: Result<(), Box<dyn Error>> = match Cli::parse().command {
        Command::ColdStart(args) => cold_start::run(args).await.map_err(Into::into),
        Command::Warm(args) => warm::run(args).await.map_err(Into::into),
        Command::SignIn(args) => sign_in::run(args).await.map_err(Into::into),
        Command::Compare(args) => compare::run(args).await.map_err(Into::into),
        Command::Cost(args) => cost::run(args).await.map_err(Into::into),
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
