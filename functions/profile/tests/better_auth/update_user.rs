//! `POST /update-user`.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::race::{all_at_once, count};

use super::{
    EMAIL, ORIGIN, UPDATE, access_token, assert_error, assert_unauthorized, is_live, sign_up, start, start_with,
    user_of,
};

const IMAGE: &str = "https://example.com/ada.png";

#[tokio::test(flavor = "multi_thread")]
async fn name_and_picture_change_and_the_cookie_is_set_again() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let body = json!({"name": "  Countess Lovelace ", "image": IMAGE});
    let answer = app.post(UPDATE).cookie(&token).json(&body).send().await.expect(200);
    assert_eq!(answer.json(), json!({"status": true}));
    let cookie = format!("better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800");
    assert_eq!(answer.cookies(), [cookie.as_str()]);
    assert_eq!(answer.header("set-auth-token"), Some(token.as_str()));
    let user = user_of(&app, &token).await;
    assert_eq!(
        (&user["name"], &user["image"]),
        (&json!("Countess Lovelace"), &json!(IMAGE))
    );
    assert_eq!(user["createdAt"], "2026-01-31T12:00:00.000Z");
    assert_eq!(user["updatedAt"], "2026-01-31T12:01:00.000Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_named_stays() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for (body, name, image) in [
        (json!({"image": IMAGE}), "Ada Lovelace", json!(IMAGE)),
        (json!({"name": "Ada"}), "Ada", json!(IMAGE)),
        (json!({"name": ""}), "", json!(IMAGE)),
        (json!({"image": null}), "", Value::Null),
    ] {
        let _ = app.post(UPDATE).cookie(&token).json(&body).send().await.expect(200);
        let user = user_of(&app, &token).await;
        assert_eq!((&user["name"], &user["image"]), (&json!(name), &image));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_remembered_keeps_its_kind_of_cookie() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": super::PASSWORD, "rememberMe": false});
    let signed_in = app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200);
    let token = super::token_of(&signed_in);
    let answer = app
        .post(UPDATE)
        .cookie(&token)
        .json(&json!({"name": "Ada"}))
        .send()
        .await
        .expect(200);
    assert_eq!(answer.cookies(), signed_in.cookies());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_with_a_jwt_gets_no_cookie() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let jwt = access_token(&app, EMAIL).await;
    let answer = app
        .post(UPDATE)
        .bearer(&jwt)
        .json(&json!({"name": "Ada"}))
        .send()
        .await
        .expect(200);
    assert!(answer.cookies().is_empty());
    assert_eq!(user_of(&app, &jwt).await["name"], "Ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_and_what_only_the_server_sets_are_refused() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = user_of(&app, &token).await;
    let answer = app
        .post(UPDATE)
        .cookie(&token)
        .json(&json!({"name": "Eve", "email": "eve@example.com"}))
        .send()
        .await;
    assert_error(&answer, 400, "EMAIL_CAN_NOT_BE_UPDATED", "Email can not be updated");
    for field in [
        "role",
        "banned",
        "banReason",
        "banExpires",
        "twoFactorEnabled",
        "emailVerified",
        "id",
    ] {
        let body = json!({"name": "Eve", field: "admin"});
        let answer = app.post(UPDATE).cookie(&token).json(&body).send().await;
        assert_error(
            &answer,
            400,
            "FIELD_NOT_ALLOWED",
            &format!("{field} is not allowed to be set"),
        );
    }
    assert_eq!(user_of(&app, &token).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_update_is_an_error() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for body in [
        json!({}),
        json!({"nickname": "Ada", "createdAt": 0, "sessionGeneration": 7}),
    ] {
        let answer = app.post(UPDATE).cookie(&token).json(&body).send().await;
        assert_error(&answer, 400, "NO_FIELDS_TO_UPDATE", "No fields to update");
    }
    let answer = app.post(UPDATE).cookie(&token).send().await;
    assert_error(&answer, 400, "NO_FIELDS_TO_UPDATE", "No fields to update");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_of_their_types_and_not_too_long() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for (body, message) in [
        (
            json!({"name": null}),
            "[body.name] Invalid input: expected string, received null",
        ),
        (
            json!({"name": ["Ada"]}),
            "[body.name] Invalid input: expected string, received array",
        ),
        (
            json!({"image": 1}),
            "[body.image] Invalid input: expected string, received number",
        ),
        (
            json!({"name": "x".repeat(257)}),
            "[body.name] Too big: expected string to have <=256 characters",
        ),
        (
            json!({"image": "x".repeat(2049)}),
            "[body.image] Too big: expected string to have <=2048 characters",
        ),
    ] {
        let answer = app.post(UPDATE).cookie(&token).json(&body).send().await;
        assert_error(&answer, 400, "VALIDATION_ERROR", message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_signed_in_may_and_only_from_a_trusted_page() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let body = json!({"name": "Eve"});
    assert_unauthorized(&app.post(UPDATE).json(&body).send().await);
    assert_unauthorized(&app.post(UPDATE).bearer("nonsense").json(&body).send().await);
    let request = app.post(UPDATE).cookie(&token).json(&body);
    let answer = request.header("origin", "https://evil.test").send().await;
    assert_error(&answer, 403, "INVALID_ORIGIN", "Invalid origin");
    let request = app.post(UPDATE).cookie(&token).json(&body);
    let answer = request.header("origin", "null").send().await;
    assert_error(&answer, 403, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin");
    let request = app.post(UPDATE).cookie(&token).json(&body).header("origin", ORIGIN);
    let _ = request.send().await.expect(200);
    assert!(is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_changes_and_the_old_one_is_free_again() {
    let app = start().await;
    let ada = sign_up(&app, EMAIL).await;
    let grace = sign_up(&app, "grace@example.com").await;
    let rename = async |token: &str, body: Value| app.post(UPDATE).bearer(token).json(&body).send().await;
    let _ = rename(&ada, json!({"username": "Ada", "displayUsername": "Ada!"}))
        .await
        .expect(200);
    let user = user_of(&app, &ada).await;
    assert_eq!(
        (&user["username"], &user["displayUsername"]),
        (&json!("ada"), &json!("Ada!"))
    );
    let message = "Username is already taken. Please try another.";
    let refused = rename(&grace, json!({"username": "ADA"})).await;
    assert_error(&refused, 400, "USERNAME_IS_ALREADY_TAKEN", message);
    // The own one, spelled otherwise, is no other one.
    let _ = rename(&ada, json!({"username": "aDa"})).await.expect(200);
    let _ = rename(&ada, json!({"username": "countess"})).await.expect(200);
    let _ = rename(&grace, json!({"username": "ada"})).await.expect(200);
    assert_eq!(user_of(&app, &grace).await["username"], "ada");
    let refused = rename(&ada, json!({"username": "x"})).await;
    assert_error(&refused, 400, "USERNAME_TOO_SHORT", "Username is too short");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_rename_themselves_alike_one_succeeds() {
    let app = Arc::new(start().await);
    let mut running = Vec::new();
    for number in 0..16 {
        let token = sign_up(&app, &format!("user{number}@example.com")).await;
        let app = Arc::clone(&app);
        running.push(tokio::spawn(async move {
            let request = app.post(UPDATE).bearer(&token).json(&json!({"username": "ada"}));
            request.send().await.status.as_u16()
        }));
    }
    let mut statuses = Vec::new();
    for contender in running {
        statuses.push(contender.await.expect("no panic"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [[200].as_slice(), &[400; 15]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_username_of_a_deleted_user_is_free_again() {
    let app = start().await;
    let ada = sign_up(&app, EMAIL).await;
    let body = json!({"username": "ada"});
    let _ = app.post(UPDATE).bearer(&ada).json(&body).send().await.expect(200);
    let _ = app
        .post("/api/auth/delete-user")
        .bearer(&ada)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let grace = sign_up(&app, "grace@example.com").await;
    let _ = app.post(UPDATE).bearer(&grace).json(&body).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_updates_of_one_user_at_once_each_is_made_or_refused() {
    let app = Arc::new(start_with(&[("RATE_LIMITS", "off")]).await);
    let token = sign_up(&app, EMAIL).await;
    let before = app.caller(&token).await.user.stored.version;
    app.aws.set_transaction_time(Some(Duration::from_millis(15)));
    let answers = all_at_once((0..64).map(|number| {
        let (app, token) = (Arc::clone(&app), token.clone());
        async move {
            let body = json!({"name": format!("Ada {number}")});
            app.post(UPDATE).bearer(&token).json(&body).send().await
        }
    }))
    .await;
    // Retries end after ten seconds, in which a slow machine does not make all of them.
    let made = count(&answers, 200);
    assert_eq!(made + count(&answers, 503), 64);
    assert!(made >= 32, "{made} were made");
    let updates = u64::try_from(made).expect("a few");
    assert_eq!(app.caller(&token).await.user.stored.version, before + updates);
}
