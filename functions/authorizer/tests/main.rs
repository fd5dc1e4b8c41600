//! The authorizer over events of an HTTP API (payload format 2.0).

use authorizer::{Request, Response, authorize};
use axum::Router;
use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::domain::api_key::KeyTerms;
use shared::http::AppState;
use shared::operations::{Interruption, TokenCheck};
use shared::testkit::{PASSWORD, TestApp, basic, better_auth, teams, text};
use shared::usage::measure;

const SAMPLE: &str = include_str!("../../../events/authorize.json");
const EMAIL: &str = "ada@example.com";

fn routes(state: &AppState) -> Router<AppState> {
    session::routes(state).merge(organization::routes(state))
}

async fn start() -> (TestApp, String) {
    let app = TestApp::with_settings(routes, &[("API_KEY_SESSIONS", "on")]).await;
    let token = better_auth::sign_up(&app, EMAIL).await;
    (app, token)
}

/// The sample with other headers.
fn request(headers: &Value) -> Request {
    let mut event: Value = serde_json::from_str(SAMPLE).expect("JSON");
    event["headers"] = headers.clone();
    serde_json::from_value(event).expect("an event")
}

fn with(token: &str) -> Request {
    request(&json!({ "authorization": format!("Bearer {token}") }))
}

async fn ask(app: &TestApp, check: TokenCheck, request: &Request) -> Result<Response, Interruption> {
    authorize(app.core(), check, request, app.clock.now()).await
}

