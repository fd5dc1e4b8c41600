//! The `platform` contract over HTTP: registration, login, refresh token rotation and logout.

mod limits;
mod login;
mod register;
mod tokens;

use shared::clock::Clock as _;
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

/// Gives the user a username and a telephone number.
async fn give_names(app: &TestApp, email: &str) {
    let mut user = app.user_of(email).await;
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
