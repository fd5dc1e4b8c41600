//! The operator's tasks over a real table and real keys: in process, as the command, and as the Lambda function.

// With `cfg(test)`, clippy treats helper functions as parts of tests.
#[cfg(test)]
mod admin;
#[cfg(test)]
mod command;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod events;
#[cfg(test)]
mod function;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod service_tokens;
#[cfg(test)]
mod support;
#[cfg(test)]
mod suppression;
#[cfg(test)]
mod transfer;
