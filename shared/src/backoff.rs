//! How long a write that met another one waits before it is tried again: exponential backoff with full jitter, within one time budget.
//! Clients that collided once would collide again if they all waited equally long.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::entropy::{Entropy, OsEntropy};

/// The upper bound of the first pause. Each further one is twice as large.
const FIRST: Duration = Duration::from_millis(10);
/// The largest upper bound of a pause.
const LONGEST: Duration = Duration::from_millis(400);
/// How long a request goes on trying. API Gateway gives up after 29 seconds.
const BUDGET: Duration = Duration::from_secs(9);

#[derive(Debug)]
pub struct Backoff {
    deadline: Instant,
    bound: Duration,
}

impl Backoff {
    /// The time budget runs from now on.
    pub fn start() -> Self {
        Self {
            deadline: Instant::now() + BUDGET,
            bound: FIRST,
        }
    }

    /// Waits before the next attempt. `false`: the time budget is spent, and there is no next attempt.
    pub async fn pause(&mut self) -> bool {
        let pause = jitter(self.bound);
        self.bound = (self.bound * 2).min(LONGEST);
        if Instant::now() + pause >= self.deadline {
            return false;
        }
        sleep(pause).await;
        true
    }
}

/// A random part of the bound. The randomness protects nothing, so it is not the injected one, which tests seed.
fn jitter(bound: Duration) -> Duration {
    let entropy: &dyn Entropy = &OsEntropy;
    bound.mul_f64(f64::from(u32::from_le_bytes(entropy.bytes())) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_end_with_the_time_budget() {
        let started = Instant::now();
        let mut backoff = Backoff::start();
        let mut pauses = 0;
        while backoff.pause().await {
            pauses += 1;
        }
        assert!(pauses > 20, "{pauses}");
        assert!(started.elapsed() <= BUDGET, "{:?}", started.elapsed());
    }

    #[test]
    fn a_pause_is_at_most_its_bound() {
        for _ in 0..100 {
            assert!(jitter(LONGEST) <= LONGEST);
        }
    }
}
