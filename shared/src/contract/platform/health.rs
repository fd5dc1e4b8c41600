//! The state of the service in the `platform` contract. Nothing in it names a host, a table or a key.

use jiff::Timestamp;
use serde::Serialize;

use crate::contract::time::time;
use crate::operations::{Checked, Health as CoreHealth};

#[derive(Debug, Serialize)]
pub struct ServiceInfo {
    pub name: &'static str,
    pub version: &'static str,
    pub status: &'static str,
}

#[derive(Debug, Serialize)]
pub struct AuthHealth {
    status: &'static str,
    #[serde(serialize_with = "time")]
    timestamp: Timestamp,
}

#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    version: &'static str,
    uptime_seconds: i64,
    #[serde(serialize_with = "time")]
    timestamp: Timestamp,
}

#[derive(Debug, Serialize)]
pub struct DetailedHealth {
    #[serde(flatten)]
    health: Health,
    checks: [HealthCheck; 2],
}

#[derive(Debug, Serialize)]
pub struct Readiness {
    ready: bool,
    checks: [HealthCheck; 2],
}

#[derive(Debug, Serialize)]
pub struct Liveness {
    pub alive: bool,
}

#[derive(Debug, Serialize)]
struct HealthCheck {
    name: &'static str,
    status: &'static str,
    latency_ms: u64,
}

impl AuthHealth {
    pub fn of(health: &CoreHealth, now: Timestamp) -> Self {
        Self {
            status: status(health),
            timestamp: now,
        }
    }
}

impl Health {
    /// `started_at` is the start of this process.
    pub fn of(health: &CoreHealth, version: &'static str, started_at: Timestamp, now: Timestamp) -> Self {
        Self {
            status: status(health),
            version,
            uptime_seconds: now.duration_since(started_at).as_secs().max(0),
            timestamp: now,
        }
    }
}

impl DetailedHealth {
    pub fn of(health: &CoreHealth, version: &'static str, started_at: Timestamp, now: Timestamp) -> Self {
        Self {
            health: Health::of(health, version, started_at, now),
            checks: checks(health),
        }
    }
}

impl From<&CoreHealth> for Readiness {
    fn from(health: &CoreHealth) -> Self {
        Self {
            ready: health.is_up(),
            checks: checks(health),
        }
    }
}

fn status(health: &CoreHealth) -> &'static str {
    if health.is_up() { "ok" } else { "degraded" }
}

fn checks(health: &CoreHealth) -> [HealthCheck; 2] {
    let check = |name, checked: &Checked| HealthCheck {
        name,
        status: if checked.is_up { "up" } else { "down" },
        latency_ms: u64::try_from(checked.latency.as_millis()).unwrap_or(u64::MAX),
    };
    [check("database", &health.database), check("keys", &health.keys)]
}
