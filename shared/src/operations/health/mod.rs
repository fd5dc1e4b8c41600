//! The health of the service.

pub mod check_health;

pub use check_health::{Checked, Health};
