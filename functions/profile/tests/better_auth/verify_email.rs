//! `GET /verify-email`, with the token of a mail that verifies the address. With one that changes it: see `change_email`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::one_time::VerifyEmail;
use shared::domain::{OneTimeToken, UserStatus};
use shared::testkit::race::{count, send_at_once};

use super::{
    APP, EMAIL, EVIL, OTHER, PASSWORD, SEND, VERIFY, ask_to_move, assert_error, is_live, is_verified, location,
    sign_up, start, start_with, token_of, user_of, verify,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_verified() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    assert!(!is_verified(&app, &session).await);
    let mail = app.last_mail("verify-email");
    assert_eq!(mail.to, [EMAIL]);
    let answer = verify(&app, &app.mailed_token("verify-email")).send().await.expect(200);
    let user = user_of(&app, &session).await;
    assert_eq!(answer.json(), json!({"status": true, "user": user}));
    assert_eq!(user["emailVerified"], true);
    assert!(answer.cookies().is_empty(), "it signs no user in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_followed() {
    let app = start().await;
    for (email, callback, expected) in [
        (EMAIL, "/welcome", "/welcome"),
        (
            OTHER,
            "https%3A%2F%2Fapp.example.com%2Fx%3Fa%3Db",
            "https://app.example.com/x?a=b",
        ),
    ] {
        let session = sign_up(&app, email).await;
        let token = app.mailed_token("verify-email");
        let answer = app
            .get(&format!("{VERIFY}?token={token}&callbackURL={callback}"))
            .send()
            .await;
        assert_eq!((location(&answer), answer.cookies().len()), (expected, 0));
        assert!(is_verified(&app, &session).await);
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        // Errors are reported there, too.
        let answer = app
            .get(&format!("{VERIFY}?token={session}&callbackURL={callback}"))
            .send()
            .await;
        let joint = if expected.contains('?') { '&' } else { '?' };
        assert_eq!(location(&answer), format!("{expected}{joint}error=INVALID_TOKEN"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_callback_is_refused_and_the_token_left_as_it_is() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    for evil in EVIL {
        let answer = app
            .get(&format!("{VERIFY}?token={token}&callbackURL={evil}"))
            .send()
            .await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
        assert_eq!(answer.usage.dynamodb, 0);
    }
    assert!(!is_verified(&app, &session).await);
    let _ = verify(&app, &token).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_a_session_where_the_configuration_says_so() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    for (email, path) in [(EMAIL, ""), (OTHER, "&callbackURL=/welcome")] {
        sign_up(&app, email).await;
        let token = app.mailed_token("verify-email");
        let answer = app.get(&format!("{VERIFY}?token={token}{path}")).send().await;
        let cookies = answer.cookies();
        assert!(cookies[0].starts_with("better-auth.session_token=ses_"), "{cookies:?}");
        let session = answer.header("set-auth-token").expect("a token");
        assert_eq!(user_of(&app, session).await["email"], email);
    }
}

/// An image or a frame on a page of another site would move the browser to the account of a stranger (login CSRF).
#[tokio::test(flavor = "multi_thread")]
async fn it_opens_a_session_only_for_a_navigation() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    for (number, (site, mode, dest, opens)) in [
        ("cross-site", "no-cors", "image", false),
        ("same-site", "no-cors", "image", false),
        ("cross-site", "navigate", "iframe", false),
        ("cross-site", "cors", "empty", false),
        ("cross-site", "navigate", "document", true),
        ("none", "navigate", "document", true),
        ("same-origin", "cors", "empty", true),
    ]
    .into_iter()
    .enumerate()
    {
        let session = sign_up(&app, &format!("ada-{number}@example.com")).await;
        let request = verify(&app, &app.mailed_token("verify-email"))
            .header("sec-fetch-site", site)
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-dest", dest);
        let answer = request.send().await.expect(200);
        assert!(is_verified(&app, &session).await);
        let has_opened = (!answer.cookies().is_empty(), answer.header("set-auth-token").is_some());
        assert_eq!(has_opened, (opens, opens), "{site} {mode} {dest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_already_signed_in_keeps_the_session() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let answer = verify(&app, &token).cookie(&session).send().await.expect(200);
    assert!(answer.cookies().is_empty());
    // Another user's address is verified there, too, but the browser stays with its user.
    let others = sign_up(&app, OTHER).await;
    let token = app.mailed_token("verify-email");
    let answer = verify(&app, &token).cookie(&session).send().await.expect(200);
    assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());
    assert!(is_verified(&app, &others).await);
}

/// Mails may arrive in any order, and each proves control of the mailbox.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_token_works_beside_a_newer_one() {
    for first in [0, 1] {
        let app = start().await;
        let session = sign_up(&app, EMAIL).await;
        let older = app.mailed_token("verify-email");
        app.clock.advance(SignedDuration::from_mins(30));
        let _ = app.post(SEND).json(&json!({"email": EMAIL})).send().await.expect(200);
        let tokens = [older, app.mailed_token("verify-email")];
        let _ = verify(&app, &tokens[first]).send().await.expect(200);
        assert!(is_verified(&app, &session).await);
        let _ = verify(&app, &tokens[1 - first]).send().await.expect(200);
        // Each lives for its own hour.
        app.clock.advance(SignedDuration::from_mins(30));
        let late = verify(&app, &tokens[0]).send().await;
        assert_error(&late, 401, "TOKEN_EXPIRED", "Token expired");
        let _ = verify(&app, &tokens[1]).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_use_says_that_the_address_is_verified_and_opens_no_session() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let first = verify(&app, &token).send().await.expect(200);
    assert!(first.header("set-auth-token").is_some());
    for _ in 0..2 {
        let answer = verify(&app, &token).send().await.expect(200);
        assert_eq!(answer.json(), first.json());
        assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());
    }
    let answer = app.get(&format!("{VERIFY}?token={token}&callbackURL=/x")).send().await;
    assert_eq!((location(&answer), answer.cookies().len()), ("/x", 0));
    app.clock.advance(SignedDuration::from_hours(1));
    assert_error(
        &verify(&app, &token).send().await,
        401,
        "TOKEN_EXPIRED",
        "Token expired",
    );
}

/// A reset verifies the address, too. A link from before opens no session afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_use_after_the_address_was_verified_opens_no_session() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let request = app.post("/api/auth/forget-password").json(&json!({"email": EMAIL}));
    let _ = request.send().await.expect(200);
    let reset = json!({"token": app.mailed_token("reset-password"), "newPassword": "another long password"});
    let _ = app
        .post("/api/auth/reset-password")
        .json(&reset)
        .send()
        .await
        .expect(200);
    let answer = verify(&app, &token).send().await.expect(200);
    assert_eq!(answer.json()["user"]["emailVerified"], true);
    assert!(answer.cookies().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lasts_for_an_hour() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_secs(3599));
    let _ = verify(&app, &app.mailed_token("verify-email")).send().await.expect(200);
    let session = sign_up(&app, OTHER).await;
    app.clock.advance(SignedDuration::from_secs(3600));
    let token = app.mailed_token("verify-email");
    assert_error(
        &verify(&app, &token).send().await,
        401,
        "TOKEN_EXPIRED",
        "Token expired",
    );
    let answer = app.get(&format!("{VERIFY}?token={token}&callbackURL=/x")).send().await;
    assert_eq!(location(&answer), "/x?error=TOKEN_EXPIRED");
    assert!(!is_verified(&app, &session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_purpose_or_user_is_refused() {
    let app = start().await;
    sign_up(&app, OTHER).await;
    let others = app.mailed_token("verify-email");
    let session = sign_up(&app, EMAIL).await;
    let _ = app
        .post("/api/auth/forget-password")
        .json(&json!({"email": EMAIL}))
        .send()
        .await
        .expect(200);
    let reset = app.mailed_token("reset-password");
    let mut moved = OneTimeToken::<VerifyEmail>::parse(&others).expect("a token");
    moved.user_id = app.caller(&session).await.user.id;
    for wrong in [
        &reset,
        &reset.replace("rst_", "vfy_"),
        &session,
        &moved.to_string(),
        &others[..others.len() - 1],
        &format!("{others}A"),
        "",
        "vfy_",
        "%FF",
        "%00",
        "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFkYUBleGFtcGxlLmNvbSJ9.",
        &"x".repeat(9000),
    ] {
        assert_error(&verify(&app, wrong).send().await, 401, "INVALID_TOKEN", "Invalid token");
    }
    assert!(!is_verified(&app, &session).await);
    let _ = verify(&app, &others).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_needed() {
    let app = start().await;
    for path in [
        VERIFY.to_owned(),
        format!("{VERIFY}?callbackURL=/welcome"),
        format!("{VERIFY}?Token=x"),
    ] {
        assert_error(
            &app.get(&path).send().await,
            400,
            "VALIDATION_ERROR",
            "[query.token] Invalid input: expected string, received undefined",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_looking_spends_nothing() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let path = format!("{VERIFY}?token={token}");
    let _ = app.request("HEAD", &path).undocumented().send().await.expect(404);
    let _ = app.request("OPTIONS", &path).undocumented().send().await.expect(404);
    assert!(!is_verified(&app, &session).await);
    let _ = app.get(&path).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_cannot_verify() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let banned = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    app.set_status(&session, banned).await;
    let answer = verify(&app, &token).send().await.expect(403);
    assert_eq!(answer.json()["code"], "BANNED_USER");
    let answer = app
        .get(&format!("{VERIFY}?token={token}&callbackURL={APP}/x"))
        .send()
        .await;
    assert_eq!(location(&answer), format!("{APP}/x?error=BANNED_USER"));
    assert!(answer.cookies().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_present_a_token_at_once_one_gets_a_session() {
    let app = Arc::new(start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await);
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let answers = send_at_once(&app, move |app, _| verify(app, &token)).await;
    assert_eq!(count(&answers, 200), answers.len());
    let opened = answers.iter().filter(|answer| !answer.cookies().is_empty());
    assert_eq!(opened.count(), 1);
    assert!(is_verified(&app, &session).await);
    // The one from before, and the one that was opened.
    let listed = app
        .get("/api/auth/list-sessions")
        .bearer(&session)
        .send()
        .await
        .expect(200);
    assert_eq!(listed.json().as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_went_to_a_former_address_verifies_nothing() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let former = app.mailed_token("verify-email");
    let token = ask_to_move(&app, &session, OTHER).await;
    let _ = verify(&app, &token).send().await.expect(200);
    assert_error(
        &verify(&app, &former).send().await,
        401,
        "INVALID_TOKEN",
        "Invalid token",
    );
    assert!(is_live(&app, &session).await);
    assert_eq!(
        token_of(&super::try_sign_in(&app, OTHER, PASSWORD).await.expect(200)).len(),
        session.len()
    );
    assert_eq!(app.count_mails("verify-email"), 1);
}
