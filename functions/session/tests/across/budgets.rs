//! What a request may cost: calls to AWS and consumed capacity, with all limits counted. These are the budgets of the
//! design.

use shared::contract::Contract;
use shared::testkit::{Answer, TestApp};
use shared::usage::Usage;

use super::{
    EMAIL, PASSWORD, SIGN_IN_CONTRACTS, SIGN_UP_CONTRACTS, UNVERIFIED, bearer_of, refresh, refresh_token_of, sign_in,
    sign_up, start_limited, tokens,
};

/// Calls to DynamoDB and to KMS.
fn calls(answer: &Answer) -> (u32, u32) {
    let Usage { dynamodb, kms, .. } = answer.usage;
    (dynamodb, kms)
}

/// With a user who has signed in before, so that the key ring is known.
async fn warm(settings: &[(&str, &str)]) -> TestApp {
    let limited: Vec<_> = settings
        .iter()
        .copied()
        .chain([UNVERIFIED, ("RATE_LIMITS", "on")])
        .collect();
    let app = TestApp::with_settings(session::routes, &limited).await;
    let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
    let first = sign_in(&app, Contract::Basic, EMAIL, PASSWORD).from_ip("198.51.100.1");
    let _ = first.send().await.expect(200);
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_check_is_one_read_of_two_units_and_one_more_for_the_key_of_an_access_token() {
    let app = warm(&[]).await;
    for (contract, units) in SIGN_IN_CONTRACTS.into_iter().zip([2.0, 3.0, 3.0, 3.0]) {
        let token = bearer_of(&sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200));
        for request in [
            app.get("/api/auth/get-session").bearer(&token),
            app.get("/api/auth/get-session").cookie(&token),
        ] {
            let answer = request.send().await.expect(200);
            assert_eq!(answer.json()["user"]["email"], EMAIL);
            assert_eq!(calls(&answer), (1, 0), "{contract}");
            assert!(answer.usage.read_units <= units, "{:?}", answer.usage);
            assert!(answer.usage.write_units.abs() < f64::EPSILON, "{:?}", answer.usage);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_three_calls_and_a_signature_where_there_is_a_jwt() {
    let app = warm(&[]).await;
    for (contract, signatures) in SIGN_IN_CONTRACTS.into_iter().zip([0, 1, 1, 1]) {
        let answer = sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200);
        assert_eq!(calls(&answer), (3, signatures), "{contract}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_in_is_three_calls_too() {
    let app = warm(&[]).await;
    for contract in SIGN_IN_CONTRACTS {
        let answer = sign_in(&app, contract, EMAIL, "not the password").send().await;
        assert_eq!(calls(&answer), (3, 0), "{contract}");
    }
    for number in 0..10 {
        let attempt = sign_in(&app, Contract::BetterAuth, EMAIL, "wrong").from_ip(&format!("198.51.100.{number}"));
        let _ = attempt.send().await;
    }
    let answer = sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
        .from_ip("203.0.113.1")
        .send()
        .await;
    assert_eq!(calls(&answer.expect(429)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_two_calls_and_a_signature() {
    let app = warm(&[]).await;
    let mut token = refresh_token_of(&sign_in(&app, Contract::Teams, EMAIL, PASSWORD).send().await.expect(200));
    for _ in 0..3 {
        let answer = refresh(&app, &token).send().await.expect(200);
        assert_eq!(calls(&answer), (2, 1));
        // A repeat costs the same.
        assert_eq!(
            calls(&refresh(&app, &token).from_ip("203.0.113.1").send().await.expect(200)),
            (2, 1)
        );
        token = refresh_token_of(&answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_wrapped_key_nothing_is_asked_of_kms_once_it_is_unwrapped() {
    let app = warm(&[("SIGNING_MODE", "wrapped")]).await;
    let answer = sign_in(&app, Contract::Basic, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(calls(&answer), (3, 0));
    let answer = sign_in(&app, Contract::Teams, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(calls(&answer), (3, 0));
    assert_eq!(
        calls(&refresh(&app, &refresh_token_of(&answer)).send().await.expect(200)),
        (2, 0)
    );
    let session = app
        .get("/api/auth/get-session")
        .bearer(&bearer_of(&answer))
        .send()
        .await;
    assert_eq!(calls(&session.expect(200)), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_is_two_calls_and_a_signature_where_there_is_a_jwt() {
    let app = start_limited().await;
    // The first one also fetches blocks of numbers and makes the key.
    let _ = tokens(&app).await;
    for (contract, signatures) in SIGN_UP_CONTRACTS.into_iter().zip([0, 0, 1]) {
        let answer = sign_up(&app, contract, &format!("{contract}@example.com")).send().await;
        assert!(answer.status.is_success());
        assert_eq!(calls(&answer), (2, signatures), "{contract}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_is_a_read_and_a_write() {
    let app = warm(&[]).await;
    let token = bearer_of(
        &sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
            .send()
            .await
            .expect(200),
    );
    let answer = app.post("/api/auth/sign-out").cookie(&token).send().await.expect(200);
    assert_eq!(calls(&answer), (2, 0));
}
