//! The administration of users over HTTP, one module per contract.

mod better_auth;

shared::testkit::service!(session, users);
