//! `bench load`: one kind of request, many at a time, until a number of requests or a time is reached.

use crate::{
    client::{self, Client, LoopbackUrl, User},
    stats::{self, Latencies},
    table::Table,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::{JoinError, JoinSet};

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

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub enum Scenario {
    GetSession,
    SignIn,
}

impl Scenario {
    pub fn name(self) -> &'static str {
        match self {
            Self::GetSession => "get-session",
            Self::SignIn => "sign-in",
        }
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::GetSession => client::GET_SESSION,
            Self::SignIn => client::SIGN_IN,
        }
    }

    pub async fn request(self, client: &Client, user: &User) -> Result<(), client::Error> {
        match self {
            Self::GetSession => client.get_session(user).await,
            Self::SignIn => client.sign_in(user).await,
        }
    }
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
    let started = Instant::now();
    let budget = Arc::new(Budget {
        left: AtomicU32::new(args.requests),
        end: started + Duration::from_secs(args.seconds),
    });
    let mut workers = JoinSet::new();
    for user in users {
        workers.spawn(work(args.scenario, client.clone(), user, Arc::clone(&budget)));
    }
    let mut outcome = Outcome::new();
    while let Some(part) = workers.join_next().await {
        outcome.merge(part?);
    }
    print!(
        "{}",
        table(args.scenario, args.concurrency, &outcome, started.elapsed())
    );
    match outcome.example {
        Some(example) => Err(Error::RequestsFailed {
            count: outcome.failed,
            example,
        }),
        None => Ok(()),
    }
}

/// What all connections may still do.
#[derive(Debug)]
struct Budget {
    left: AtomicU32,
    end: Instant,
}

impl Budget {
    fn take(&self) -> bool {
        let take = |left: u32| left.checked_sub(1);
        Instant::now() < self.end
            && self
                .left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
    }
}

async fn work(scenario: Scenario, client: Client, user: User, budget: Arc<Budget>) -> Outcome {
    let mut outcome = Outcome::new();
    while budget.take() {
        let sent = Instant::now();
        let result = scenario.request(&client, &user).await;
        outcome.add(sent.elapsed(), result);
    }
    outcome
}

/// Times are those of the requests that succeeded: a quick refusal must not look like speed.
#[derive(Debug)]
struct Outcome {
    latencies: Latencies,
    succeeded: u32,
    failed: u32,
    example: Option<client::Error>,
}

impl Outcome {
    fn new() -> Self {
        Self {
            latencies: Latencies::new(),
            succeeded: 0,
            failed: 0,
            example: None,
        }
    }

    fn add(&mut self, took: Duration, result: Result<(), client::Error>) {
        match result {
            Ok(()) => {
                self.succeeded += 1;
                self.latencies.record(took);
            }
            Err(error) => {
                self.failed += 1;
                self.example.get_or_insert(error);
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.latencies.merge(&other.latencies);
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.example = self.example.take().or(other.example);
    }
}

fn table(scenario: Scenario, concurrency: u16, outcome: &Outcome, took: Duration) -> Table {
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
        format!("{:.0}", f64::from(outcome.succeeded) / took.as_secs_f64()),
        stats::millis(outcome.latencies.median()),
        stats::millis(outcome.latencies.percentile(90.0)),
        stats::millis(outcome.latencies.percentile(99.0)),
        stats::millis(outcome.latencies.max()),
    ]);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends_with_its_requests_or_its_time() {
        let later = Instant::now() + Duration::from_hours(1);
        let budget = Budget {
            left: AtomicU32::new(2),
            end: later,
        };
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
        assert!(
            !Budget {
                left: AtomicU32::new(2),
                end: Instant::now()
            }
            .take()
        );
    }

    #[test]
    fn errors_are_counted_and_not_timed() {
        let mut outcome = Outcome::new();
        outcome.add(Duration::from_millis(4), Ok(()));
        let mut other = Outcome::new();
        other.add(
            Duration::from_secs(9),
            Err(client::Error::Slow { route: "/x".to_owned() }),
        );
        outcome.merge(other);
        let table = table(Scenario::SignIn, 2, &outcome, Duration::from_millis(100)).to_string();
        let cells: Vec<_> = table.lines().nth(2).unwrap().split('|').map(str::trim).collect();
        assert_eq!(cells[1..6], ["sign-in", "2", "1", "1", "10"]);
        assert_eq!(cells[6], cells[9], "one success is p50 and maximum");
        assert!(outcome.example.is_some());
    }
}
