//! The `teams` contract: joining by invitation, and switching between teams.

mod change_team;
mod invitations;
#[path = "../support/mod.rs"]
mod support;

use serde_json::json;
use shared::testkit::Answer;

fn assert_error(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    let error = answer.status.canonical_reason().expect("a known status");
    assert_eq!(
        answer.json(),
        json!({"statusCode": status, "message": message, "error": error})
    );
}
