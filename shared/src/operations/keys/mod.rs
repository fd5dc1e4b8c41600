//! Signing keys, as they are published.

pub mod publish_keys;
pub mod show_keys;

pub use show_keys::{Retired, ShownKey, ShownRing};
