//! Organizations over HTTP, one module per contract; `support` sets up their users, organizations and invitations.

mod accounts;
mod app_roles;
mod better_auth;
mod link;
mod platform;
mod support;
mod teams;

shared::testkit::service!(organization, session, profile, password);
