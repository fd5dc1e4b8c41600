//! How often a key may be used, and how often a client may ask about unknown keys.

use std::num::NonZeroU32;

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::api_key::{KeyLimit, KeyTerms, Quota, Refill};
use shared::testkit::Answer;

use super::{
    CREATE, DELETE, EMAIL, VERIFY, assert_error, assert_invalid, create, create_on_terms, listed, sign_in, sign_up,
    start, start_with, text, verify,
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

#[tokio::test(flavor = "multi_thread")]
async fn by_default_a_key_has_no_limit() {
    let app = start_with(&[("API_KEY_RATE_LIMIT", "none"), ("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({})).await;
    assert_eq!(made["rateLimitEnabled"], false);
    let key = text(&made["key"]);
    for _ in 0..150 {
        assert_eq!(verify(&app, &key).await.json()["valid"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_limits_in_the_deployment_a_key_that_was_made_with_one_has_none() {
    let app = start_with(&[("API_KEY_RATE_LIMIT", "none")]).await;
    let token = sign_up(&app, EMAIL).await;
    let terms = KeyTerms {
        limit: limited(1, HOUR),
        ..KeyTerms::default()
    };
    let key = create_on_terms(&app, &token, terms).await;
    for _ in 0..3 {
        assert_eq!(verify(&app, &key).await.json()["valid"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_new_keys_is_a_setting() {
    let app = start_with(&[("API_KEY_RATE_LIMIT", "2/60")]).await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({})).await;
    assert_eq!(
        [
            &made["rateLimitEnabled"],
            &made["rateLimitMax"],
            &made["rateLimitTimeWindow"]
        ],
        [&json!(true), &json!(2), &json!(60_000)]
    );
    let key = text(&made["key"]);
    for _ in 0..2 {
        assert_eq!(verify(&app, &key).await.json()["valid"], true);
    }
    assert_limited(&verify(&app, &key).await, 60_000);
    app.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(verify(&app, &key).await.json()["valid"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_ten_uses_a_day_holds() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
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
async fn unknown_keys_are_counted_for_each_client() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
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
async fn a_user_has_a_hundred_keys_and_one_that_goes_makes_room() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let first = text(&create(&app, &token, &json!({})).await["id"]);
    for _ in 1..100 {
        create(&app, &token, &json!({})).await;
    }
    let again = async || app.post(CREATE).bearer(&token).json(&json!({})).send().await;
    let message = "You have too many API keys. Delete one first.";
    assert_error(&again().await, 403, "API_KEY_LIMIT_REACHED", message);
    let delete = json!({"keyId": first});
    let _ = app.post(DELETE).bearer(&token).json(&delete).send().await.expect(200);
    let _ = again().await.expect(200);
}

/// Whether or not the table still knows that keys were made.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_long_after_the_last() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    create(&app, &token, &json!({})).await;
    app.clock.advance(SignedDuration::from_hours(48));
    create(&app, &sign_in(&app, EMAIL).await, &json!({})).await;
}
