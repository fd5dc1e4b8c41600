//! Concurrent requests of one kind, and their results. The targets and the output are in `load` and `compare`.

use crate::{
    client::{self, Client, User},
    stats::Latencies,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::{JoinError, JoinSet};

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

/// Sends until `requests` were sent or `time` is up, one at a time for each of `users`.
pub async fn drive(
    scenario: Scenario,
    client: &Client,
    users: &[User],
    requests: u32,
    time: Duration,
) -> Result<Outcome, JoinError> {
    let started = Instant::now();
    let budget = Arc::new(Budget {
        left: AtomicU32::new(requests),
        end: started + time,
    });
    let mut workers = JoinSet::new();
    for user in users {
        workers.spawn(work(scenario, client.clone(), user.clone(), Arc::clone(&budget)));
    }
    let mut outcome = Outcome::new();
    while let Some(part) = workers.join_next().await {
        outcome.merge(part?);
    }
    outcome.took = started.elapsed();
    Ok(outcome)
}

/// The remaining budget of all connections.
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

/// Only successful requests are timed: a quick rejection must not look like speed.
#[derive(Debug)]
pub struct Outcome {
    pub latencies: Latencies,
    pub succeeded: u32,
    pub failed: u32,
    /// An example of the errors.
    pub example: Option<client::Error>,
    pub took: Duration,
}

impl Outcome {
    pub fn new() -> Self {
        Self {
            latencies: Latencies::new(),
            succeeded: 0,
            failed: 0,
            example: None,
            took: Duration::ZERO,
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

    /// Adds the results of another time, or of a parallel connection.
    pub fn merge(&mut self, other: Self) {
        self.latencies.merge(&other.latencies);
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.example = self.example.take().or(other.example);
        self.took += other.took;
    }

    /// Successful requests per second.
    pub fn throughput(&self) -> f64 {
        f64::from(self.succeeded) / self.took.as_secs_f64()
    }
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
        outcome.took = Duration::from_millis(100);
        assert_eq!((outcome.succeeded, outcome.failed), (1, 1));
        assert!(outcome.example.is_some());
        assert_eq!(outcome.latencies.median(), outcome.latencies.max());
        assert!((outcome.throughput() - 10.0).abs() < f64::EPSILON);
    }
}
