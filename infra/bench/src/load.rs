//! `bench load`: concurrent requests of one kind, until a number of requests or a time is reached.

use crate::{
    client::{self, Client, LoopbackUrl},
    drive::{self, Outcome, Scenario},
    stats,
    table::Table,
};
use std::time::Duration;
use tokio::task::JoinError;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The local service, on this machine
    #[arg(long, value_name = "URL")]
    url: LoopbackUrl,
    #[arg(long)]
    scenario: Scenario,
    /// Stop after so many requests
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    /// How many connections send at a time, each as its own user
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=512))]
    concurrency: u16,
    /// Stop after so many seconds
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a user could not be made")]
    NoUser(#[source] client::Error),
    #[error("a connection's task ended")]
    Worker(#[from] JoinError),
    #[error("{count} requests failed")]
    RequestsFailed {
        count: u32,
        #[source]
        example: client::Error,
    },
}

pub async fn run(args: Args) -> Result<(), Error> {
    let client = Client::new(args.url);
    let mut users = Vec::new();
    for number in 0..args.concurrency {
        users.push(client.sign_up(usize::from(number)).await.map_err(Error::NoUser)?);
    }
    let time = Duration::from_secs(args.seconds);
    let outcome = drive::drive(args.scenario, &client, &users, args.requests, time).await?;
    print!("{}", table(args.scenario, args.concurrency, &outcome));
    match outcome.example {
        Some(example) => Err(Error::RequestsFailed {
            count: outcome.failed,
            example,
        }),
        None => Ok(()),
    }
}

fn table(scenario: Scenario, concurrency: u16, outcome: &Outcome) -> Table {
    let mut table = Table::new([
        "scenario",
        "connections",
        "succeeded",
        "errors",
        "requests/s",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "max ms",
    ]);
    table.row([
        scenario.name().to_owned(),
        concurrency.to_string(),
        outcome.succeeded.to_string(),
        outcome.failed.to_string(),
        format!("{:.0}", outcome.throughput()),
        stats::millis(outcome.latencies.median()),
        stats::millis(outcome.latencies.percentile(90.0)),
        stats::millis(outcome.latencies.percentile(99.0)),
        stats::millis(outcome.latencies.max()),
    ]);
    table
}
