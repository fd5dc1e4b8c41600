//! The function over HTTP, what it answers for unknown paths, and the sample events.

mod better_auth;
mod events;
mod unknown;
