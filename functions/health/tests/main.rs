//! The function over HTTP: the state of the service, the reference pages, what it answers for unknown paths, and the
//! sample events.

mod better_auth;
mod docs;
mod events;
mod platform;
mod unknown;
