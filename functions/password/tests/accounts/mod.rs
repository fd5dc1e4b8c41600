//! The `accounts` contract on the wire: passwords, from the mail to the first sign-in, and the page behind the mail.

mod link;

use shared::clock::Clock as _;
use shared::domain::{AccountMember, EmailAddress, Mail, MailId, MailPurpose, User, UserStatus};
use shared::store::Changes;
use shared::testkit::{TestApp, teams};

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
    let mut user = user(app, email).await;
    user.status = status;
    user.end_sessions(app.clock.now());
    let changes = Changes::new().update_user(&user).delete_password(user.id);
    app.core().store.commit(changes).await.expect("a commit");
}

async fn user(app: &TestApp, email: &str) -> User {
    let email: EmailAddress = email.parse().expect("an address");
    let store = &app.core().store;
    let owner = store.find_owner(&email).await.expect("an answer").expect("an owner");
    store.find_user(owner).await.expect("an answer").expect("a user")
}

async fn change(app: &TestApp, email: &str, change: impl FnOnce(&mut User)) {
    let mut user = user(app, email).await;
    change(&mut user);
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

/// Sends the mail with which the user gets in for the first time.
async fn send_activation(app: &TestApp, email: &str) {
    let user = user(app, email).await;
    let now = app.clock.now();
    let mail = Mail {
        id: MailId::generate(now, &*app.core().entropy),
        purpose: MailPurpose::Activation {
            user_id: user.id,
            organization_id: AccountMember::home_of(&user).expect("an account"),
        },
        created_at: now,
    };
    let committed = app.core().store.commit(Changes::new().enqueue(&mail)).await;
    committed.expect("a commit");
    app.deliver_mail().await;
}

async fn mailed_token(app: &TestApp, kind: &str) -> String {
    send_activation(app, EMAIL).await;
    app.mailed_token(kind)
}
