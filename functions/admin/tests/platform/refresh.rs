//! `POST /admin/refresh-token`: rotation and reuse detection.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::platform::admin_refresh;
use shared::testkit::race;

use super::{assert_refused, is_live, logged_in, start, start_with};

fn access(body: &Value) -> &str {
    body["accessToken"].as_str().expect("a token")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_rotates_the_token() {
    let app = start().await;
    let first = logged_in(&app).await;
    let second = admin_refresh(&app, &first["refreshToken"]).await.expect(200).json();
    assert_ne!(second["refreshToken"], first["refreshToken"]);
    assert_eq!(second["expiresIn"], 900);
    assert!(is_live(&app, access(&second)).await && is_live(&app, access(&first)).await);
    let again = admin_refresh(&app, &first["refreshToken"]).await.expect(200).json();
    assert_eq!(
        again["refreshToken"], second["refreshToken"],
        "a lost answer may be asked for again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reuse_ends_the_session() {
    let app = start().await;
    let first = logged_in(&app).await;
    let second = admin_refresh(&app, &first["refreshToken"]).await.expect(200).json();
    app.clock.advance(SignedDuration::from_secs(11));
    let reused = admin_refresh(&app, &first["refreshToken"]).await;
    assert_refused(&reused, 401, "Invalid refresh token", None);
    assert!(!is_live(&app, access(&second)).await);
    let _ = admin_refresh(&app, &second["refreshToken"]).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_at_once_get_one_successor() {
    let app = Arc::new(start().await);
    let first = logged_in(&app).await["refreshToken"].clone();
    let answers = race::send_at_once(&app, move |app, _| {
        app.post("/v1/admin/refresh-token")
            .json(&json!({"refreshToken": first}))
    })
    .await;
    assert_eq!(race::count(&answers, 200), answers.len());
    let successors: BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.json()["refreshToken"].to_string())
        .collect();
    assert_eq!(successors.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_a_day_and_a_week_at_most() {
    let app = start().await;
    let mut tokens = logged_in(&app).await;
    for _ in 0..7 {
        app.clock.advance(SignedDuration::from_hours(23));
        tokens = admin_refresh(&app, &tokens["refreshToken"]).await.expect(200).json();
    }
    app.clock.advance(SignedDuration::from_hours(7));
    let _ = admin_refresh(&app, &tokens["refreshToken"]).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_is_refused() {
    let app = start().await;
    for (token, status) in [(json!("x"), 401), (json!(""), 400), (json!(1), 400), (Value::Null, 400)] {
        let _ = admin_refresh(&app, &token).await.expect(status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_two_calls_and_counts_for_its_session() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let mut tokens = logged_in(&app).await;
    for _ in 0..10 {
        let answer = admin_refresh(&app, &tokens["refreshToken"]).await.expect(200);
        assert_eq!((answer.usage.dynamodb, answer.usage.kms), (2, 1));
        tokens = answer.json();
    }
    let _ = admin_refresh(&app, &tokens["refreshToken"]).await.expect(429);
}
