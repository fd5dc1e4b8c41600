//! What a passkey is worth to a user who asks for a second factor.

use serde_json::{Value, json};
use shared::testkit::authenticator::{Authenticator, USER_VERIFIED};

use super::{ADA, change_user, register, session_of, sign_in, sign_up, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_whose_user_was_verified_is_two_factors() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    change_user(&app, &token, |user| user.two_factor_enabled = true).await;
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
    // To whoever asks for no second one, that is enough.
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
    change_user(&app, &token, |user| user.two_factor_enabled = true).await;
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
    change_user(&app, &token, |user| user.two_factor_enabled = true).await;
    authenticator.flags &= !USER_VERIFIED;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], json!(true));
}
