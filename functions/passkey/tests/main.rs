//! Passkeys over HTTP, one module per contract.

mod better_auth;

shared::testkit::service!(passkey, session, profile);
