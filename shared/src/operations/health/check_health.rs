//! Checking whether the service can answer.

use std::time::{Duration, Instant};

use crate::domain::signing_key::Ring;
use crate::operations::prelude::*;

/// A part on which the service depends, as just tried.
#[derive(Debug, Clone, Copy)]
pub struct Checked {
    pub is_up: bool,
    pub latency: Duration,
}

#[derive(Debug, Clone, Copy)]
pub struct Health {
    /// The table, which every operation needs.
    pub database: Checked,
    /// The key ring of users, which every token needs.
    pub keys: Checked,
}

impl Health {
    pub fn is_up(&self) -> bool {
        self.database.is_up && self.keys.is_up
    }
}

impl Core {
    /// Two reads at once. Nothing is signed: a check that everyone may request must not cost a call to KMS.
    pub async fn check_health(&self) -> Health {
        let (database, keys) = tokio::join!(
            checked(self.store.ping()),
            checked(self.store.load_key_ring(Ring::User))
        );
        Health { database, keys }
    }
}

async fn checked<T, E: std::fmt::Display>(check: impl Future<Output = Result<T, E>>) -> Checked {
    let started = Instant::now();
    let result = check.await;
    if let Err(error) = &result {
        tracing::error!(%error, "a part of the service is down");
    }
    Checked {
        is_up: result.is_ok(),
        latency: started.elapsed(),
    }
}
