//! A provider that is down, silent or slow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::json;
use shared::testkit::TestApp;
use shared::testkit::race::all_at_once;

use super::support::{Provider, arrive, depart, refused, start_with_provider, start_with_settings_of};

/// Longer than any exchange may take.
const SILENCE: Duration = Duration::from_mins(1);

async fn present(app: &TestApp, token: &str) -> u16 {
    let body = json!({"provider": "acme", "idToken": {"token": token}});
    let request = app.post("/api/auth/sign-in/social").json(&body);
    request.send().await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_a_provider_count_against_the_client_and_are_remembered() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("RATE_LIMITS", "on")]).await;
    provider.hide();
    let mut statuses = Vec::new();
    for number in 0..8 {
        let token = provider.id_token(&json!({"jti": number}));
        statuses.push(present(&app, &token).await);
    }
    assert_eq!(statuses, [503, 503, 503, 503, 503, 429, 429, 429]);
    assert_eq!(provider.discoveries(), 1);
    // The provider is asked again after a pause.
    provider.show();
    app.clock.advance(SignedDuration::from_mins(1));
    let token = provider.id_token(&json!({}));
    assert_eq!((present(&app, &token).await, provider.discoveries()), (200, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_token_is_refused_without_asking_the_provider() {
    let (app, provider) = start_with_provider().await;
    for token in ["a.b.c", "no token", "e30.e30.e30"] {
        assert_eq!(present(&app, token).await, 401, "{token}");
    }
    assert_eq!(provider.discoveries(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_that_wait_for_a_silent_provider_share_one_fetch() {
    let (app, provider) = start_with_provider().await;
    provider.slow_down(SILENCE);
    let app = Arc::new(app);
    let begun = Instant::now();
    let attempts = (0..8).map(|_| {
        let app = Arc::clone(&app);
        async move {
            let request = app.post("/api/auth/sign-in/social").json(&json!({"provider": "acme"}));
            request.send().await.status.as_u16()
        }
    });
    assert_eq!(all_at_once(attempts).await, [503; 8]);
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(7), "{taken:?}");
    assert_eq!(provider.discoveries(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exchanges_of_a_request_share_one_deadline() {
    let (app, provider) = start_with_provider().await;
    let ask = json!({"provider": "acme", "callbackURL": "/welcome", "errorCallbackURL": "/sorry"});
    let departure = depart(&app, &ask).await;
    let back = provider.consent(&departure.page, &json!({"email": null}));
    // The token and the profile take nine seconds.
    provider.slow_down(Duration::from_millis(4500));
    let begun = Instant::now();
    let arrival = arrive(&app, &back, &departure.cookie).await;
    let taken = begun.elapsed();
    assert_eq!(arrival, refused("temporarily_unavailable"));
    assert!(taken < Duration::from_secs(10), "{taken:?}");
}
