//! Retries after contention: exponential backoff with full jitter, within one time budget. Many writers of one item get
//! through soonest when their retries spread evenly over a window that doubles with each of them
//! (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).

use std::time::Duration;

use tokio::time::Instant;

use crate::entropy::{Entropy, OsEntropy};

/// All retries of one write end within this time. API Gateway gives up on a request after 29 s, and a request may hold
/// two writes that have to be retried.
const BUDGET: Duration = Duration::from_secs(10);

/// The first pause is shorter than this: about as long as a transaction holds its items.
const FIRST: Duration = Duration::from_millis(25);

/// No pause is longer than this.
const LONGEST: Duration = Duration::from_millis(800);

/// The pauses between the attempts at one write.
#[derive(Debug)]
#[must_use = "nothing is retried without a pause"]
pub struct Backoff {
    deadline: Instant,
    window: Duration,
}

impl Backoff {
    /// The time budget starts now.
    pub fn new() -> Self {
        Self {
            deadline: Instant::now() + BUDGET,
            window: FIRST,
        }
    }

    /// Waits before the next attempt; `false`, without waiting, when the time budget does not allow another one.
    pub async fn pause(&mut self) -> bool {
        let pause = self.window.mul_f64(random_fraction());
        self.window = LONGEST.min(self.window * 2);
        if Instant::now() + pause > self.deadline {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}

/// Between 0 and 1. It is not taken from the randomness of the request: a test that seeds that one expects the same ids
/// however often a write was retried.
fn random_fraction() -> f64 {
    let entropy: &dyn Entropy = &OsEntropy;
    f64::from(u32::from_be_bytes(entropy.bytes())) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_to_a_limit_and_end_within_the_budget() {
        let start = Instant::now();
        let mut backoff = Backoff::new();
        let mut pauses = Vec::new();
        let mut before = start;
        while backoff.pause().await {
            pauses.push(before.elapsed());
            before = Instant::now();
        }
        assert!(start.elapsed() <= BUDGET, "{:?}", start.elapsed());
        // The last attempt is followed by an answer and not by another pause.
        assert_eq!(before, Instant::now());
        // A millisecond more is the resolution of the timer.
        let within = |pause: &Duration, limit: Duration| *pause <= limit + Duration::from_millis(1);
        assert!(within(&pauses[0], FIRST) && pauses.iter().all(|pause| within(pause, LONGEST)));
        let total: Duration = pauses.iter().skip(5).sum();
        let mean = total / u32::try_from(pauses.len() - 5).expect("a few");
        assert!(mean > LONGEST / 4 && mean < LONGEST * 3 / 4, "{mean:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_of_different_writers_differ() {
        let mut all = std::collections::BTreeSet::new();
        for _ in 0..20 {
            let (mut backoff, start) = (Backoff::new(), Instant::now());
            for _ in 0..8 {
                assert!(backoff.pause().await);
            }
            all.insert(start.elapsed());
        }
        assert!(all.len() > 15, "{all:?}");
    }
}
