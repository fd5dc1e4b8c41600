//! What a passkey is worth to a user who asks for a second factor.

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::User;
use shared::operations::{Interruption, RegisterPasskeyError};
use shared::testkit::authenticator::{Authenticator, USER_VERIFIED};

use super::{
    ADA, ask_to_register, assert_error, list, register, registration_command, send_registration, session_of, sign_in,
    sign_up, start,
};

const OPTIONS: &str = "/api/auth/passkey/generate-register-options";

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_whose_user_was_verified_is_two_factors() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    app.change_user(&token, |user| user.two_factor_enabled = true).await;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    let opened = answer.json()["session"]["token"].as_str().expect("a token").to_owned();
    assert_eq!(session_of(&app, &opened).await["user"]["twoFactorEnabled"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_was_only_touched_is_one_factor() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    authenticator.flags &= !USER_VERIFIED;
    register(&app, &token, &mut authenticator).await;
    // A contract that asks for no second factor accepts that.
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
    app.change_user(&token, |user| user.two_factor_enabled = true).await;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], true);
    assert_eq!(answer.json().get("session"), None);
    assert_eq!(answer.header("set-auth-token"), None);
    let cookies = answer.cookies();
    assert!(cookies[0].starts_with("better-auth.session_token=;"), "{cookies:?}");
    assert!(cookies[1].starts_with("better-auth.two_factor=sfc_"), "{cookies:?}");
    let pending = cookies[1].split(['=', ';']).nth(1).expect("a token");
    assert_eq!(session_of(&app, pending).await, Value::Null);
}

/// What counts is what was done this time.
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_verification_is_worth_nothing() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    app.change_user(&token, |user| user.two_factor_enabled = true).await;
    authenticator.flags &= !USER_VERIFIED;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], json!(true));
}

/// A passkey counts as both factors, so an attacker with only an old session must not register one.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_before_the_second_factor_registers_none() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    let asked = ask_to_register(&app, &token).await;
    app.change_user(&token, User::turn_on_second_factor).await;
    let response = Authenticator::new(2).create(&asked.options);
    for answer in [
        app.get(OPTIONS).bearer(&token).send().await,
        send_registration(&app, &token, &asked.cookie, &response).await,
    ] {
        assert_error(&answer, 403, "SESSION_NOT_FRESH", "Session is not fresh");
    }
    assert_eq!(list(&app, &token).await.len(), 1);

    // A passkey from before the second factor is one factor, too.
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], json!(true));
}

/// What was shown before the second factor was turned on is not it.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_a_passkey_opened_before_registers_no_other() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    let opened = answer.json()["session"]["token"].as_str().expect("a token").to_owned();
    app.change_user(&token, User::turn_on_second_factor).await;
    let answer = app.get(OPTIONS).bearer(&opened).send().await;
    assert_error(&answer, 403, "SESSION_NOT_FRESH", "Session is not fresh");
}

/// A request that was authorized when it began is checked again when it is written.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_does_not_come_after_the_second_factor() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let asked = ask_to_register(&app, &token).await;
    let caller = app.assured(&token).await;
    app.change_user(&token, User::turn_on_second_factor).await;
    let command = registration_command(&asked);
    let refused = app.core().register_passkey(&caller, command, app.clock.now()).await;
    let expected = matches!(
        refused,
        Err(RegisterPasskeyError::Interrupted(Interruption::SecondFactorNotShown))
    );
    assert!(expected, "{refused:?}");
    assert!(list(&app, &token).await.is_empty());
}
