//! Reports on mail, from SNS to what they bring about.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod accounts;
mod certificates;
mod effects;
mod forgeries;
mod lifting;
mod trigger;
