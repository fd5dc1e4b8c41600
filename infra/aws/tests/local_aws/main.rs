//! The local AWS as the official SDK clients see it, one file per service.

// With `cfg(test)`, clippy treats helper functions as parts of tests, which may `unwrap`.
#[cfg(test)]
mod common;
#[cfg(test)]
mod dynamodb;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod iam;
#[cfg(test)]
mod kms;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod streams;
