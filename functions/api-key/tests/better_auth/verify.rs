//! `POST /api-key/verify`: what a key is good for, and what a verification takes of it.

use std::num::NonZeroU32;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::api_key::{KeyLimit, KeyTerms, Permissions, Quota, Refill};
use shared::domain::{User, UserStatus};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

use super::{
    DAY, EMAIL, VERIFY, assert_error, assert_invalid, create, create_on_terms, listed, set_status, sign_up, start,
    start_with, text, verify,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const INVALID: (&str, &str) = ("INVALID_API_KEY", "Invalid API key.");
const EXCEEDED: (&str, &str) = ("USAGE_EXCEEDED", "API Key has reached its usage limit");

fn limited(max: u32, per: SignedDuration) -> KeyLimit {
    KeyLimit {
        enabled: true,
        max: NonZeroU32::new(max).expect("at least one"),
        per,
    }
}

fn quota(remaining: u32, refill: Option<(u32, SignedDuration)>) -> KeyTerms {
    let refill = refill.map(|(amount, every)| Refill {
        amount: NonZeroU32::new(amount).expect("at least one"),
        every,
        last_at: None,
    });
    KeyTerms {
        quota: Some(Quota { remaining, refill }),
        ..KeyTerms::default()
    }
}

fn assert_limited(answer: &Answer, try_again_in: u64) {
    let error = json!({
        "code": "RATE_LIMITED", "message": "Rate limit exceeded.", "details": {"tryAgainIn": try_again_in},
    });
    assert_eq!(answer.json(), json!({"valid": false, "error": error, "key": null}));
}

async fn asking(app: &TestApp, key: &str, permissions: Value) -> Answer {
    let body = json!({"key": key, "permissions": permissions});
    app.post(VERIFY).json(&body).send().await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_key_is_told_and_counted_in_two_calls() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut expected = create(&app, &token, &json!({"name": "deploy", "prefix": "live_"})).await;
    let key = text(&expected, "key");
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
    let key = text(&create(&app, &token, &json!({})).await, "key");
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
async fn an_altered_key_is_nobodys() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({"prefix": "live"})).await, "key");
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
async fn by_default_a_key_is_good_for_ten_uses_a_day() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await, "key");
    for _ in 0..10 {
        assert_eq!(verify(&app, &key).await.json()["valid"], true);
        app.clock.advance(HOUR);
    }
    let answer = verify(&app, &key).await;
    assert_limited(&answer, 14 * 3_600_000);
    // What is refused writes nothing.
    assert_eq!((answer.usage.dynamodb, answer.usage.write_units), (1, 0.0));
    assert_eq!(listed(&app, &token).await[0]["requestCount"], 10);
    app.clock.advance(SignedDuration::from_hours(14));
    assert_eq!(verify(&app, &key).await.json()["key"]["requestCount"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_the_limit_that_it_was_made_with() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let limit = limited(2, SignedDuration::from_millis(1500));
    let key = create_on_terms(
        &app,
        &token,
        KeyTerms {
            limit,
            ..KeyTerms::default()
        },
    )
    .await;
    let unlimited = KeyLimit {
        enabled: false,
        ..limit
    };
    let free = create_on_terms(
        &app,
        &token,
        KeyTerms {
            limit: unlimited,
            ..KeyTerms::default()
        },
    )
    .await;
    for _ in 0..2 {
        assert_eq!(verify(&app, &key).await.json()["valid"], true);
    }
    app.clock.advance(SignedDuration::from_millis(400));
    assert_limited(&verify(&app, &key).await, 1100);
    app.clock.advance(SignedDuration::from_millis(1100));
    assert_eq!(verify(&app, &key).await.json()["valid"], true);
    for _ in 0..30 {
        let answer = verify(&app, &free).await;
        assert_eq!(
            (&answer.json()["valid"], &answer.json()["key"]["requestCount"]),
            (&json!(true), &json!(0))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_used_up() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = create_on_terms(&app, &token, quota(3, None)).await;
    for left in [2, 1, 0] {
        let answer = verify(&app, &key).await;
        assert_eq!(
            (&answer.json()["key"]["remaining"], answer.usage.dynamodb),
            (&json!(left), 2)
        );
    }
    for _ in 0..3 {
        let answer = verify(&app, &key).await;
        assert_invalid(&answer, EXCEEDED.0, EXCEEDED.1);
        assert_eq!(answer.usage.dynamodb, 1);
    }
    let kept = &listed(&app, &token).await[0];
    assert_eq!((&kept["remaining"], &kept["requestCount"]), (&json!(0), &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_refilled_when_its_time_has_come() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let terms = KeyTerms {
        limit: limited(100, SignedDuration::from_hours(24)),
        ..quota(1, Some((2, HOUR)))
    };
    let key = create_on_terms(&app, &token, terms).await;
    assert_eq!(verify(&app, &key).await.json()["key"]["remaining"], 0);
    assert_invalid(&verify(&app, &key).await, EXCEEDED.0, EXCEEDED.1);
    app.clock.advance(HOUR);
    let refilled = verify(&app, &key).await;
    let shown = &refilled.json()["key"];
    assert_eq!(
        (&shown["remaining"], &shown["lastRefillAt"]),
        (&json!(1), &json!("2026-01-31T13:00:00.000Z"))
    );
    assert_eq!(
        (&shown["refillAmount"], &shown["refillInterval"]),
        (&json!(2), &json!(3_600_000))
    );
    assert_eq!(refilled.usage.dynamodb, 2);
    assert_eq!(verify(&app, &key).await.json()["key"]["remaining"], 0);
    assert_invalid(&verify(&app, &key).await, EXCEEDED.0, EXCEEDED.1);
    // However long it was unused, it is refilled once.
    app.clock.advance(SignedDuration::from_hours(50));
    assert_eq!(verify(&app, &key).await.json()["key"]["remaining"], 1);
}

/// A use that the limit refuses leaves the quota as it is, and the other way round.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_use_takes_nothing() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let terms = KeyTerms {
        limit: limited(1, HOUR),
        ..quota(2, None)
    };
    let key = create_on_terms(&app, &token, terms).await;
    assert_eq!(verify(&app, &key).await.json()["valid"], true);
    assert_limited(&verify(&app, &key).await, 3_600_000);
    app.clock.advance(HOUR);
    assert_eq!(verify(&app, &key).await.json()["key"]["remaining"], 0);
    assert_invalid(&verify(&app, &key).await, EXCEEDED.0, EXCEEDED.1);
    assert_eq!(listed(&app, &token).await[0]["requestCount"], 1);
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
        limit: limited(100, HOUR),
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
    let plain = text(&create(&app, &token, &json!({})).await, "key");
    let answer = asking(&app, &plain, json!({"files": ["read"]})).await;
    assert_invalid(&answer, "KEY_NOT_FOUND", "API Key not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_is_over() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({"expiresIn": DAY})).await, "key");
    app.clock.advance(SignedDuration::from_secs(DAY - 1));
    assert_eq!(verify(&app, &key).await.json()["valid"], true);
    app.clock.advance(SignedDuration::from_secs(1));
    assert_invalid(&verify(&app, &key).await, "KEY_EXPIRED", "API Key has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_good_while_its_owner_may_sign_in() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await, "key");
    let user = app.caller(&token).await.user;
    let banned = UserStatus::Banned {
        reason: String::new(),
        until: None,
    };
    let gone = (
        "INVALID_REFERENCE_ID_FROM_API_KEY",
        "The reference id from the API key is invalid.",
    );
    set_status(&app, &token, banned).await;
    assert_invalid(&verify(&app, &key).await, "USER_BANNED", "User is banned");
    for (version, status) in [
        (1, UserStatus::Suspended),
        (2, UserStatus::Deleted),
        (3, UserStatus::Active),
    ] {
        let is_active = status == UserStatus::Active;
        let changed = User {
            status,
            version: user.version + version,
            ..user.clone()
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
    let gone_user = User {
        version: user.version + 4,
        ..user
    };
    app.core()
        .store
        .commit(Changes::new().delete_user(&gone_user))
        .await
        .expect("a commit");
    assert_invalid(&verify(&app, &key).await, gone.0, gone.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_nobody_has_are_counted_for_each_client() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await, "key");
    let guess = |at: usize| {
        let mut guess = key.clone().into_bytes();
        guess[at % 40] = if guess[at % 40] == b'a' { b'b' } else { b'a' };
        String::from_utf8(guess).expect("ASCII")
    };
    for at in 0..100 {
        let answer = verify(&app, &guess(at)).await;
        assert_invalid(&answer, INVALID.0, INVALID.1);
        assert_eq!(answer.usage.dynamodb, 2);
    }
    for at in 0..3 {
        let answer = app.post(VERIFY).json(&json!({"key": guess(at)})).send().await;
        assert_error(
            &answer,
            429,
            "TOO_MANY_REQUESTS",
            "Too many requests. Please try again later.",
        );
        assert_eq!((answer.header("retry-after"), answer.usage.dynamodb), (Some("60"), 1));
    }
    // A program that asks for many people is not kept from asking about keys that exist.
    assert_eq!(verify(&app, &key).await.json()["key"]["requestCount"], 1);
    let elsewhere = app.post(VERIFY).from_ip("192.0.2.2").json(&json!({"key": guess(0)}));
    assert_invalid(&elsewhere.send().await.expect(200), INVALID.0, INVALID.1);
    app.clock.advance(SignedDuration::from_mins(1));
    assert_invalid(&verify(&app, &guess(0)).await, INVALID.0, INVALID.1);
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
