//! The `accounts` contract on the wire: passwords, from the mail to the first sign-in, and the page behind the mail.

mod change_password;
mod inactive;
mod link;
mod reset_password;
mod set_password;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{AccountMember, Mail, MailId, MailPurpose, UserStatus};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp, TestRequest, teams};

use crate::start;

const EMAIL: &str = "ada@example.com";
/// A password of four classes.
const STRONG: &str = "Seven bridges, 1 river";

/// A service with the owner of an account who has no password yet.
async fn start_with(status: UserStatus) -> TestApp {
    let app = start().await;
    await_password(&app, EMAIL, status).await;
    app
}

/// A user with the account of a new sign-up and without its password, as an account's first administrator or an
/// invited member is.
async fn await_password(app: &TestApp, email: &str, status: UserStatus) {
    teams::sign_up(app, email).await;
    let mut user = app.user_of(email).await;
    user.status = status;
    user.end_sessions(app.clock.now());
    let changes = Changes::new().update_user(&user).delete_password(user.id);
    app.core().store.commit(changes).await.expect("a commit");
}

/// Sends the mail with which the user gets in for the first time.
async fn send_activation(app: &TestApp, email: &str) {
    let user = app.user_of(email).await;
    let now = app.clock.now();
    let mail = Mail {
        id: MailId::generate(now, &*app.core().entropy),
        purpose: MailPurpose::Activation {
            user_id: user.id,
            organization_id: AccountMember::home_of(&user).expect("an account"),
        },
        language: None,
        region: None,
        created_at: now,
    };
    let committed = app.core().store.commit(Changes::new().enqueue(&mail)).await;
    committed.expect("a commit");
    app.deliver_mail().await;
}

fn post<'a>(app: &'a TestApp, operation: &str, body: &Value) -> TestRequest<'a> {
    app.post(&format!("/accounts/v1/auth/{operation}")).json(body)
}

/// The refusal of a new password, which names the field that it was sent in.
#[track_caller]
fn assert_weak(answer: &Answer, field: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), 400, "{}", answer.text());
    let data = json!({"code": "VALIDATION_ERROR", "errors": [{"field": field, "message": message}]});
    assert_eq!(answer.json()["data"], data);
}

/// New passwords that the contract refuses, and the reasons.
const WEAK: [(&str, &str); 5] = [
    ("Short 7", "must have at least 8 characters"),
    ("ＳＨＯＲＴ 7", "must have at least 8 characters"),
    (
        "seven bridges, 1",
        "must have upper and lower case letters, digits and special characters",
    ),
    ("P@ssw0rd", "is one of the most common passwords"),
    ("Ada@example.com1", "is easy to guess"),
];

async fn mailed_token(app: &TestApp, kind: &str) -> String {
    send_activation(app, EMAIL).await;
    app.mailed_token(kind)
}
