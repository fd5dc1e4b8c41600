//! The local service as its users meet it: over HTTP, started in this process.

// Under `cfg(test)`, clippy takes helper functions for what they are: parts of tests.
#[cfg(test)]
mod client;
#[cfg(test)]
mod command;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod mailbox;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod story;
