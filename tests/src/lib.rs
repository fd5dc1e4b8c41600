//! What tests of several crates share, and depends on none of them: the check of an answer against the contract files.
//!
//! A function crate takes it as a dev-dependency and passes every answer of its router through [`Contract::check`], so
//! a field that drifts from its contract fails where it was changed.

mod contract;

pub use contract::{Contract, Drift, Operation};
