//! The published keys over HTTP.

mod keys;
mod life;
mod platform;
