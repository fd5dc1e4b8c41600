//! The values in effect in this process. A process reads what administrators have set at most every thirty seconds, so
//! a change holds everywhere within a minute. The read is part of no operation: requests start it (see
//! `http::configuration`), and operations use what was read last.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::domain::configuration::MAX_ACCESS_TOKEN_LIFETIME;
use crate::domain::session::SessionLifetimes;
use crate::domain::signing_key::KeyLife;
use crate::domain::{Configuration, OrganizationKind, Plan, StoredConfiguration};
use crate::operations::RING_CACHED_FOR;
use crate::operations::prelude::*;

/// Shortest interval between two reads of one process, also after a read that failed.
pub const READ_EVERY: SignedDuration = SignedDuration::from_secs(30);

#[derive(Debug)]
pub(in crate::operations) struct CurrentConfiguration {
    values: RwLock<Arc<Configuration>>,
    /// `None` before the first read. It is locked during a read, so that the first requests of a process do not go on
    /// without the values.
    read_at: Mutex<Option<Timestamp>>,
}

impl CurrentConfiguration {
    /// The settings of the deployment count until the first read, and while it fails.
    pub(in crate::operations) fn new(deployment: Configuration) -> Self {
        Self {
            values: RwLock::new(Arc::new(deployment)),
            read_at: Mutex::default(),
        }
    }

    fn get(&self) -> Arc<Configuration> {
        Arc::clone(&self.values.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, values: Configuration) {
        *self.values.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(values);
    }
}

impl Core {
    /// The values in effect, as this process last read them.
    pub fn configuration(&self) -> Arc<Configuration> {
        self.configuration.get()
    }

    /// Reads the values if the last read was long enough ago. A failure changes nothing: the process goes on with the
    /// values that it knows.
    pub async fn refresh_configuration(&self, now: Timestamp) {
        let mut read_at = self.configuration.read_at.lock().await;
        if read_at.is_some_and(|at| now.duration_since(at) < READ_EVERY) {
            return;
        }
        *read_at = Some(now);
        match Box::pin(self.store.find_configuration()).await {
            Ok(stored) => self.apply_configuration(&stored),
            Err(error) => tracing::error!(%error, "the configuration cannot be read, and stays as it was last read"),
        }
    }

    pub(crate) fn apply_configuration(&self, stored: &StoredConfiguration) {
        self.configuration.set(self.settings.configuration.with(stored));
    }

    /// Those of the deployment, with the lifetime that administrators have set.
    pub(in crate::operations) fn session_lifetimes(&self) -> SessionLifetimes {
        let remembered = self.configuration().session_lifetime;
        let deployment = self.settings.sessions;
        if remembered == deployment.remembered {
            return deployment;
        }
        SessionLifetimes {
            remembered,
            not_remembered: deployment.not_remembered.min(remembered),
            // A session that is in use is extended before it ends.
            update_age: deployment.update_age.min(remembered / 2),
            ..deployment
        }
    }

    /// A key is published for as long as its last token may live. Once administrators have set the lifetime of tokens,
    /// those signed before may have the longest one, also when the lifetime is again that of the deployment.
    pub fn key_life(&self) -> KeyLife {
        let configuration = self.configuration();
        let deployment = &self.settings.key_life;
        KeyLife {
            rotation: configuration.key_rotation,
            tokens: if configuration.sets_access_token_lifetime {
                deployment.tokens.max(RING_CACHED_FOR + MAX_ACCESS_TOKEN_LIFETIME)
            } else {
                deployment.tokens
            },
            ..*deployment
        }
    }

    /// The plan with which an organization of the kind begins.
    pub fn default_plan(&self, kind: OrganizationKind) -> Plan {
        let configuration = self.configuration();
        match kind {
            OrganizationKind::Solo => configuration.default_plan_solo,
            OrganizationKind::Business => configuration.default_plan_business,
        }
    }
}
