//! API keys over HTTP, one module per contract.

mod better_auth;

shared::testkit::service!(api_key, organization, password, profile, session);
