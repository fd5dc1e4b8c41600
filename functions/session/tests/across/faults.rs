//! What happens when DynamoDB or KMS does not answer: the caller is asked to retry, and nothing is half done.

use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::contract::Contract;
use shared::domain::EmailAddress;
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{
    EMAIL, PASSWORD, SIGN_IN_CONTRACTS, SIGN_UP_CONTRACTS, bearer_of, is_live, refresh, refresh_token_of, session_of,
    sign_in, sign_up, start, start_limited, tokens,
};

fn assert_unavailable(contract: Contract, answer: &Answer) {
    let body = match contract {
        Contract::BetterAuth => json!({"code": "SERVICE_UNAVAILABLE", "message": "Service unavailable"}),
        Contract::Basic => json!({"detail": "Service unavailable"}),
        Contract::Accounts => {
            json!({"result": "FAILURE", "message": "Service unavailable", "data": {"code": "SERVICE_UNAVAILABLE"}})
        }
        _ => json!({"statusCode": 503, "message": "Service unavailable", "error": "Service Unavailable"}),
    };
    assert_eq!((answer.status.as_u16(), answer.json()), (503, body));
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(answer.cookies().is_empty());
}

/// Sends the request while the service shows the fault.
async fn during(app: &TestApp, service: Service, mode: Mode, request: TestRequest<'_>) -> Answer {
    app.aws.faults().set(service, mode);
    let answer = request.undocumented().send().await;
    app.aws.faults().set(service, Mode::Off);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_fails_leaves_the_address_free() {
    for contract in SIGN_UP_CONTRACTS {
        for mode in [Mode::Error, Mode::Throttle] {
            let app = start().await;
            let answer = during(&app, Service::DynamoDb, mode, sign_up(&app, contract, EMAIL)).await;
            assert_unavailable(contract, &answer);
            assert!(app.mails().is_empty());
            let answer = sign_up(&app, contract, EMAIL).send().await;
            assert!(answer.status.is_success(), "{contract} {mode:?}");
            assert_eq!(app.mails().len(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_signer_no_user_is_half_signed_up() {
    for mode in [Mode::Error, Mode::Throttle] {
        let app = start().await;
        let answer = during(&app, Service::Kms, mode, sign_up(&app, Contract::Teams, EMAIL)).await;
        assert_unavailable(Contract::Teams, &answer);
        assert!(app.mails().is_empty());
        let email: EmailAddress = EMAIL.parse().expect("an address");
        assert_eq!(app.core().store.find_owner(&email).await.expect("an answer"), None);
        let _ = tokens(&app).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_needs_no_signature_does_not_wait_for_the_signer() {
    let app = start().await;
    app.aws.faults().set(Service::Kms, Mode::Error);
    let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
    let _ = sign_up(&app, Contract::BetterAuth, "eve@example.com")
        .send()
        .await
        .expect(200);
    let answer = sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
        .send()
        .await
        .expect(200);
    assert_eq!(session_of(&app, &bearer_of(&answer)).await["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_fails_leaves_no_session() {
    let app = start_limited().await;
    let first = bearer_of(&sign_up(&app, Contract::Teams, EMAIL).send().await.expect(201));
    let faults = [
        (Contract::BetterAuth, Service::DynamoDb),
        (Contract::Basic, Service::DynamoDb),
        (Contract::Teams, Service::DynamoDb),
        (Contract::Accounts, Service::DynamoDb),
        (Contract::Basic, Service::Kms),
        (Contract::Teams, Service::Kms),
        (Contract::Accounts, Service::Kms),
    ];
    for (number, (contract, service)) in faults.into_iter().enumerate() {
        for mode in [Mode::Error, Mode::Throttle] {
            let request = sign_in(&app, contract, EMAIL, PASSWORD).from_ip(&format!("198.51.100.{number}"));
            assert_unavailable(contract, &during(&app, service, mode, request).await);
        }
    }
    let listed = app
        .get("/api/auth/list-sessions")
        .bearer(&first)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    for contract in SIGN_IN_CONTRACTS {
        let _ = sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_hashing_queue_refuses_and_changes_nothing() {
    let app = start().await;
    let _ = sign_up(&app, Contract::Teams, EMAIL).send().await.expect(201);
    let full = app.fill_hashing_queue();
    for contract in SIGN_IN_CONTRACTS {
        let answer = sign_in(&app, contract, EMAIL, PASSWORD).undocumented().send().await;
        assert_unavailable(contract, &answer);
    }
    for contract in SIGN_UP_CONTRACTS {
        let answer = sign_up(&app, contract, "eve@example.com").undocumented().send().await;
        assert_unavailable(contract, &answer);
    }
    drop(full);
    for contract in SIGN_IN_CONTRACTS {
        let _ = sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200);
    }
    let answer = sign_up(&app, Contract::BetterAuth, "eve@example.com").send().await;
    let _ = answer.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_fails_does_not_use_up_its_token() {
    let app = start().await;
    let (_, token) = tokens(&app).await;
    for service in [Service::DynamoDb, Service::Kms] {
        for mode in [Mode::Error, Mode::Throttle] {
            let answer = during(&app, service, mode, refresh(&app, &token)).await;
            assert_unavailable(Contract::Teams, &answer);
        }
    }
    app.clock.advance(jiff::SignedDuration::from_secs(11));
    let answer = refresh(&app, &token).send().await.expect(200);
    assert!(is_live(&app, &bearer_of(&answer)).await);
    let _ = refresh(&app, &refresh_token_of(&answer)).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_checked_is_neither_open_nor_forgotten() {
    let app = start().await;
    let token = bearer_of(&sign_up(&app, Contract::BetterAuth, EMAIL).send().await.expect(200));
    for (method, path) in [
        ("GET", "/api/auth/get-session"),
        ("POST", "/api/auth/get-session"),
        ("GET", "/api/auth/list-sessions"),
        ("POST", "/api/auth/sign-out"),
        ("POST", "/api/auth/revoke-session"),
        ("POST", "/api/auth/revoke-sessions"),
        ("POST", "/api/auth/revoke-other-sessions"),
    ] {
        for mode in [Mode::Error, Mode::Throttle] {
            let request = app.request(method, path).cookie(&token).json(&json!({"token": token}));
            let answer = during(&app, Service::DynamoDb, mode, request).await;
            assert_unavailable(Contract::BetterAuth, &answer);
        }
    }
    assert_ne!(session_of(&app, &token).await, Value::Null);
}
