//! `POST /change-password`: with the old one.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::store::Changes;
use shared::testkit::TestRequest;
use shared::testkit::race::send_at_once;

use super::{
    CHANGE, EMAIL, PASSWORD, SECOND, access_token, assert_error, assert_invalid_token, assert_password, count, is_live,
    reset, reset_token, sign_in, sign_up, start, token_of, try_sign_in,
};

fn change(current: &str, new: &str) -> Value {
    json!({"currentPassword": current, "newPassword": new})
}

fn revoking() -> Value {
    json!({"currentPassword": PASSWORD, "newPassword": SECOND, "revokeOtherSessions": true})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_password_takes_the_place_of_the_old_one() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let other = sign_in(&app, EMAIL, PASSWORD).await;
    let answer = app
        .post(CHANGE)
        .cookie(&token)
        .json(&change(PASSWORD, SECOND))
        .send()
        .await
        .expect(200);
    let user = app.caller(&token).await.user;
    assert_eq!(
        answer.json(),
        json!({
            "token": null,
            "user": {
                "id": user.id.to_string(), "name": "Ada Lovelace", "email": EMAIL, "emailVerified": false, "image": null,
                "createdAt": "2026-01-31T12:00:00.000Z", "updatedAt": "2026-01-31T12:00:00.000Z", "username": null,
                "displayUsername": null, "twoFactorEnabled": false, "role": "user", "banned": false, "banReason": null,
                "banExpires": null,
            },
        })
    );
    assert!(answer.cookies().is_empty());
    assert_password(&app, EMAIL, SECOND, PASSWORD).await;
    assert!(is_live(&app, &token).await && is_live(&app, &other).await);
    assert_eq!(app.last_mail("password-changed").to, [EMAIL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_sessions_end_when_they_are_to_and_a_new_one_takes_their_place() {
    for revoke in [json!(true), json!("true")] {
        let app = start().await;
        let token = sign_up(&app, EMAIL).await;
        let old = [
            token.clone(),
            sign_in(&app, EMAIL, PASSWORD).await,
            access_token(&app, EMAIL).await,
        ];
        let body = json!({"currentPassword": PASSWORD, "newPassword": SECOND, "revokeOtherSessions": revoke});
        let answer = app.post(CHANGE).cookie(&token).json(&body).send().await.expect(200);
        let new = token_of(&answer);
        let cookie = format!("better-auth.session_token={new}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800");
        assert_eq!(answer.cookies(), [cookie.as_str()]);
        assert_eq!(answer.header("set-auth-token"), Some(new.as_str()));
        for token in old {
            assert!(!is_live(&app, &token).await);
        }
        assert!(is_live(&app, &new).await);
        assert_password(&app, EMAIL, SECOND, PASSWORD).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_session_is_remembered_as_the_old_one_was() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": false});
    let token = token_of(&app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200));
    let answer = app
        .post(CHANGE)
        .cookie(&token)
        .json(&revoking())
        .send()
        .await
        .expect(200);
    let cookies = answer.cookies();
    assert_eq!(cookies.len(), 2);
    assert!(cookies.iter().all(|cookie| !cookie.contains("Max-Age")), "{cookies:?}");
    assert!(cookies[1].starts_with("better-auth.dont_remember=true;"), "{cookies:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_credential_of_the_user_will_do() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    let _ = app
        .post(CHANGE)
        .bearer(&jwt)
        .json(&change(PASSWORD, SECOND))
        .send()
        .await
        .expect(200);
    let _ = app
        .post(CHANGE)
        .bearer(&token)
        .json(&change(SECOND, PASSWORD))
        .send()
        .await
        .expect(200);
    assert_password(&app, EMAIL, PASSWORD, SECOND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_changes_nothing() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for wrong in ["", "Nine lanterns over Pskov", SECOND, &"x".repeat(20_000)] {
        let body = json!({"currentPassword": wrong, "newPassword": SECOND, "revokeOtherSessions": true});
        let answer = app.post(CHANGE).cookie(&token).json(&body).send().await;
        assert_error(&answer, 400, "INVALID_PASSWORD", "Invalid password");
    }
    assert!(is_live(&app, &token).await);
    assert_password(&app, EMAIL, PASSWORD, SECOND).await;
    assert_eq!(app.count_mails("password-changed"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_may_not_be_chosen_is_refused_before_the_old_one_is_looked_at() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for (password, code) in [
        ("short 7", "PASSWORD_TOO_SHORT"),
        (&"x".repeat(129), "PASSWORD_TOO_LONG"),
        ("football1", "PASSWORD_COMPROMISED"),
    ] {
        let answer = app
            .post(CHANGE)
            .cookie(&token)
            .json(&change(PASSWORD, password))
            .send()
            .await
            .expect(400);
        assert_eq!((&answer.json()["code"], answer.usage.dynamodb), (&json!(code), 1));
    }
    for guessable in [EMAIL, "ostiary2026!"] {
        let body = change(PASSWORD, guessable);
        let answer = app.post(CHANGE).cookie(&token).json(&body).send().await.expect(400);
        assert_eq!(answer.json()["code"], "PASSWORD_COMPROMISED");
        // Only the owner learns that the password would be guessable.
        let body = change(SECOND, guessable);
        let answer = app.post(CHANGE).cookie(&token).json(&body).send().await.expect(400);
        assert_eq!(answer.json()["code"], "INVALID_PASSWORD");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_signed_in_may() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let _ = app.post("/api/auth/sign-out").bearer(&token).send().await.expect(200);
    let anonymous: [fn(TestRequest<'_>) -> TestRequest<'_>; 2] =
        [|request| request, |request| request.bearer("nonsense")];
    for credential in anonymous {
        let request = credential(app.post(CHANGE)).json(&change(PASSWORD, SECOND));
        assert_error(&request.send().await, 401, "UNAUTHORIZED", "Unauthorized");
    }
    let request = app.post(CHANGE).cookie(&token).json(&change(PASSWORD, SECOND));
    assert_error(&request.send().await, 401, "UNAUTHORIZED", "Unauthorized");
    let _ = try_sign_in(&app, EMAIL, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_password_has_none_to_change() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let without = Changes::new().delete_password(app.caller(&token).await.user.id);
    app.core().store.commit(without).await.expect("a commit");
    let answer = app
        .post(CHANGE)
        .cookie(&token)
        .json(&change(PASSWORD, SECOND))
        .send()
        .await;
    assert_error(
        &answer,
        400,
        "CREDENTIAL_ACCOUNT_NOT_FOUND",
        "Credential account not found",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_mailed_before_opens_nothing_any_more() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = reset_token(&app, EMAIL).await;
    let _ = app
        .post(CHANGE)
        .cookie(&session)
        .json(&change(PASSWORD, SECOND))
        .send()
        .await
        .expect(200);
    assert_invalid_token(&reset(&app, &token, PASSWORD).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_needed_and_of_their_types() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let body = json!({"newPassword": 1, "revokeOtherSessions": "perhaps"});
    let answer = app.post(CHANGE).cookie(&token).json(&body).send().await;
    assert_error(
        &answer,
        400,
        "VALIDATION_ERROR",
        "[body.newPassword] Invalid input: expected string, received number; \
         [body.currentPassword] Invalid input: expected string, received undefined; \
         [body.revokeOtherSessions] Invalid input: expected boolean, received string",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_changes_at_once_one_counts() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let password = |at: usize| format!("{SECOND}, {at}");
    let answers = send_at_once(&app, move |app, at| {
        app.post(CHANGE).bearer(&token).json(&change(PASSWORD, &password(at)))
    })
    .await;
    assert_eq!(count(&answers, 200), 1);
    assert_eq!(count(&answers, 400) + count(&answers, 503), 15);
    let winner = answers
        .iter()
        .position(|answer| answer.status == 200)
        .expect("a winner");
    assert_password(&app, EMAIL, &password(winner), PASSWORD).await;
    assert_eq!(app.count_mails("password-changed"), 1);
}
