//! What holds across the contracts: races, limits, budgets and costs, faults, and tokens of one contract at another.

mod addresses;
mod budgets;
mod costs;
mod encodings;
mod faults;
mod known_devices;
mod languages;
mod limits;
mod names;
mod passwords;
mod races;
mod refresh_races;
mod tokens;

use serde_json::Value;
use shared::contract::Contract;
use shared::testkit::across::{self, SIGN_IN_CONTRACTS, SIGN_UP_CONTRACTS, sign_in, sign_up};
use shared::testkit::better_auth::{is_live, session_of};
use shared::testkit::race::{CROWD, count, race};
use shared::testkit::teams::refresh_request as refresh;
use shared::testkit::{Answer, PASSWORD, TestApp};

use crate::start_with;

const EMAIL: &str = "ada@example.com";
/// With this setting a new user may sign in to every contract.
const UNVERIFIED: (&str, &str) = ("VERIFICATION_REQUIRED", "none");

async fn start() -> TestApp {
    start_with(&[UNVERIFIED]).await
}

async fn start_limited() -> TestApp {
    start_with(&[UNVERIFIED, ("RATE_LIMITS", "on")]).await
}

/// A new user's access and refresh token.
async fn tokens(app: &TestApp) -> (String, String) {
    let answer = sign_up(app, Contract::Teams, EMAIL).send().await.expect(201);
    (bearer_of(&answer), refresh_token_of(&answer))
}

fn bearer_of(answer: &Answer) -> String {
    across::bearer_of(answer).unwrap_or_else(|| panic!("no token in {}", answer.text()))
}

fn refresh_token_of(answer: &Answer) -> String {
    across::refresh_token_of(answer).unwrap_or_else(|| panic!("no refresh token in {}", answer.text()))
}

/// The content of an answer, without the envelope that some contracts put around it.
fn content_of(answer: &Answer) -> Value {
    let answer = answer.json();
    answer.get("data").cloned().unwrap_or(answer)
}
