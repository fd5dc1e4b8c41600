//! The administration of users over HTTP, one module per contract, and the page behind registration
//! links.

mod accounts;
mod better_auth;
mod link;

shared::testkit::service!(organization, session, users);
