//! The `platform` contract over HTTP: registration, login, refresh token rotation and logout.

mod limits;
mod login;
mod register;
mod tokens;

use shared::clock::Clock as _;
use shared::domain::{EmailAddress, User};
use shared::store::Changes;
use shared::testkit::TestApp;
use shared::testkit::platform::sign_up;

use crate::{start, start_with};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const PHONE: &str = "+441632960961";
const REGISTER: &str = "/v1/auth/register";
const LOGIN: &str = "/v1/auth/login";

/// A service with one user, whose address is verified.
async fn start_with_ada() -> TestApp {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    app
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

/// Gives the user a username and a telephone number.
async fn give_names(app: &TestApp, email: &str) {
    let mut user = user(app, email).await;
    let (username, phone) = (
        "ada.lovelace".parse().expect("a username"),
        PHONE.parse().expect("a number"),
    );
    let changes = Changes::new()
        .claim_username(&username, user.id)
        .claim_phone(&phone, user.id);
    (user.username, user.profile.phone) = (Some(username), Some(phone));
    user.updated_at = app.clock.now();
    app.core()
        .store
        .commit(changes.update_user(&user))
        .await
        .expect("a commit");
}
