//! The local service as its users meet it: over HTTP, started in this process.

// With `cfg(test)`, clippy treats helper functions as parts of tests.
#[cfg(test)]
mod audit;
#[cfg(test)]
mod book;
#[cfg(test)]
mod client;
#[cfg(test)]
mod command;

mod cors;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod home;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod mailbox;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod stop;
#[cfg(test)]
mod story;
