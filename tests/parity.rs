//! The same story in each contract: a user who signs up in one of them is the same user, with the same sessions, in all of them.

use axum::Router;
use serde_json::{Value, json};
use shared::contract::Contract;
use shared::http::AppState;
use shared::testkit::across::{self, SIGN_IN_CONTRACTS, SIGN_UP_CONTRACTS, sign_in_for_token};
use shared::testkit::better_auth::session_of;
use shared::testkit::{PASSWORD, TestApp, teams};

const NEW_PASSWORD: &str = "another staple";
const EMAIL: &str = "ada@example.com";

fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(session::routes(state))
        .merge(password::routes(state))
        .merge(profile::routes(state))
        .merge(organization::routes(state))
        .merge(keys::routes(state))
}

/// A new user may sign in to every contract.
async fn start() -> TestApp {
    TestApp::with_settings(routes, &[("VERIFICATION_REQUIRED", "none")]).await
}

async fn sign_up(app: &TestApp, contract: Contract) {
    let answer = across::sign_up(app, contract, EMAIL).send().await;
    assert!(answer.status.is_success(), "{contract}: {}", answer.text());
}

/// The status, and the bearer token that the contract issued.
async fn sign_in(app: &TestApp, contract: Contract, password: &str) -> (u16, Option<String>) {
    let answer = across::sign_in(app, contract, EMAIL, password).send().await;
    (answer.status.as_u16(), across::bearer_of(&answer))
}

/// The status of the own profile in the `teams` contract.
async fn profile_status(app: &TestApp, token: &str) -> u16 {
    app.get("/auth/me").bearer(token).send().await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_signs_up_in_one_contract_is_the_same_user_in_all() {
    for origin in SIGN_UP_CONTRACTS {
        let app = start().await;
        sign_up(&app, origin).await;
        let mut ids = Vec::new();
        let admitting = SIGN_IN_CONTRACTS
            .into_iter()
            .filter(|contract| (origin, *contract) != (Contract::BetterAuth, Contract::Accounts));
        for contract in admitting {
            let token = sign_in_for_token(&app, contract, EMAIL).await;
            let session = session_of(&app, &token).await;
            assert_eq!(session["user"]["email"], EMAIL);
            assert_eq!(session["user"]["name"], "Ada Lovelace");
            let me = app.get("/auth/me").bearer(&token).send().await.expect(200).json();
            assert_eq!((&me["firstName"], &me["lastName"]), (&json!("Ada"), &json!("Lovelace")));
            ids.push((session["user"]["id"].clone(), me["id"].clone()));
        }
        assert!(ids.iter().all(|id| *id == ids[0]), "{origin}: {ids:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_taken_in_all_contracts() {
    for origin in SIGN_UP_CONTRACTS {
        let app = start().await;
        sign_up(&app, origin).await;
        let teams = json!({"firstName": "A", "lastName": "B", "email": EMAIL, "password": PASSWORD});
        let basic = json!({"first_name": "A", "last_name": "B", "email": EMAIL, "password": PASSWORD});
        let better_auth = json!({"name": "A B", "email": "Ada@Example.com", "password": PASSWORD});
        let _ = app.post("/auth/sign-up").json(&teams).send().await.expect(400);
        let _ = app.post("/api/auth/signup").json(&basic).send().await.expect(409);
        let _ = app
            .post("/api/auth/sign-up/email")
            .json(&better_auth)
            .send()
            .await
            .expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_wrong_in_all_contracts() {
    let app = start().await;
    sign_up(&app, Contract::Basic).await;
    for (contract, status) in SIGN_IN_CONTRACTS.into_iter().zip([401, 401, 400, 401]) {
        assert_eq!(
            sign_in(&app, contract, "not the password").await,
            (status, None),
            "{contract}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sessions_are_listed_wherever_they_were_opened() {
    let app = start().await;
    sign_up(&app, Contract::Basic).await;
    let mut last = String::new();
    for contract in SIGN_IN_CONTRACTS {
        last = sign_in_for_token(&app, contract, EMAIL).await;
    }
    let sessions = app
        .get("/api/auth/list-sessions")
        .bearer(&last)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refreshed_token_is_valid_in_every_contract() {
    let app = start().await;
    sign_up(&app, Contract::BetterAuth).await;
    let tokens = teams::sign_in(&app, EMAIL, PASSWORD).await.expect(200).json();
    let body = json!({"refreshToken": tokens["refreshToken"]});
    let refreshed = app
        .post("/auth/refresh-token")
        .json(&body)
        .send()
        .await
        .expect(200)
        .json();
    let token = refreshed["accessToken"].as_str().expect("a token");
    assert_eq!(session_of(&app, token).await["user"]["email"], EMAIL);
    assert_eq!(profile_status(&app, token).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_in_one_contract_ends_the_sessions_of_all() {
    for resetting in [Contract::BetterAuth, Contract::Teams] {
        let app = start().await;
        sign_up(&app, Contract::Teams).await;
        let mut tokens = Vec::new();
        for contract in SIGN_IN_CONTRACTS {
            tokens.push(sign_in_for_token(&app, contract, EMAIL).await);
        }
        reset(&app, resetting).await;
        for token in &tokens {
            assert_eq!(session_of(&app, token).await, Value::Null);
            assert_eq!(profile_status(&app, token).await, 401);
        }
        for contract in SIGN_IN_CONTRACTS {
            assert_eq!(sign_in(&app, contract, PASSWORD).await.1, None, "{contract}");
            assert!(sign_in(&app, contract, NEW_PASSWORD).await.1.is_some(), "{contract}");
        }
    }
}

async fn reset(app: &TestApp, contract: Contract) {
    let teams = contract == Contract::Teams;
    let (ask, choose) = if teams {
        ("/auth/forgot-password", "/auth/restore-password")
    } else {
        ("/api/auth/request-password-reset", "/api/auth/reset-password")
    };
    let _ = app.post(ask).json(&json!({"email": EMAIL})).send().await.expect(200);
    let body = json!({"token": app.mailed_token("reset-password"), "newPassword": NEW_PASSWORD});
    let _ = app.post(choose).json(&body).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_in_all_contracts() {
    let app = start().await;
    sign_up(&app, Contract::Basic).await;
    for contract in SIGN_IN_CONTRACTS {
        let token = sign_in_for_token(&app, contract, EMAIL).await;
        assert_eq!(profile_status(&app, &token).await, 200, "{contract}");
        let _ = app
            .post("/api/auth/sign-out")
            .bearer(&token)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
        assert_eq!(profile_status(&app, &token).await, 401, "{contract}");
        assert_eq!(session_of(&app, &token).await, Value::Null, "{contract}");
    }
}
