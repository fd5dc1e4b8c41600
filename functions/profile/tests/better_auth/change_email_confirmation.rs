//! `GET /verify-email`, with the token of a mail that changes the address.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::UserStatus;
use shared::testkit::race::exactly_one_wins;

use super::{
    CALLBACK, DELETE, EMAIL, OTHER, PASSWORD, VERIFY, ask_to_move, assert_error, location, sign_in, sign_up, start,
    start_with, try_sign_in, user_of, verify,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_works_once_and_a_newer_one_supersedes_it() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let older = ask_to_move(&app, &session, "third@example.com").await;
    let newer = ask_to_move(&app, &session, OTHER).await;
    assert_error(
        &verify(&app, &older).send().await,
        401,
        "INVALID_TOKEN",
        "Invalid token",
    );
    let answer = app
        .get(&format!("{VERIFY}?token={newer}&callbackURL=/settings"))
        .send()
        .await;
    assert_eq!(location(&answer), "/settings");
    let answer = app
        .get(&format!("{VERIFY}?token={newer}&callbackURL=/settings"))
        .send()
        .await;
    assert_eq!(location(&answer), "/settings?error=INVALID_TOKEN");
    assert_eq!(user_of(&app, &session).await["email"], OTHER);
    assert_eq!(app.count_mails("email-changed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lasts_for_an_hour() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    app.clock.advance(SignedDuration::from_hours(1));
    assert_error(
        &verify(&app, &token).send().await,
        401,
        "TOKEN_EXPIRED",
        "Token expired",
    );
    assert_error(
        &verify(&app, &token[..token.len() - 1]).send().await,
        401,
        "INVALID_TOKEN",
        "Invalid token",
    );
    assert_eq!(user_of(&app, &session).await["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_in_another_users_session_changes_no_address() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let strangers = sign_up(&app, "third@example.com").await;
    let token = ask_to_move(&app, &session, OTHER).await;
    let answer = verify(&app, &token).cookie(&strangers).send().await;
    assert_error(&answer, 401, "INVALID_USER", "Invalid user");
    let path = format!("{VERIFY}?token={token}&callbackURL=/x");
    let answer = app.get(&path).cookie(&strangers).send().await;
    assert_eq!(location(&answer), "/x?error=INVALID_USER");
    assert_eq!(user_of(&app, &session).await["email"], EMAIL);
    let _ = verify(&app, &token).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_taken_meanwhile_stays_with_its_owner() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    let owner = sign_up(&app, OTHER).await;
    let answer = verify(&app, &token).send().await;
    assert_error(&answer, 400, "COULDNT_UPDATE_YOUR_EMAIL", "Couldn't update your email");
    let answer = app.get(&format!("{VERIFY}?token={token}&callbackURL=/x")).send().await;
    assert_eq!(location(&answer), "/x?error=COULDNT_UPDATE_YOUR_EMAIL");
    assert_eq!(user_of(&app, &session).await["email"], EMAIL);
    assert_eq!(user_of(&app, &owner).await["email"], OTHER);
    assert_eq!(app.count_mails("email-changed"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_users_who_move_to_one_address_at_once_one_gets_it() {
    let app = Arc::new(start().await);
    let mut tokens = Vec::new();
    let mut sessions = Vec::new();
    for user in 0..16 {
        let session = sign_up(&app, &format!("user{user}@example.com")).await;
        tokens.push(ask_to_move(&app, &session, OTHER).await);
        sessions.push(session);
    }
    let race = exactly_one_wins(&app, 200, &[400], move |app, at| verify(app, &tokens[at])).await;
    for (at, session) in sessions.iter().enumerate() {
        let expected = if at == race.winner {
            OTHER.to_owned()
        } else {
            format!("user{at}@example.com")
        };
        assert_eq!(user_of(&app, session).await["email"], expected);
    }
    assert_eq!(app.count_mails("email-changed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_present_a_token_at_once_one_succeeds() {
    let app = Arc::new(start().await);
    let session = sign_up(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    exactly_one_wins(&app, 200, &[401], move |app, _| verify(app, &token)).await;
    assert_eq!(app.count_mails("email-changed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_does_not_move() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    app.set_status(&session, UserStatus::Inactive).await;
    let answer = verify(&app, &token).send().await.expect(403);
    assert_eq!(answer.json()["code"], "USER_NOT_ACTIVE");
    sign_up(&app, OTHER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_that_ends_other_sessions_ends_what_they_asked_for() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    let body = json!({
        "currentPassword": PASSWORD, "newPassword": "seven bridges at dusk", "revokeOtherSessions": true,
    });
    let _ = app
        .post("/api/auth/change-password")
        .bearer(&session)
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_error(
        &verify(&app, &token).send().await,
        401,
        "INVALID_TOKEN",
        "Invalid token",
    );
}

/// The path of an act, and its body for the handle of the attacker's session.
type Act = (&'static str, fn(&str) -> serde_json::Value);

/// An attacker had one of the sessions, and asked for a mail in it; its owner acts in another one.
#[tokio::test(flavor = "multi_thread")]
async fn acts_of_an_owner_who_distrusts_a_session_end_what_it_has_requested() {
    let new = "a river under the ice";
    let acts: [Act; 5] = [
        ("/api/auth/revoke-other-sessions", |_| json!({})),
        ("/api/auth/revoke-sessions", |_| json!({})),
        ("/api/auth/revoke-session", |handle| json!({"token": handle})),
        (
            "/api/auth/change-password",
            |_| json!({"currentPassword": PASSWORD, "newPassword": "a river under the ice"}),
        ),
        (
            "/api/auth/change-password",
            |_| json!({"currentPassword": PASSWORD, "newPassword": "a river under the ice", "revokeOtherSessions": true}),
        ),
    ];
    for (path, body) in acts {
        let app = start_with(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await;
        let own = sign_up(&app, EMAIL).await;
        let stolen = sign_in(&app, EMAIL).await;
        let handle = app.caller(&stolen).await.session.id.to_string();
        let move_away = ask_to_move(&app, &stolen, OTHER).await;
        let _ = app
            .post(DELETE)
            .bearer(&stolen)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
        let deletion = app.mailed_token("delete-user");
        let _ = app
            .post(path)
            .bearer(&own)
            .json(&body(&handle))
            .send()
            .await
            .expect(200);

        let answer = verify(&app, &move_away).send().await;
        assert_error(&answer, 401, "INVALID_TOKEN", "Invalid token");
        let mut back = try_sign_in(&app, EMAIL, PASSWORD).await;
        if back.status != 200 {
            back = try_sign_in(&app, EMAIL, new).await;
        }
        let back = super::token_of(&back.expect(200));
        let request = app.get(&format!("{CALLBACK}?token={deletion}")).bearer(&back);
        assert_error(&request.send().await, 404, "INVALID_TOKEN", "Invalid token");
        assert_eq!(user_of(&app, &back).await["email"], EMAIL, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_or_ending_another_session_leaves_a_request_pending() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let other = sign_in(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    let revoke = json!({"token": other});
    let _ = app
        .post("/api/auth/revoke-session")
        .bearer(&session)
        .json(&revoke)
        .send()
        .await
        .expect(200);
    let _ = app.post("/api/auth/sign-out").bearer(&session).send().await.expect(200);
    let _ = verify(&app, &token).send().await.expect(200);
    assert_eq!(user_of(&app, &sign_in(&app, OTHER).await).await["email"], OTHER);
}

/// The link names the user in the state of the request.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_link_does_nothing_once_the_address_has_changed_hands() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    app.change_user(&session, |user| {
        user.email = "third@example.com".parse().expect("an address");
    })
    .await;
    let answer = verify(&app, &token).send().await;
    assert_error(&answer, 401, "INVALID_TOKEN", "Invalid token");
    assert_eq!(user_of(&app, &session).await["email"], "third@example.com");
}
