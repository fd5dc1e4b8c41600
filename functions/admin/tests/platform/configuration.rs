//! The settings that administrators change: the requests and their answers. Their effects are tested in all contracts
//! by `tests/configuration.rs`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::better_auth::sign_up;
use shared::testkit::platform::{admin, assert_error, assert_invalid, assert_unauthorized};
use shared::testkit::race::{count, send_at_once};
use shared::testkit::{Answer, TestApp, text};

use super::{ROOT, start, start_with};

const CONFIG: &str = "/v1/admin/config";

async fn put(app: &TestApp, token: &str, key: &str, body: &Value) -> Answer {
    let path = format!("{CONFIG}/{key}");
    app.request("PUT", &path).bearer(token).json(body).send().await
}

async fn list(app: &TestApp, token: &str) -> Vec<Value> {
    let listed = app.get(CONFIG).bearer(token).send().await.expect(200).json();
    listed.as_array().expect("a list").clone()
}

async fn value(app: &TestApp, token: &str, key: &str) -> Value {
    let listed = list(app, token).await;
    let found = listed.into_iter().find(|setting| setting["key"] == key);
    found.expect("a setting")["value"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_the_deployment_are_the_defaults() {
    let app = start_with(&[
        ("SESSION_LIFETIME_SECONDS", "1000"),
        ("VERIFICATION_REQUIRED", "basic,accounts"),
    ])
    .await;
    let root = admin(&app, ROOT).await;
    let listed = list(&app, &root).await;
    let shown: Vec<_> = listed
        .iter()
        .map(|setting| (text(&setting["key"]), text(&setting["type"]), setting["value"].clone()))
        .collect();
    let expected = [
        ("registration_open", "BOOLEAN", json!(true)),
        ("allowed_signup_domains", "JSON", json!([])),
        ("session_lifetime_seconds", "INTEGER", json!(1000)),
        ("access_token_lifetime_seconds", "INTEGER", json!(900)),
        ("invitation_lifetime_seconds", "INTEGER", json!(172_800)),
        ("password_min_length", "INTEGER", json!(8)),
        ("verification_required", "JSON", json!(["basic", "accounts"])),
        ("default_plan_solo", "STRING", json!("SOLO_FREE")),
        ("default_plan_business", "STRING", json!("TEAM_STARTER")),
        ("key_rotation_interval_days", "INTEGER", json!(90)),
        ("default_language", "STRING", json!("en")),
    ];
    assert_eq!(
        shown,
        expected.map(|(key, kind, value)| (key.to_owned(), kind.to_owned(), value))
    );
    assert_eq!(
        (&listed[0]["id"], &listed[0]["created_at"]),
        (&json!("registration_open"), &json!("1970-01-01T00:00:00.000Z"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_keeps_its_description_and_the_time_of_its_first_change() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let body = json!({"type": "INTEGER", "value": 3600, "description": "An hour"});
    let first = put(&app, &root, "access_token_lifetime_seconds", &body)
        .await
        .expect(200)
        .json();
    let now = "2026-01-31T12:00:00.000Z";
    let key = "access_token_lifetime_seconds";
    assert_eq!(
        first,
        json!({
            "id": key, "key": key, "type": "INTEGER", "value": 3600, "description": "An hour", "created_at": now,
            "updated_at": now,
        })
    );
    app.clock.advance(SignedDuration::from_secs(1));
    let second = put(&app, &root, key, &json!({"value": 600})).await.expect(200).json();
    assert_eq!(
        (&second["description"], &second["created_at"]),
        (&json!("An hour"), &json!(now))
    );
    assert_eq!(second["updated_at"], "2026-01-31T12:00:01.000Z");
    assert_eq!(list(&app, &root).await[3], second);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let before = list(&app, &root).await;
    for (key, value, message) in [
        ("registration_open", json!("no"), "must be a boolean"),
        ("registration_open", json!(null), "must be a boolean"),
        (
            "session_lifetime_seconds",
            json!(299),
            "must be a whole number from 300 to 7776000",
        ),
        (
            "access_token_lifetime_seconds",
            json!(1.5),
            "must be a whole number from 60 to 86400",
        ),
        (
            "invitation_lifetime_seconds",
            json!("3600"),
            "must be a whole number from 3600 to 2592000",
        ),
        ("password_min_length", json!(7), "must be a whole number from 8 to 20"),
        (
            "allowed_signup_domains",
            json!(["@"]),
            "must be a list of at most 100 domains of e-mail addresses",
        ),
        (
            "verification_required",
            json!(["x"]),
            "must be a list of contracts: better_auth, basic, teams, platform, accounts",
        ),
        (
            "default_plan_solo",
            json!("TEAM_FREE"),
            "must be a plan: SOLO_FREE, SOLO_TRIAL, SOLO_MONTHLY, SOLO_ANNUAL",
        ),
        (
            "default_plan_business",
            json!(1),
            "must be a plan: TEAM_FREE, TEAM_STARTER, TEAM_GROWTH, ENTERPRISE",
        ),
        (
            "key_rotation_interval_days",
            json!(0),
            "must be a whole number from 1 to 3650",
        ),
        (
            "default_language",
            json!("xx"),
            "must be a language: en, zh, es, fr, de, ja or ko",
        ),
    ] {
        assert_invalid(
            &put(&app, &root, key, &json!({ "value": value })).await,
            "value",
            message,
        );
    }
    let key = "registration_open";
    let wrong_type = put(&app, &root, key, &json!({"value": true, "type": "STRING"})).await;
    assert_invalid(&wrong_type, "type", "must be BOOLEAN, the type of the setting");
    let unknown_type = put(&app, &root, key, &json!({"value": true, "type": "TEXT"})).await;
    assert_invalid(
        &unknown_type,
        "type",
        "must be a type: STRING, INTEGER, NUMBER, BOOLEAN or JSON",
    );
    assert_invalid(&put(&app, &root, key, &json!({})).await, "value", "is required");
    let long = json!({"value": true, "description": "x".repeat(501)});
    assert_invalid(
        &put(&app, &root, key, &long).await,
        "description",
        "must have at most 500 characters",
    );
    for key in ["email_verification_base_url", "Registration_Open", "%20"] {
        assert_error(
            &put(&app, &root, key, &json!({"value": 1})).await,
            404,
            "Configuration key not found",
        );
    }
    assert_eq!(list(&app, &root).await, before);
}

/// The optimistic lock makes each change follow the one before it.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_changes_of_one_key_and_of_different_keys_all_count() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    let token = root.clone();
    let answers = send_at_once(&app, move |app, at| {
        let (key, value) = [
            ("password_min_length", 8 + at / 2),
            ("key_rotation_interval_days", 1 + at / 2),
        ][at % 2];
        let path = format!("{CONFIG}/{key}");
        app.request("PUT", &path)
            .bearer(&token)
            .json(&json!({ "value": value }))
    })
    .await;
    assert_eq!(count(&answers, 200), 16);
    let stored = app.core().store.find_configuration().await.expect("the configuration");
    assert_eq!((stored.version, stored.values.len()), (16, 2));
    for key in ["password_min_length", "key_rotation_interval_days"] {
        let last = value(&app, &root, key).await;
        assert!(answers.iter().any(|answer| answer.json()["value"] == last));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_by_administrators_of_the_platform_only() {
    let app = start().await;
    let user = sign_up(&app, "ada@example.com").await;
    for (method, path) in [
        ("GET", CONFIG.to_owned()),
        ("PUT", format!("{CONFIG}/registration_open")),
    ] {
        let request = || app.request(method, &path).json(&json!({"value": false}));
        assert_unauthorized(&request().send().await);
        assert_eq!(
            request().bearer(&user).send().await.status.as_u16(),
            403,
            "{method} {path}"
        );
    }
}
