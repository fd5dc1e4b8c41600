//! The own profile over HTTP, one module per contract, and the pages behind the links of mails.

mod accounts;
mod better_auth;
mod link;
mod platform;
mod reminders;
mod teams;

/// An origin that is trusted.
const APP: &str = "https://app.example.com";

shared::testkit::service!([("TRUSTED_ORIGINS", APP)]; session, password, profile, organization, users);
