//! `POST /reset-password`: with the token of the mail, once.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::one_time::{ChangeEmail, DeleteUser, ResetPassword};
use shared::domain::{EmailAddress, OneTimeToken, UserStatus};
use shared::operations as core;
use shared::store::Changes;
use shared::testkit::TestApp;
use shared::testkit::race::exactly_one_wins;

use super::{
    EMAIL, OTHER, PASSWORD, RESET, SECOND, access_token, assert_error, assert_invalid_token, assert_password, is_live,
    reset, reset_token, sign_in, sign_up, start, start_with, try_sign_in,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_new_password_opens_the_account_and_nothing_that_was_open_stays_so() {
    let app = start().await;
    let open = [
        sign_up(&app, EMAIL).await,
        sign_in(&app, EMAIL, PASSWORD).await,
        access_token(&app, EMAIL).await,
    ];
    let strangers = sign_up(&app, OTHER).await;
    let token = reset_token(&app, EMAIL).await;
    let answer = reset(&app, &token, SECOND).send().await.expect(200);
    assert_eq!((answer.json(), answer.cookies().len()), (json!({"status": true}), 0));
    assert_password(&app, EMAIL, SECOND, PASSWORD).await;
    for token in open {
        assert!(!is_live(&app, &token).await);
    }
    assert!(is_live(&app, &strangers).await);
    let _ = try_sign_in(&app, OTHER, PASSWORD).await.expect(200);
    assert_eq!(app.last_mail("password-changed").to, [EMAIL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_proves_access_to_the_mailbox_and_verifies_the_address() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let answer = try_sign_in(&app, EMAIL, SECOND).await.expect(200);
    assert_eq!(answer.json()["user"]["emailVerified"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_may_stand_in_the_query() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let request = app.post(&format!("{RESET}?token={token}"));
    let _ = request
        .json(&json!({"newPassword": SECOND, "token": ""}))
        .send()
        .await
        .expect(200);
    assert_password(&app, EMAIL, SECOND, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_once() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    assert_invalid_token(&reset(&app, &token, PASSWORD).send().await);
    assert_password(&app, EMAIL, SECOND, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_token_supersedes_the_older() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let older = reset_token(&app, EMAIL).await;
    let newer = reset_token(&app, EMAIL).await;
    assert_invalid_token(&reset(&app, &older, SECOND).send().await);
    let _ = reset(&app, &newer, SECOND).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lasts_for_an_hour() {
    let app = start().await;
    for (email, seconds, status) in [(EMAIL, 3599, 200), (OTHER, 3600, 400)] {
        sign_up(&app, email).await;
        let token = reset_token(&app, email).await;
        app.clock.advance(SignedDuration::from_secs(seconds));
        let _ = reset(&app, &token, SECOND).send().await.expect(status);
    }
    assert_password(&app, OTHER, PASSWORD, SECOND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_purpose_or_user_is_refused() {
    let app = start().await;
    sign_up(&app, OTHER).await;
    let stranger = sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let token = reset_token(&app, OTHER).await;
    let mut moved = OneTimeToken::<ResetPassword>::parse(&token).expect("a token");
    moved.user_id = app.caller(&stranger).await.user.id;
    let altered = token.replace(&token[20..24], "AAAA");
    for wrong in [
        &verification,
        &verification.replace("vfy_", "rst_"),
        &moved.to_string(),
        &stranger,
        &token[..token.len() - 1],
        &token[1..],
        &altered,
        &format!("{token}A"),
        &token.to_lowercase(),
        " ",
        "rst_",
        "null",
    ] {
        assert_invalid_token(&reset(&app, wrong, SECOND).send().await);
    }
    for body in [
        json!({"newPassword": SECOND}),
        json!({"newPassword": SECOND, "token": null}),
    ] {
        assert_invalid_token(&app.post(RESET).json(&body).send().await);
    }
    assert_password(&app, EMAIL, PASSWORD, SECOND).await;
    // None of them has touched the token itself.
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_may_not_be_chosen_leaves_the_token_as_it_is() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let common = "This password is one of the most common ones. Choose another.";
    for (password, code, message) in [
        ("", "PASSWORD_TOO_SHORT", "Password too short"),
        ("short 7", "PASSWORD_TOO_SHORT", "Password too short"),
        ("🦀🦀🦀", "PASSWORD_TOO_SHORT", "Password too short"),
        (&"x".repeat(129), "PASSWORD_TOO_LONG", "Password too long"),
        ("Password123", "PASSWORD_COMPROMISED", common),
    ] {
        let answer = reset(&app, &token, password).send().await;
        assert_error(&answer, 400, code, message);
        assert_eq!(answer.usage.dynamodb, 0);
    }
    // The user is known by the token alone.
    for guessable in [EMAIL, "ostiary2026!", "qwertyuiop[]"] {
        let answer = reset(&app, &token, guessable).send().await;
        let easy = "This password is easy to guess. Choose another.";
        assert_error(&answer, 400, "PASSWORD_COMPROMISED", easy);
    }
    // Length is counted as the clients count it.
    let _ = reset(&app, &token, "🦀🐙🦑🐡").send().await.expect(200);
    assert_password(&app, EMAIL, "🦀🐙🦑🐡", PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_may_not_reset_either() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let banned = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    app.set_status(&session, banned).await;
    let answer = reset(&app, &token, SECOND).send().await.expect(403);
    assert_eq!(answer.json()["code"], "BANNED_USER");
    assert_eq!(app.count_mails("password-changed"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_password_gets_the_first_one() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let id = app.caller(&session).await.user.id;
    let without = Changes::new().delete_password(id);
    app.core().store.commit(without).await.expect("a commit");
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    assert_password(&app, EMAIL, SECOND, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_present_a_token_at_once_one_succeeds() {
    let app = Arc::new(start().await);
    sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let password = |at: usize| format!("{SECOND}, {at}");
    let race = exactly_one_wins(&app, 200, &[400], move |app, at| reset(app, &token, &password(at))).await;
    race.losers().for_each(assert_invalid_token);
    assert_password(&app, EMAIL, &password(race.winner), PASSWORD).await;
    assert_eq!(app.count_mails("password-changed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_dies_with_its_account() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let command = core::DeleteUser {
        password: None,
        token: None,
        callback: None,
        client_ip: String::new(),
    };
    let caller = app.assured(&session).await;
    let now = app.clock.now();
    app.core().delete_user(&caller, command, now).await.expect("a deletion");
    assert_invalid_token(&reset(&app, &token, SECOND).send().await);
    // The token does not open the account of the next user with that address either.
    sign_up(&app, EMAIL).await;
    assert_invalid_token(&reset(&app, &token, SECOND).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_went_to_a_former_address_opens_nothing() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let change = ask_to_move(&app, &session).await;
    let now = app.clock.now();
    let moved = app.core().confirm_email_change(None, &change, "", now).await;
    assert_eq!(moved.expect("a change").email.as_str(), OTHER);
    assert_invalid_token(&reset(&app, &token, SECOND).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stolen_session_asked_for_cannot_be_confirmed_after_a_reset() {
    let app = start_with(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await;
    let stolen = sign_up(&app, EMAIL).await;
    let change = ask_to_move(&app, &stolen).await;
    let command = core::DeleteUser {
        password: None,
        token: None,
        callback: None,
        client_ip: String::new(),
    };
    let now = app.clock.now();
    let asked = app.core().delete_user(&app.assured(&stolen).await, command, now).await;
    assert_eq!(asked.expect("a mail"), core::Deletion::MailSent);
    app.deliver_mail().await;
    let deletion = OneTimeToken::<DeleteUser>::parse(&app.mailed_token("delete-user")).expect("a token");

    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let refused = app.core().confirm_email_change(None, &change, "", now).await;
    assert!(matches!(refused, Err(core::ConfirmEmailChangeError::TokenRefused(_))));
    let caller = app.assured(&sign_in(&app, EMAIL, SECOND).await).await;
    let refused = app.core().confirm_deletion(&caller, &deletion, "", now).await;
    assert!(matches!(refused, Err(core::DeleteUserError::TokenRefused(_))));
}

/// The token that would move the user to the other address.
async fn ask_to_move(app: &TestApp, session: &str) -> OneTimeToken<ChangeEmail> {
    let command = core::ChangeEmail {
        new_email: EmailAddress::parse(OTHER).expect("an address"),
        callback: None,
        client_ip: String::new(),
    };
    let caller = app.assured(session).await;
    let asked = app.core().request_email_change(&caller, command, app.clock.now()).await;
    asked.expect("a request");
    app.deliver_mail().await;
    OneTimeToken::parse(&app.mailed_token("change-email")).expect("a token")
}