async fn is_authorized(app: &TestApp, check: TokenCheck, token: &str) -> bool {
    let response = ask(app, check, &with(token)).await.expect("a response");
    assert_eq!(response.is_authorized, response.context.is_some());
    response.is_authorized
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_is_authorized_with_its_claims() {
    let (app, session) = start().await;
    let organization = better_auth::create_organization(&app, &session, "acme").await;
    let caller = app.caller(&session).await;
    let access_token = basic::access_token(&app, EMAIL).await;
    for (check, token) in [
        (TokenCheck::Strict, &session),
        (TokenCheck::Offline, &session),
        (TokenCheck::Strict, &access_token),
        (TokenCheck::Offline, &access_token),
    ] {
        let response = ask(&app, check, &with(token)).await.expect("a response");
        let context = response.context.expect("a context");
        assert_eq!(
            (&context.sub, &context.email),
            (&caller.user.id.to_string(), &EMAIL.to_owned())
        );
        assert_eq!((context.email_verified, context.amr), (false, vec!["pwd".to_owned()]));
        if token == &session {
            assert_eq!(context.org.as_ref(), Some(&organization));
            assert_eq!(context.org_role.as_deref(), Some("owner"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_response_is_the_simple_one_of_an_http_api() {
    let (app, session) = start().await;
    let response = ask(&app, TokenCheck::Strict, &with(&session))
        .await
        .expect("a response");
    let response = serde_json::to_value(&response).expect("JSON");
    assert_eq!(response["isAuthorized"], true);
    assert_eq!(response["context"]["roles"], json!([]));
    let sample: Request = serde_json::from_str(SAMPLE).expect("an event");
    let refused = ask(&app, TokenCheck::Strict, &sample).await.expect("a response");
    let refused = serde_json::to_value(&refused).expect("JSON");
    assert_eq!(refused, json!({"isAuthorized": false, "context": null}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_takes_effect_at_once_where_the_check_is_strict() {
    let (app, session) = start().await;
    let token = basic::access_token(&app, EMAIL).await;
    let revoke = app.post("/api/auth/revoke-sessions").bearer(&session).json(&json!({}));
    let _ = revoke.send().await.expect(200);
    assert!(!is_authorized(&app, TokenCheck::Strict, &token).await);
    assert!(is_authorized(&app, TokenCheck::Offline, &token).await);
    for check in [TokenCheck::Strict, TokenCheck::Offline] {
        assert!(!is_authorized(&app, check, &session).await, "{check}");
    }
    app.clock.advance(SignedDuration::from_mins(15));
    assert!(!is_authorized(&app, TokenCheck::Offline, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_stands_in_either_header() {
    let (app, session) = start().await;
    let caller = app.assured(&session).await;
    let created = app
        .core()
        .create_api_key(&caller, KeyTerms::default(), app.clock.now())
        .await;
    let key = created.expect("a key").text.as_str().to_owned();
    for request in [with(&key), request(&json!({ "x-api-key": key }))] {
        let response = ask(&app, TokenCheck::Offline, &request).await.expect("a response");
        let context = response.context.expect("a context");
        assert_eq!(context.sub, caller.user.id.to_string());
    }
    app.change_user(&session, |user| user.status = UserStatus::Inactive)
        .await;
    assert!(!is_authorized(&app, TokenCheck::Offline, &key).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_credential_authorizes_nothing() {
    let (app, session) = start().await;
    let access_token = basic::access_token(&app, EMAIL).await;
    let caller = app.assured(&session).await;
    let created = app
        .core()
        .create_api_key(&caller, KeyTerms::default(), app.clock.now())
        .await;
    let key = created.expect("a key").text.as_str().to_owned();
    let refresh = text(&teams::sign_in(&app, EMAIL, PASSWORD).await.expect(200).json()["refreshToken"]);
    for headers in [
        json!({}),
        json!({ "authorization": "Bearer" }),
        json!({ "authorization": format!("Basic {session}") }),
        json!({ "authorization": "Bearer x.y.z" }),
        json!({ "authorization": format!("Bearer {refresh}") }),
        json!({ "authorization": format!("Bearer {session}x") }),
        json!({ "x-api-key": "short" }),
        json!({ "x-api-key": "a".repeat(86) }),
        json!({ "x-api-key": session }),
        json!({ "x-api-key": access_token }),
        json!({ "x-api-key": key, "authorization": format!("Basic {key}") }),
        json!({ "x-api-key": key, "authorization": "Bearer x" }),
        json!({ "x-api-key": key, "authorization": "" }),
        json!({ "cookie": format!("better-auth.session_token={session}") }),
    ] {
        for check in [TokenCheck::Strict, TokenCheck::Offline] {
            let response = ask(&app, check, &request(&headers)).await.expect("a response");
            assert!(!response.is_authorized, "{headers}");
        }
    }
}

/// Another service cannot tell the administrator from the user.
#[tokio::test(flavor = "multi_thread")]
async fn an_impersonation_is_not_authorized() {
    let (app, session) = start().await;
    let impersonation = app.impersonating(&session).await;
    assert!(!is_authorized(&app, TokenCheck::Strict, &impersonation).await);
}

/// API Gateway answers 500 to an error of the function, and does not serve the request.
#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_table_authorizes_nothing() {
    let (app, session) = start().await;
    let token = basic::access_token(&app, EMAIL).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let refused = ask(&app, TokenCheck::Strict, &with(&session)).await;
    assert_eq!(refused.expect_err("a failure"), Interruption::Unavailable);
    assert!(
        is_authorized(&app, TokenCheck::Offline, &token).await,
        "the keys are cached"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_check_costs_no_call_and_a_strict_one_a_single_read() {
    let (app, session) = start().await;
    let token = basic::access_token(&app, EMAIL).await;
    let other = app.another_process(|_| ());
    for (check, token, calls) in [
        (TokenCheck::Offline, &token, 1),
        (TokenCheck::Offline, &token, 0),
        (TokenCheck::Strict, &token, 1),
        (TokenCheck::Strict, &session, 1),
    ] {
        let request = with(token);
        let (response, usage) = measure(Box::pin(authorize(&other, check, &request, app.clock.now()))).await;
        assert!(response.expect("a response").is_authorized);
        assert_eq!(usage.dynamodb, calls, "{check}");
    }
}
