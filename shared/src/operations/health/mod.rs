//! The health of the service.

pub mod check_health;
