//! What the function answers over HTTP.

mod platform;

shared::testkit::service!(policy, organization, session, profile, password);
