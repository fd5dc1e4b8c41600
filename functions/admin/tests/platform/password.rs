//! `PUT /admin/password`.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::platform::{admin_login, admin_refresh};
use shared::testkit::{PASSWORD, race};

use super::{NEW_PASSWORD, ROOT, assert_refused, change, is_live, logged_in, start};

fn body(current: &str, new: &str, confirm: &str) -> Value {
    json!({"currentPassword": current, "newPassword": new, "confirmPassword": confirm})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_password_replaces_the_old_one_and_ends_other_sessions() {
    let app = start().await;
    let own = logged_in(&app).await;
    let other = admin_login(&app, ROOT, PASSWORD).await.expect(200).json();
    let token = own["accessToken"].as_str().expect("a token");
    let answer = change(&app, token, &body(PASSWORD, NEW_PASSWORD, NEW_PASSWORD))
        .send()
        .await;
    assert_eq!(
        answer.expect(200).json(),
        json!({"message": "Password changed successfully"})
    );
    assert!(is_live(&app, token).await);
    let _ = admin_refresh(&app, &own["refreshToken"]).await.expect(200);
    assert!(!is_live(&app, other["accessToken"].as_str().expect("a token")).await);
    let _ = admin_refresh(&app, &other["refreshToken"]).await.expect(401);
    let _ = admin_login(&app, ROOT, PASSWORD).await.expect(401);
    let _ = admin_login(&app, ROOT, NEW_PASSWORD).await.expect(200);
    assert_eq!(app.last_mail("password-changed").to, [ROOT]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_changes_nothing() {
    let app = start().await;
    let tokens = logged_in(&app).await;
    let token = tokens["accessToken"].as_str().expect("a token");
    let wrong = change(&app, token, &body("not the password", NEW_PASSWORD, NEW_PASSWORD))
        .send()
        .await;
    assert_refused(&wrong, 401, "Invalid credentials", None);
    for (new, confirm, field, message) in [
        (
            NEW_PASSWORD,
            "another",
            "confirmPassword",
            "must be a repetition of newPassword",
        ),
        ("short", "short", "newPassword", "must have at least 8 characters"),
        (
            "password1",
            "password1",
            "newPassword",
            "is one of the most common passwords",
        ),
        (ROOT, ROOT, "newPassword", "is easy to guess"),
    ] {
        let answer = change(&app, token, &body(PASSWORD, new, confirm))
            .send()
            .await
            .expect(400);
        assert_eq!(answer.json()["details"], json!([{"field": field, "message": message}]));
    }
    let _ = admin_login(&app, ROOT, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_changes_of_one_session_one_succeeds() {
    let app = Arc::new(start().await);
    let token = logged_in(&app).await["accessToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    let outcome = race::exactly_one_wins(&app, 200, &[401], move |app, number| {
        let new = format!("{NEW_PASSWORD} {number}");
        change(app, &token, &body(PASSWORD, &new, &new))
    })
    .await;
    let new = format!("{NEW_PASSWORD} {}", outcome.winner);
    let _ = admin_login(&app, ROOT, &new).await.expect(200);
}
