//! Whether the service can answer.

pub mod check_health;
