//! `POST /delete-user`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::store::Changes;
use shared::testkit::TestApp;
use shared::testkit::better_auth::super_admin;
use shared::testkit::race::{exactly_one_wins, send_at_once};

use super::{
    CLEARED, DELETE, EMAIL, EVIL, OTHER, PASSWORD, access_token, assert_error, assert_unauthorized, count, is_live,
    sign_in, sign_up, start, start_with, try_sign_in, user_of,
};

fn done() -> Value {
    json!({"success": true, "message": "User deleted"})
}

async fn confirmed_by_mail() -> TestApp {
    start_with(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await
}

/// The token of the mail that asks for confirmation.
async fn deletion_token(app: &TestApp, session: &str) -> String {
    let _ = app
        .post(DELETE)
        .bearer(session)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    app.mailed_token("delete-user")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_gone_with_all_that_opened_it() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let id = user_of(&app, &session).await["id"].take();
    let others = [sign_in(&app, EMAIL).await, access_token(&app, EMAIL).await];
    let bystander = sign_up(&app, OTHER).await;
    let answer = app
        .post(DELETE)
        .cookie(&session)
        .json(&json!({"password": PASSWORD}))
        .send()
        .await
        .expect(200);
    assert_eq!((answer.json(), answer.cookies()), (done(), CLEARED.to_vec()));
    for token in others.iter().chain([&session]) {
        assert!(!is_live(&app, token).await);
    }
    let _ = try_sign_in(&app, EMAIL, PASSWORD).await.expect(401);
    let body = json!({"email": EMAIL});
    let _ = app
        .post("/api/auth/forget-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(app.count_mails("reset-password"), 0);
    assert_unauthorized(&app.post(DELETE).cookie(&session).json(&json!({})).send().await);
    assert!(is_live(&app, &bystander).await);

    // The address is free, and its next user is another user.
    let newcomer = sign_up(&app, EMAIL).await;
    assert_ne!(user_of(&app, &newcomer).await["id"], id);
    assert!(!is_live(&app, &session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_password_the_session_must_be_fresh() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_hours(24));
    for body in [
        json!({}),
        json!({"password": null, "token": null}),
        json!({"password": "", "token": ""}),
    ] {
        let answer = app.post(DELETE).cookie(&session).json(&body).send().await;
        let message = "Session expired. Re-authenticate to perform this action.";
        assert_error(&answer, 400, "SESSION_EXPIRED", message);
    }
    let fresh = sign_in(&app, EMAIL).await;
    let answer = app.post(DELETE).cookie(&fresh).send().await.expect(200);
    assert_eq!(answer.json(), done());
    assert!(!is_live(&app, &session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_deletes_no_user() {
    let app = confirmed_by_mail().await;
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    // Not even beside a token that would do alone.
    for body in [
        json!({"password": "wrong"}),
        json!({"password": "wrong", "token": token}),
    ] {
        let answer = app.post(DELETE).cookie(&session).json(&body).send().await;
        assert_error(&answer, 400, "INVALID_PASSWORD", "Invalid password");
    }
    assert!(is_live(&app, &session).await);
    let _ = try_sign_in(&app, EMAIL, PASSWORD).await.expect(200);
    let body = json!({"password": PASSWORD, "token": token});
    let answer = app.post(DELETE).cookie(&session).json(&body).send().await.expect(200);
    assert_eq!(answer.json(), done());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_password_cannot_prove_one() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let without = Changes::new().delete_password(app.caller(&session).await.user.id);
    app.core().store.commit(without).await.expect("a commit");
    let answer = app
        .post(DELETE)
        .cookie(&session)
        .json(&json!({"password": PASSWORD}))
        .send()
        .await;
    assert_error(
        &answer,
        400,
        "CREDENTIAL_ACCOUNT_NOT_FOUND",
        "Credential account not found",
    );
    let _ = app
        .post(DELETE)
        .cookie(&session)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_asks_first_where_the_configuration_says_so() {
    let app = confirmed_by_mail().await;
    let session = sign_up(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_hours(30));
    for body in [
        json!({"callbackURL": "/bye"}),
        json!({"callbackURL": "/bye", "password": PASSWORD}),
    ] {
        let request = app
            .post(DELETE)
            .cookie(&session)
            .header("origin", "http://127.0.0.1:3000");
        let answer = request.json(&body).send().await.expect(200);
        assert_eq!(
            answer.json(),
            json!({"success": true, "message": "Verification email sent"})
        );
        assert!(answer.cookies().is_empty());
        assert_eq!(app.last_mail("delete-user").to, [EMAIL]);
        let link = app.mailed_link("delete-user");
        assert!(
            link.starts_with("http://127.0.0.1:3000/link/delete-user?token=del_"),
            "{link}"
        );
        assert!(link.ends_with("&callbackURL=%2Fbye"), "{link}");
    }
    assert!(is_live(&app, &session).await);
    let body = json!({"token": app.mailed_token("delete-user")});
    let answer = app.post(DELETE).cookie(&session).json(&body).send().await.expect(200);
    assert_eq!((answer.json(), answer.cookies()), (done(), CLEARED.to_vec()));
    sign_up(&app, EMAIL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_valid_token_of_the_caller_deletes_the_user() {
    let app = confirmed_by_mail().await;
    let others = sign_up(&app, OTHER).await;
    let others_token = deletion_token(&app, &others).await;
    let session = sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let superseded = deletion_token(&app, &session).await;
    let late = deletion_token(&app, &session).await;
    let delete = async |token: &str| {
        let request = app.post(DELETE).cookie(&session).json(&json!({"token": token}));
        request.send().await
    };
    for wrong in [&others_token, &verification, &superseded, &late[..50], "x"] {
        assert_error(&delete(wrong).await, 404, "INVALID_TOKEN", "Invalid token");
    }
    app.clock.advance(SignedDuration::from_hours(24));
    assert_error(&delete(&late).await, 404, "INVALID_TOKEN", "Invalid token");
    assert!(is_live(&app, &session).await && is_live(&app, &others).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_die_with_the_account() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let change = super::ask_to_move(&app, &session, OTHER).await;
    let _ = app
        .post(DELETE)
        .cookie(&session)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    for token in [verification, change] {
        let answer = super::verify(&app, &token).send().await;
        assert_error(&answer, 401, "INVALID_TOKEN", "Invalid token");
    }
    sign_up(&app, OTHER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_signed_in_may_and_only_from_a_trusted_page() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    assert_unauthorized(&app.post(DELETE).json(&json!({"password": PASSWORD})).send().await);
    let request = app.post(DELETE).cookie(&session).json(&json!({}));
    let answer = request.header("origin", "https://evil.test").send().await;
    assert_error(&answer, 403, "INVALID_ORIGIN", "Invalid origin");
    for evil in EVIL {
        let body = json!({"callbackURL": evil, "password": PASSWORD});
        let answer = app.post(DELETE).cookie(&session).json(&body).send().await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
    }
    let answer = app
        .post(DELETE)
        .cookie(&session)
        .json(&json!({"password": 1}))
        .send()
        .await
        .expect(400);
    assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    assert!(is_live(&app, &session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_present_a_token_at_once_one_succeeds() {
    let app = Arc::new(confirmed_by_mail().await);
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    let body = json!({"token": token});
    // Late requests find the token spent, later ones the session gone.
    exactly_one_wins(&app, 200, &[404, 401], move |app, _| {
        app.post(DELETE).bearer(&session).json(&body)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_deletions_at_once_are_one() {
    let app = Arc::new(start().await);
    let session = sign_up(&app, EMAIL).await;
    let answers = send_at_once(&app, move |app, _| {
        app.post(DELETE).bearer(&session).json(&json!({"password": PASSWORD}))
    })
    .await;
    // A request that finds the account gone succeeds, unless it read the session or the password after the deletion.
    assert!(count(&answers, 200) >= 1);
    assert_eq!(count(&answers, 200) + count(&answers, 401) + count(&answers, 400), 16);
    sign_up(&app, EMAIL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays_by_every_way_of_deletion() {
    let app = start().await;
    let root = super_admin(&app, "root@example.com").await;
    let password = json!({"password": PASSWORD});
    let delete = |body: &Value| app.post(DELETE).bearer(&root).json(body).send();
    for body in [&password, &json!({})] {
        let message = "You are the only administrator, and cannot be deleted";
        assert_error(&delete(body).await, 400, "LAST_ADMINISTRATOR", message);
    }
    // One who may not sign in administers nothing.
    let other = super_admin(&app, "other@example.com").await;
    app.set_status(&other, shared::domain::UserStatus::Suspended).await;
    let _ = delete(&password).await.expect(400);
    assert!(is_live(&app, &root).await);

    super_admin(&app, "third@example.com").await;
    let _ = delete(&password).await.expect(200);

    let app = confirmed_by_mail().await;
    let root = super_admin(&app, "root@example.com").await;
    let token = deletion_token(&app, &root).await;
    let body = json!({ "token": token });
    let answer = app.post(DELETE).bearer(&root).json(&body).send().await.expect(400);
    assert_eq!(answer.json()["code"], "LAST_ADMINISTRATOR");
    let callback = app.get(&format!("{}?token={token}", super::CALLBACK)).bearer(&root);
    let _ = callback.send().await.expect(400);
    assert!(is_live(&app, &root).await);
}

/// Each deletion requires the other administrator.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_leave_at_once_one_stays() {
    for _ in 0..4 {
        let app = start().await;
        let one = super_admin(&app, "one@example.com").await;
        let other = super_admin(&app, "other@example.com").await;
        let password = json!({"password": PASSWORD});
        let delete = |token: &str| app.post(DELETE).bearer(token).json(&password).send();
        let (first, second) = tokio::join!(delete(&one), delete(&other));
        let statuses = [first.status.as_u16(), second.status.as_u16()];
        assert!(
            statuses == [200, 400] || statuses == [400, 200],
            "{statuses:?} {} {}",
            first.text(),
            second.text()
        );
    }
}
