//! The published keys over HTTP.

mod keys;
