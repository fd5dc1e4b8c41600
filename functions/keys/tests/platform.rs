//! The `platform` contract: the key sets, and the administration of the keys of users.

use std::sync::Arc;

use axum::Router;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::signing_key::Ring;
use shared::http::AppState;
use shared::operations::{Interruption, RotateKeysError};
use shared::store::Changes;
use shared::testkit::platform::{admin, assert_error};
use shared::testkit::race::{exactly_one_wins, send_at_once};
use shared::testkit::{Answer, TestApp, teams};

const USERS: &str = "/v1/auth/.well-known/jwks.json";
const ADMINISTRATORS: &str = "/v1/admin/.well-known/jwks.json";

#[tokio::test]
async fn users_and_administrators_have_key_sets_of_their_own() {
    let app = TestApp::start(keys::routes).await;
    let users = app.get(USERS).send().await.expect(200);
    let administrators = app.get(ADMINISTRATORS).send().await.expect(200);
    let kid = |set: &Value| set["keys"][0]["kid"].clone();
    assert_ne!(kid(&users.json()), kid(&administrators.json()));
    let published = app.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(published.json(), users.json());
    for set in [users, administrators] {
        assert_eq!(set.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(set.json()["keys"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn a_failure_is_in_the_words_of_the_contract() {
    let app = TestApp::start(keys::routes).await;
    app.aws.faults().set(local_aws::Service::Kms, local_aws::Mode::Error);
    for path in [USERS, ADMINISTRATORS] {
        let refused = app.get(path).send().await.expect(503);
        assert_eq!(refused.json()["statusCode"], 503);
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
}

fn routes(state: &AppState) -> Router<AppState> {
    session::routes(state).merge(keys::routes(state))
}

/// A service with its first key, and the token of an administrator.
async fn start(mode: &str) -> (TestApp, String) {
    let app = TestApp::with_settings(routes, &[("SIGNING_MODE", mode)]).await;
    let _ = app.get(USERS).send().await.expect(200);
    let token = admin(&app, "root@example.com").await;
    (app, token)
}

async fn call(app: &TestApp, token: &str, method: &str, path: &str) -> Answer {
    let path = format!("/v1/admin/keys/{path}");
    app.request(method, &path).bearer(token).send().await
}

async fn status(app: &TestApp, token: &str) -> Value {
    call(app, token, "GET", "status").await.expect(200).json()
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_generated_rotated_revoked_and_cleaned_up() {
    for mode in ["kms", "wrapped"] {
        let (app, token) = start(mode).await;
        let first = status(&app, &token).await;
        let first_kid = text(&first["active_kid"]);
        assert_eq!(
            (
                &first["next_kid"],
                &first["last_rotated_at"],
                &first["next_rotation_at"]
            ),
            (&Value::Null, &Value::Null, &json!("2026-05-01T12:00:00.000Z"))
        );
        assert_eq!(
            first["counts"],
            json!({"active": 1, "next": 0, "retired": 0, "revoked": 0})
        );
        assert_eq!(first["rotation_interval_days"], 90);

        let next = call(&app, &token, "POST", "generate").await.expect(201).json();
        assert_eq!((&next["status"], &next["activated_at"]), (&json!("NEXT"), &Value::Null));
        assert_eq!(next["public_jwk"]["kid"], next["kid"]);
        let again = call(&app, &token, "POST", "generate").await;
        assert_error(&again, 409, "A next key already exists");
        let published = call(&app, &token, "GET", "jwks").await.expect(200).json();
        assert_eq!(published["keys"].as_array().map(Vec::len), Some(2));

        let rotated = call(&app, &token, "POST", "rotate").await.expect(200).json();
        assert_eq!(
            rotated,
            json!({"message": "Keys rotated", "previous_kid": first_kid, "active_kid": next["kid"], "next_kid": null,
                "rotated_at": "2026-01-31T12:00:00.000Z"})
        );
        let again = call(&app, &token, "POST", "rotate").await;
        assert_error(&again, 409, "A rotation is under way");
        let former = call(&app, &token, "GET", &first_kid).await.expect(200).json();
        assert_eq!(
            (&former["status"], &former["retired_at"], &former["expires_at"]),
            (
                &json!("RETIRED"),
                &json!("2026-01-31T12:00:00.000Z"),
                &json!("2026-01-31T14:16:00.000Z")
            )
        );

        let revoked = call(&app, &token, "DELETE", &text(&next["kid"]))
            .await
            .expect(200)
            .json();
        assert_eq!(revoked["revoked_at"], "2026-01-31T12:00:00.000Z");
        assert_ne!(revoked["active_kid"], next["kid"]);
        let counts = status(&app, &token).await["counts"].clone();
        assert_eq!(counts, json!({"active": 1, "next": 0, "retired": 1, "revoked": 1}));
        let removed = call(&app, &token, "POST", "cleanup").await.expect(200).json();
        assert_eq!(
            (&removed["removed"], &removed["removed_kids"]),
            (&json!(1), &json!([next["kid"]]))
        );
        app.clock.advance(SignedDuration::from_mins(5));
        let removed = call(&app, &token, "POST", "cleanup").await.expect(200).json();
        assert_eq!(removed["removed"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_there_is_not_found() {
    let (app, token) = start("wrapped").await;
    for method in ["GET", "DELETE"] {
        assert_error(&call(&app, &token, method, "unknown").await, 404, "Key not found");
        assert_error(&call(&app, &token, method, "%F0%9F%94%91").await, 404, "Key not found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_requests_to_rotate_one_is_carried_out() {
    let (app, token) = start("wrapped").await;
    let app = Arc::new(app);
    exactly_one_wins(&app, 200, &[409], move |app, _| {
        app.post("/v1/admin/keys/rotate").bearer(&token)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_are_not_for_users() {
    let (app, _) = start("wrapped").await;
    let user = teams::sign_up_for_access_token(&app, "ada@example.com").await;
    for (method, path) in [
        ("GET", "status"),
        ("POST", "rotate"),
        ("POST", "generate"),
        ("POST", "cleanup"),
    ] {
        assert_error(&call(&app, &user, method, path).await, 403, "A user JWT was presented");
        assert_eq!(call(&app, "nothing", method, path).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_takes_a_recent_login() {
    let app = TestApp::with_settings(routes, &[("SESSION_FRESH_AGE_SECONDS", "60")]).await;
    let token = admin(&app, "root@example.com").await;
    app.clock.advance(SignedDuration::from_mins(2));
    let _ = status(&app, &token).await;
    for (method, path) in [
        ("POST", "generate"),
        ("POST", "rotate"),
        ("POST", "cleanup"),
        ("DELETE", "x"),
    ] {
        let refused = call(&app, &token, method, path).await.expect(403).json();
        assert_eq!(refused["code"], "SESSION_NOT_FRESH", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_revocations_of_the_active_key_all_succeed() {
    let (app, token) = start("wrapped").await;
    let kid = text(&status(&app, &token).await["active_kid"]);
    let app = Arc::new(app);
    let path = format!("/v1/admin/keys/{kid}");
    let answers = send_at_once(&app, move |app, _| app.request("DELETE", &path).bearer(&token)).await;
    for answer in answers {
        assert_ne!(answer.expect(200).json()["active_kid"], kid.as_str());
    }
}

/// A rotation that lost a race reads the administrator again, whom the winner of the race may have changed.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_was_changed_meanwhile_rotates_and_one_whose_session_ended_does_not() {
    let (app, token) = start("wrapped").await;
    let now = app.clock.now();
    let caller = app.core().authenticate_administrator(Some(&token), now).await;
    let caller = caller.expect("an administrator");
    let changed = Changes::new().update_admin(&caller.admin);
    app.core().store.commit(changed).await.expect("a commit");
    let rotated = app.core().rotate_keys(&caller, Ring::User, now).await;
    assert!(rotated.is_ok(), "{rotated:?}");

    app.clock.advance(SignedDuration::from_mins(5));
    let ended = Changes::new().delete_admin_session(&caller.session);
    app.core().store.commit(ended).await.expect("a commit");
    let refused = app.core().rotate_keys(&caller, Ring::User, app.clock.now()).await;
    assert!(
        matches!(refused, Err(RotateKeysError::Interrupted(Interruption::SessionGone))),
        "{refused:?}"
    );
}
