//! Sign-up, sign-in, sessions and tokens over HTTP, one module per contract; `across` has what holds in all of them.

mod accounts;
mod across;
mod basic;
mod better_auth;
mod platform;
mod teams;

shared::testkit::service!(session);
