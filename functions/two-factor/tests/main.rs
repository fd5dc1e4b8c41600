//! Second factors over HTTP, one module per contract.

mod better_auth;

shared::testkit::service!(two_factor, session, password, profile, organization);
