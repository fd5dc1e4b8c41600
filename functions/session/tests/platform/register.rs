//! `POST /v1/auth/register`.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::platform::{account, assert_error, assert_invalid, login, register};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{PASSWORD, TestApp};

use super::{EMAIL, REGISTER, start};

async fn with(app: &TestApp, field: &str, value: Value) -> shared::testkit::Answer {
    let mut body = account(EMAIL);
    body[field] = value;
    app.post(REGISTER).json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_owns_an_organization_and_gets_a_verification_mail() {
    let app = start().await;
    let answer = register(&app, "Ada@Example.com").await.expect(201);
    let known = app.user_of(EMAIL).await;
    let solo = known.memberships[0].organization_id;
    let mut answer = answer.json();
    assert!(answer["message"].take().is_string());
    assert_eq!(
        answer,
        json!({
            "user": {
                "id": known.id.to_string(), "email": EMAIL, "role": "OWNER", "verified": false,
                "first_name": "Ada", "last_name": "Lovelace",
                "solo_org_id": solo.to_string(), "solo_org_name": "Ada Lovelace",
            },
            "message": null,
        })
    );
    let organization = app.core().store.find_organization(solo).await.expect("an answer");
    assert_eq!(organization.expect("an organization").name, "Ada Lovelace");
    assert_eq!(app.count_mails("verify-email"), 1);
    // A registration opens no session.
    assert_eq!(
        app.core().store.list_sessions(known.id).await.expect("an answer").len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_optional() {
    let app = start().await;
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let answer = app.post(REGISTER).json(&body).send().await.expect(201).json();
    assert_eq!(
        (&answer["user"]["first_name"], &answer["user"]["solo_org_name"]),
        (&Value::Null, &json!("Personal"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_names_every_invalid_field() {
    let app = start().await;
    let body = json!({"email": "ada", "password": "short", "first_name": 1, "last_name": "x".repeat(51)});
    let answer = app.post(REGISTER).json(&body).send().await.expect(400).json();
    assert_eq!(
        answer["details"],
        json!([
            {"field": "email", "message": "must be an email address"},
            {"field": "password", "message": "must have at least 8 characters"},
            {"field": "first_name", "message": "must be a string"},
            {"field": "last_name", "message": "must have at most 50 characters"},
        ])
    );
    let answer = app.post(REGISTER).json(&json!({})).send().await.expect(400).json();
    assert_eq!(
        answer["details"],
        json!([
            {"field": "email", "message": "is required"},
            {"field": "password", "message": "is required"},
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_is_an_invalid_field() {
    let app = start().await;
    for (password, message) in [
        (json!("password1"), "is one of the most common passwords"),
        (json!("ada@example.com"), "is easy to guess"),
        (json!("x".repeat(1025)), "must have at most 1024 characters"),
    ] {
        assert_invalid(&with(&app, "password", password).await, "password", message);
    }
    assert_invalid(
        &with(&app, "first_name", json!("A\u{202e}da")).await,
        "first_name",
        "must not hold invisible characters",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_address_is_a_conflict() {
    let app = start().await;
    let _ = register(&app, EMAIL).await.expect(201);
    assert_error(&register(&app, "ADA@example.com").await, 409, "User already exists");
    app.change_user_of(EMAIL, |user| user.status = shared::domain::UserStatus::Deleted)
        .await;
    assert_error(&register(&app, EMAIL).await, 409, "User already exists");
    assert_eq!(app.count_mails("verify-email"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_registrations_with_one_address_one_succeeds() {
    let app = Arc::new(start().await);
    exactly_one_wins(&app, 201, &[409], |app, _| app.post(REGISTER).json(&account(EMAIL))).await;
    let _ = login(&app, EMAIL, PASSWORD).await.expect(403);
}
