//! What holds across functions and contracts, in one test program.

mod authorization;
mod error_atlas;
mod impersonation;
mod manifests;
mod parity;
mod routes_match_template;
