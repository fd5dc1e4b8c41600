//! `POST /api-key/verify`: which keys are good, and for what. How many uses a key has is in `limits`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::api_key::{KeyTerms, Permissions};
use shared::domain::{User, UserStatus};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

use super::{
    DAY, EMAIL, VERIFY, assert_error, assert_invalid, create, create_on_terms, listed, sign_up, start, text, verify,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const INVALID: (&str, &str) = ("INVALID_API_KEY", "Invalid API key.");

async fn asking(app: &TestApp, key: &str, permissions: Value) -> Answer {
    let body = json!({"key": key, "permissions": permissions});
    app.post(VERIFY).json(&body).send().await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_key_is_shown_and_counted_in_two_calls() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut expected = create(&app, &token, &json!({"name": "deploy", "prefix": "live_"})).await;
    let key = text(&expected["key"]);
    expected.as_object_mut().expect("an object").remove("key");
    for uses in 1..=3 {
        app.clock.advance(HOUR);
        let answer = verify(&app, &key).await;
        let now = format!("2026-01-31T{}:00:00.000Z", 12 + uses);
        (expected["lastRequest"], expected["updatedAt"]) = (json!(now), json!(now));
        expected["requestCount"] = json!(uses);
        assert_eq!(answer.json(), json!({"valid": true, "error": null, "key": expected}));
        assert_eq!((answer.usage.dynamodb, answer.usage.kms), (2, 0));
        assert!(
            (answer.usage.write_units - 1.0).abs() < f64::EPSILON,
            "{:?}",
            answer.usage
        );
    }
    assert_eq!(listed(&app, &token).await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_a_key_costs_nothing() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    for text in [
        "",
        "x",
        &key[1..],
        &format!("{key}1"),
        &format!("{}!", &key[..63]),
        &token,
        &"z".repeat(64),
    ] {
        let answer = verify(&app, text).await;
        assert_invalid(&answer, INVALID.0, INVALID.1);
        assert_eq!(answer.usage.dynamodb, 0, "{text}");
    }
    let answer = app
        .post(VERIFY)
        .json(&json!({"key": key, "configId": "other"}))
        .send()
        .await
        .expect(200);
    assert_invalid(&answer, INVALID.0, INVALID.1);
    let answer = app
        .post(VERIFY)
        .json(&json!({"key": key, "configId": "default"}))
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["valid"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_key_is_unknown() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({"prefix": "live"})).await["key"]);
    for at in 0..key.len() {
        let mut altered = key.clone().into_bytes();
        altered[at] = if altered[at] == b'a' { b'b' } else { b'a' };
        let altered = String::from_utf8(altered).expect("ASCII");
        assert_invalid(&verify(&app, &altered).await, INVALID.0, INVALID.1);
    }
    for altered in [&key[4..], &format!("x{key}")] {
        assert_invalid(&verify(&app, altered).await, INVALID.0, INVALID.1);
    }
    assert_eq!(verify(&app, &key).await.json()["key"]["requestCount"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_are_granted_or_the_key_is_not_found() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let granted = json!({"files": ["read", "write"], "users": ["read"]});
    let permissions = serde_json::from_value(granted.clone())
        .map(Permissions::new)
        .expect("permissions");
    let terms = KeyTerms {
        permissions: Some(permissions),
        ..KeyTerms::default()
    };
    let key = create_on_terms(&app, &token, terms).await;
    for wanted in [
        json!({"files": ["read"]}),
        json!({"files": ["write", "read"], "users": ["read"]}),
        Value::Null,
    ] {
        let answer = asking(&app, &key, wanted).await;
        assert_eq!(answer.json()["key"]["permissions"], granted);
    }
    for wanted in [
        json!({"files": ["delete"]}),
        json!({"files": ["read"], "users": ["write"]}),
        json!({"rooms": ["read"]}),
        json!({"files": []}),
        json!({}),
    ] {
        let answer = asking(&app, &key, wanted).await;
        assert_invalid(&answer, "KEY_NOT_FOUND", "API Key not found");
    }
    assert_eq!(listed(&app, &token).await[0]["requestCount"], 3);
    let plain = text(&create(&app, &token, &json!({})).await["key"]);
    let answer = asking(&app, &plain, json!({"files": ["read"]})).await;
    assert_invalid(&answer, "KEY_NOT_FOUND", "API Key not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_is_over() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({"expiresIn": DAY})).await["key"]);
    app.clock.advance(SignedDuration::from_secs(DAY - 1));
    assert_eq!(verify(&app, &key).await.json()["valid"], true);
    app.clock.advance(SignedDuration::from_secs(1));
    assert_invalid(&verify(&app, &key).await, "KEY_EXPIRED", "API Key has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_good_while_its_owner_may_sign_in() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    let id = app.caller(&token).await.user.id;
    let banned = UserStatus::Banned {
        reason: String::new(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    let gone = (
        "INVALID_REFERENCE_ID_FROM_API_KEY",
        "The reference id from the API key is invalid.",
    );
    app.set_status(&token, banned).await;
    assert_invalid(&verify(&app, &key).await, "USER_BANNED", "User is banned");
    let stored = async || {
        app.core()
            .store
            .find_user(id)
            .await
            .expect("an answer")
            .expect("a user")
    };
    for status in [UserStatus::Suspended, UserStatus::Deleted, UserStatus::Active] {
        let is_active = status == UserStatus::Active;
        let changed = User {
            status,
            ..stored().await
        };
        app.core()
            .store
            .commit(Changes::new().update_user(&changed))
            .await
            .expect("a commit");
        let answer = verify(&app, &key).await;
        if is_active {
            assert_eq!(answer.json()["key"]["requestCount"], 1);
        } else {
            assert_invalid(&answer, gone.0, gone.1);
        }
    }
    app.core()
        .store
        .commit(Changes::new().delete_user(&stored().await))
        .await
        .expect("a commit");
    assert_invalid(&verify(&app, &key).await, gone.0, gone.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_must_have_a_key() {
    let app = start().await;
    for (body, message) in [
        (
            json!({}),
            "[body.key] Invalid input: expected string, received undefined",
        ),
        (
            json!({"key": 5}),
            "[body.key] Invalid input: expected string, received number",
        ),
        (
            json!({"key": "x", "permissions": ["read"]}),
            "[body.permissions] Invalid input: expected record, received array",
        ),
        (
            json!({"key": "x", "permissions": {"files": "read"}}),
            "[body.permissions] Invalid input: expected record, received object",
        ),
        (
            json!({"key": "x", "permissions": {"files": [1]}}),
            "[body.permissions] Invalid input: expected record, received object",
        ),
    ] {
        let answer = app.post(VERIFY).json(&body).send().await;
        assert_error(&answer, 400, "VALIDATION_ERROR", message);
    }
}
