//! One story, told in each contract: whoever signs up in one of them is the same user, with the same sessions, in all of them.

use axum::Router;
use serde_json::{Value, json};
use shared::contract::Contract;
use shared::http::AppState;
use shared::testkit::TestApp;

const PASSWORD: &str = "a battery staple";
const NEW_PASSWORD: &str = "another staple";
const EMAIL: &str = "ada@example.com";

/// Those in which somebody signs up.
const CONTRACTS: [Contract; 3] = [Contract::BetterAuth, Contract::Basic, Contract::Teams];
/// Those in which somebody signs in. The last one asks for an organization, which new users of the first one lack.
const DOORS: [Contract; 4] = [
    Contract::BetterAuth,
    Contract::Basic,
    Contract::Teams,
    Contract::Accounts,
];

fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(session::routes(state))
        .merge(password::routes(state))
        .merge(profile::routes(state))
        .merge(organization::routes(state))
        .merge(keys::routes(state))
}

/// Each of the doors opens to whoever signs up.
async fn start() -> TestApp {
    TestApp::with_settings(routes, &[("VERIFICATION_REQUIRED", "none")]).await
}

async fn sign_up(app: &TestApp, contract: Contract) {
    let (first, last) = ("Ada", "Lovelace");
    let (path, body) = match contract {
        Contract::BetterAuth => (
            "/api/auth/sign-up/email",
            json!({"name": "Ada Lovelace", "email": EMAIL, "password": PASSWORD}),
        ),
        Contract::Basic => (
            "/api/auth/signup",
            json!({"first_name": first, "last_name": last, "email": EMAIL, "password": PASSWORD}),
        ),
        Contract::Teams => (
            "/auth/sign-up",
            json!({"firstName": first, "lastName": last, "email": EMAIL, "password": PASSWORD}),
        ),
        Contract::Platform | Contract::Accounts => unreachable!("nobody signs up there"),
    };
    let answer = app.post(path).json(&body).send().await;
    assert!(answer.status.is_success(), "{contract}: {}", answer.text());
}

/// The status, and the bearer token that the contract handed out.
async fn sign_in(app: &TestApp, contract: Contract, password: &str) -> (u16, Option<String>) {
    let (path, body, token) = match contract {
        Contract::BetterAuth => (
            "/api/auth/sign-in/email",
            json!({"email": EMAIL, "password": password}),
            "/token",
        ),
        Contract::Basic => (
            "/api/auth/login",
            json!({"email": EMAIL, "password": password}),
            "/access_token",
        ),
        Contract::Teams => (
            "/auth/sign-in",
            json!({"credentials": {"email": EMAIL, "password": password}, "captchaToken": "unused"}),
            "/accessToken",
        ),
        Contract::Accounts => (
            "/accounts/v1/auth/login",
            json!({"email": EMAIL, "password": password}),
            "/data/accessToken",
        ),
        Contract::Platform => unreachable!("not served yet"),
    };
    let answer = app.post(path).json(&body).send().await;
    let told = answer.json();
    let token = told.pointer(token).and_then(Value::as_str);
    (answer.status.as_u16(), token.map(str::to_owned))
}

async fn token(app: &TestApp, contract: Contract) -> String {
    sign_in(app, contract, PASSWORD).await.1.expect("a token")
}

/// Asks for the session in the `better_auth` contract.
async fn session_of(app: &TestApp, token: &str) -> Value {
    app.get("/api/auth/get-session")
        .bearer(token)
        .send()
        .await
        .expect(200)
        .json()
}

/// The status of the own profile in the `teams` contract.
async fn profile_status(app: &TestApp, token: &str) -> u16 {
    app.get("/auth/me").bearer(token).send().await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_up_in_one_contract_is_the_same_user_in_all() {
    for origin in CONTRACTS {
        let app = start().await;
        sign_up(&app, origin).await;
        let mut ids = Vec::new();
        let opening = DOORS
            .into_iter()
            .filter(|door| (origin, *door) != (Contract::BetterAuth, Contract::Accounts));
        for contract in opening {
            let token = token(&app, contract).await;
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
    for origin in CONTRACTS {
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
    for (contract, status) in DOORS.into_iter().zip([401, 401, 400, 401]) {
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
    for contract in DOORS {
        last = token(&app, contract).await;
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
async fn a_refreshed_token_opens_every_contract() {
    let app = start().await;
    sign_up(&app, Contract::BetterAuth).await;
    let body = json!({"credentials": {"email": EMAIL, "password": PASSWORD}, "captchaToken": "unused"});
    let tokens = app.post("/auth/sign-in").json(&body).send().await.expect(200).json();
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
        for contract in DOORS {
            tokens.push(token(&app, contract).await);
        }
        reset(&app, resetting).await;
        for token in &tokens {
            assert_eq!(session_of(&app, token).await, Value::Null);
            assert_eq!(profile_status(&app, token).await, 401);
        }
        for contract in DOORS {
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
    for contract in DOORS {
        let token = token(&app, contract).await;
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
