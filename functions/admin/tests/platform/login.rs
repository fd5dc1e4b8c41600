//! `POST /admin/login`.

use std::sync::Arc;

use serde_json::json;
use shared::clock::Clock as _;
use shared::contract::better_auth::PASSWORD_RULES;
use shared::domain::{EmailAddress, NewPassword};
use shared::operations::{CreateAdmin, CreateAdminError};
use shared::testkit::better_auth::{sign_up, try_sign_in};
use shared::testkit::platform::{admin_login, create_admin, invalid_fields};
use shared::testkit::{PASSWORD, race};

use super::{OTHER, ROOT, assert_refused, is_live, logged_in, start};

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_gets_tokens_of_their_own() {
    let app = start().await;
    let user = create_admin(&app, ROOT).await;
    let answer = admin_login(&app, "Root@Example.com", PASSWORD).await.expect(200);
    assert!(answer.header("x-device-token").is_some());
    let body = answer.json();
    assert_eq!(body["admin"]["email"], ROOT);
    assert_eq!(body["admin"]["role"], "SUPER_ADMIN");
    assert_ne!(
        body["admin"]["id"],
        json!(user.id.to_string()),
        "the user is another principal"
    );
    assert_eq!(body["expiresIn"], 900);
    assert!(is_live(&app, body["accessToken"].as_str().expect("a token")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_get_one_answer() {
    let app = start().await;
    create_admin(&app, ROOT).await;
    sign_up(&app, OTHER).await;
    let wrong = admin_login(&app, ROOT, "not the password").await;
    let unknown = admin_login(&app, "unknown@example.com", PASSWORD).await;
    let user = admin_login(&app, OTHER, PASSWORD).await;
    for answer in [&wrong, &unknown, &user] {
        assert_refused(answer, 401, "Invalid credentials", None);
        assert_eq!(answer.usage.dynamodb, wrong.usage.dynamodb, "the calls are the same");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let answer = app
        .post("/v1/admin/login")
        .json(&json!({"email": "x", "otp": 123_456}))
        .send()
        .await;
    assert_eq!(invalid_fields(&answer), ["email", "password", "otp"]);
}

/// One password for both, and two accounts: a change of one is no change of the other.
#[tokio::test(flavor = "multi_thread")]
async fn the_user_with_the_same_address_has_an_account_of_their_own() {
    let app = start().await;
    let tokens = logged_in(&app).await;
    let session = try_sign_in(&app, ROOT, PASSWORD).await.expect(200);
    let session = shared::testkit::better_auth::token_of(&session);
    let body = json!({"currentPassword": PASSWORD, "newPassword": super::NEW_PASSWORD, "confirmPassword": super::NEW_PASSWORD});
    let token = tokens["accessToken"].as_str().expect("a token");
    let _ = super::change(&app, token, &body).send().await.expect(200);
    assert_eq!(try_sign_in(&app, ROOT, PASSWORD).await.status, 200);
    assert_eq!(try_sign_in(&app, ROOT, super::NEW_PASSWORD).await.status, 401);
    assert!(shared::testkit::better_auth::is_live(&app, &session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_is_one_of_sixteen() {
    let app = Arc::new(start().await);
    let created = race::race(&app, |number, app| async move {
        let password = format!("{PASSWORD} {number}");
        let command = CreateAdmin {
            email: EmailAddress::parse(ROOT).expect("an address"),
            password: NewPassword::parse(&password, PASSWORD_RULES).expect("a password"),
        };
        let created = app.core().create_admin(command, app.clock.now()).await;
        match created {
            Ok(_) => true,
            Err(CreateAdminError::EmailTaken | CreateAdminError::AdministratorExists) => false,
            Err(error) => panic!("{error}"),
        }
    })
    .await;
    let winners: Vec<_> = (0..created.len()).filter(|number| created[*number]).collect();
    let [winner] = winners[..] else {
        panic!("{winners:?} won")
    };
    let _ = admin_login(&app, ROOT, &format!("{PASSWORD} {winner}"))
        .await
        .expect(200);
    let _ = admin_login(&app, ROOT, &format!("{PASSWORD} {}", (winner + 1) % 16))
        .await
        .expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_three_calls_and_a_signature() {
    let app = super::start_with(&[("RATE_LIMITS", "on")]).await;
    logged_in(&app).await;
    let answer = admin_login(&app, ROOT, PASSWORD).await.expect(200);
    // One more counts the request for the client's address.
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (4, 1));
}
