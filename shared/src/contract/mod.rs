//! The shared parts of the five HTTP contracts: requests, responses and failures, but no endpoints.
//!
//! A contract consists of `body` (the extractor of a request's body), `caller` (the extractor of the authenticated
//! user), `failure` (its error envelope and the failures of each operation) and its structs, in `wire` or in files by
//! subject. `reading`, `fields` and `bearer` read requests; `email_status`, `failures`, `interrupted`, `located`,
//! `time` and `weak_password` write parts of responses that several contracts have. `sign_in_policy` and `captcha`
//! define what each contract requires of a sign-in, `unknown` how each answers an unknown path, and `link` serves the
//! pages behind the links in mails.

pub mod accounts;
pub mod basic;
mod bearer;
pub mod better_auth;
pub mod email_status;
mod failures;
pub mod fields;
pub mod interrupted;
pub mod link;
mod located;
pub mod platform;
pub mod reading;
mod sign_in_policy;
pub mod teams;
pub(crate) mod time;
pub mod unknown;
mod weak_password;

pub use crate::domain::Contract;
pub use link::Link;
pub use sign_in_policy::sign_in_policy;
