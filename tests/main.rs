//! What holds across functions and contracts, in one test program.

mod authorization;
mod captcha;
mod configuration;
mod error_atlas;
mod impersonation;
mod manifests;
mod older_than_second_factor;
mod pages;
mod parameters;
mod parity;
mod reference;
mod restored_table;
mod routes_match_template;
mod secrets;
mod upgrade;
