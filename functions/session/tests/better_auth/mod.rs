//! The `better_auth` contract on the wire, as the framework's current version speaks it. One file per endpoint, and files for what
//! concerns them all: origins, https, hostile input.

mod cookies;
mod get_session;
mod hostile;
mod https;
mod list_sessions;
mod origins;
mod revoke_sessions;
mod sign_in_email;
mod sign_out;
mod sign_up_email;
mod token;
mod update_session;
mod usernames;

use shared::testkit::basic::access_token;
use shared::testkit::better_auth::{CLEARED, account, assert_error, is_live, session_of, sign_in, sign_up, token_of};
use shared::testkit::{ORIGIN, PASSWORD};

use crate::{start, start_with};

const EMAIL: &str = "ada@example.com";
