//! Passwords over HTTP, one module per contract, and the page behind the link of a reset mail.

mod accounts;
mod better_auth;
mod link;
mod platform;
mod teams;

/// An origin that is trusted.
const APP: &str = "https://app.example.com";
/// The password that replaces the first one.
const SECOND: &str = "seven bridges at dusk";

shared::testkit::service!([("TRUSTED_ORIGINS", APP)]; session, password, api_key, organization, passkey, profile, two_factor);
