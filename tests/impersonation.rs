//! An administrator who impersonates a user sees what the user sees, and touches no credential of the user and nothing that would
//! outlast the impersonation, in every contract and function.

use axum::Router;
use serde_json::{Value, json};
use shared::domain::{RefreshToken, Session};
use shared::http::AppState;
use shared::store::Changes;
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth, text};

const EMAIL: &str = "ada@example.com";

fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(session::routes(state))
        .merge(password::routes(state))
        .merge(profile::routes(state))
        .merge(organization::routes(state))
        .merge(two_factor::routes(state))
        .merge(passkey::routes(state))
        .merge(api_key::routes(state))
        .merge(social::routes(state))
        .merge(users::routes(state))
}

/// The user's own token, and that of an administrator in the user's place who knows even the password.
async fn start_impersonated() -> (TestApp, String, String) {
    let app = TestApp::start(routes).await;
    let own = better_auth::sign_up(&app, EMAIL).await;
    let impersonated = app.impersonating(&own).await;
    (app, own, impersonated)
}

async fn post(app: &TestApp, token: &str, operation: &str, body: &Value) -> Answer {
    let path = format!("/api/auth/{operation}");
    app.post(&path).bearer(token).json(body).undocumented().send().await
}

async fn get(app: &TestApp, token: &str, operation: &str) -> Answer {
    let path = format!("/api/auth/{operation}");
    app.get(&path).bearer(token).undocumented().send().await
}

fn assert_refused(operation: &str, answer: &Answer) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()["code"].as_str()),
        (403, Some("NOT_ALLOWED_WHILE_IMPERSONATING")),
        "{operation}: {}",
        answer.text()
    );
}

fn operations_on_credentials(key: &str) -> Vec<(&'static str, Value)> {
    let password = json!({"password": PASSWORD});
    let code = json!({"code": "123456"});
    let account = json!({"providerId": "credential"});
    let passkey = "A".repeat(43);
    vec![
        (
            "change-password",
            json!({"currentPassword": PASSWORD, "newPassword": "another staple"}),
        ),
        ("verify-password", password.clone()),
        ("change-email", json!({"newEmail": "mine@example.com"})),
        ("update-user", json!({"username": "mine"})),
        ("delete-user", password.clone()),
        ("get-access-token", account.clone()),
        ("refresh-token", account),
        ("api-key/create", json!({"name": "mine"})),
        ("api-key/update", json!({"keyId": key, "name": "mine"})),
        ("api-key/delete", json!({"keyId": key})),
        ("passkey/update-passkey", json!({"id": passkey, "name": "mine"})),
        ("passkey/delete-passkey", json!({"id": passkey})),
        ("two-factor/enable", password.clone()),
        ("two-factor/enable", json!({"password": PASSWORD, "method": "otp"})),
        ("two-factor/disable", password.clone()),
        ("two-factor/get-totp-uri", password.clone()),
        ("two-factor/generate-backup-codes", password),
        ("two-factor/send-otp", json!({})),
        ("two-factor/verify-totp", code.clone()),
        ("two-factor/verify-otp", code.clone()),
        ("two-factor/verify-backup-code", code),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_credential_of_the_user_is_touched() {
    let (app, own, impersonated) = start_impersonated().await;
    let key = post(&app, &own, "api-key/create", &json!({})).await.expect(200).json();
    let before = app.caller(&own).await.user;
    for (operation, body) in operations_on_credentials(&text(&key["id"])) {
        assert_refused(operation, &post(&app, &impersonated, operation, &body).await);
    }
    // The session of an impersonator is never as fresh as this operation demands.
    let unlinked = post(
        &app,
        &impersonated,
        "unlink-account",
        &json!({"providerId": "credential"}),
    )
    .await;
    assert_eq!(unlinked.status.as_u16(), 403, "{}", unlinked.text());
    for operation in ["passkey/generate-register-options", "account-info?accountId=subject"] {
        assert_refused(operation, &get(&app, &impersonated, operation).await);
    }
    assert_eq!(app.caller(&own).await.user, before);
    assert!(app.mails().iter().all(|mail| mail.to != ["mine@example.com"]));
    let keys = get(&app, &own, "api-key/list").await.expect(200).json();
    assert_eq!(keys[0]["id"], key["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_sees_is_seen() {
    let (app, _, impersonated) = start_impersonated().await;
    for operation in [
        "get-session",
        "list-accounts",
        "passkey/list-user-passkeys",
        "api-key/list",
        "organization/list",
    ] {
        let _ = get(&app, &impersonated, operation).await.expect(200);
    }
    let _ = post(&app, &impersonated, "update-user", &json!({"name": "Ada King"}))
        .await
        .expect(200);
}

/// The new owner, or the loss, would outlast the impersonation.
#[tokio::test(flavor = "multi_thread")]
async fn no_owner_is_made_and_no_organization_is_deleted() {
    let (app, own, impersonated) = start_impersonated().await;
    let body = json!({"name": "Team", "slug": "team"});
    let team = post(&app, &own, "organization/create", &body).await.expect(200).json();
    let member = better_auth::sign_up_member(&app, &own, "eve@example.com", "member").await;
    let member = app.caller(&member).await.user.id.to_string();
    let of_team = |more: Value| {
        let mut body = json!({"organizationId": team["id"]});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        body
    };
    for (operation, body) in [
        (
            "invite-member",
            of_team(json!({"email": "mallory@example.com", "role": "owner"})),
        ),
        (
            "invite-member",
            of_team(json!({"email": "mallory@example.com", "role": ["member", "owner"]})),
        ),
        (
            "update-member-role",
            of_team(json!({"memberId": member, "role": "owner"})),
        ),
        ("delete", of_team(json!({}))),
        ("leave", of_team(json!({}))),
        ("create", json!({"name": "Other", "slug": "other"})),
    ] {
        let operation = format!("organization/{operation}");
        assert_refused(&operation, &post(&app, &impersonated, &operation, &body).await);
    }
    let body = json!({"name": "Other", "slug": "other", "region": "eu"});
    let created = app.post("/v1/organizations").bearer(&impersonated).json(&body);
    assert_eq!(created.send().await.status.as_u16(), 403);
    assert!(app.mails().iter().all(|mail| mail.to != ["mallory@example.com"]));
    let body = of_team(json!({"email": "joan@example.com", "role": "member"}));
    let _ = post(&app, &impersonated, "organization/invite-member", &body)
        .await
        .expect(200);
    let _ = post(&app, &own, "organization/delete", &of_team(json!({})))
        .await
        .expect(200);
}

/// A refresh token would make a session of days out of an hour's.
#[tokio::test(flavor = "multi_thread")]
async fn no_other_token_is_made_of_it() {
    let (app, own, impersonated) = start_impersonated().await;
    let body = json!({"name": "Team", "slug": "team"});
    let team = post(&app, &own, "organization/create", &body).await.expect(200).json();
    let request = app.post("/auth/change-team").bearer(&impersonated);
    let answer = request.json(&json!({"teamId": team["id"]})).send().await;
    assert_eq!(answer.status.as_u16(), 403, "{}", answer.text());
    assert_refused("token", &get(&app, &impersonated, "token").await);
    let _ = get(&app, &own, "token").await.expect(200);
}

/// Another service would take the administrator for the user.
#[tokio::test(flavor = "multi_thread")]
async fn no_other_service_takes_the_impersonator_for_the_user() {
    let (app, own, impersonated) = start_impersonated().await;
    // Without it, no service learns anything.
    let verify = format!("/api/auth/verify-email?token={}", app.mailed_token("verify-email"));
    let _ = app.get(&verify).send().await.expect(200);
    let body = json!({"name": "Team", "slug": "team"});
    let team = post(&app, &own, "organization/create", &body).await.expect(200).json();
    let body = json!({"organizationId": team["id"]});
    let _ = post(&app, &impersonated, "organization/set-active", &body)
        .await
        .expect(200);
    for (token, status) in [(&own, 200), (&impersonated, 401)] {
        let body = json!({"token": token, "tokenType": "access"});
        let answer = app.post("/accounts/v1/auth/validate-token").json(&body).send().await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }
}

/// Wherever it came from.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_of_it_opens_nothing() {
    let (app, _, impersonated) = start_impersonated().await;
    let caller = app.caller(&impersonated).await;
    let secret = shared::domain::RefreshSecret::generate(&*app.core().entropy);
    let session = Session {
        refresh: shared::domain::session::RefreshChain::start(&secret),
        ..caller.session
    };
    let put = Changes::new().delete_session(session.user_id, session.id);
    app.core().store.commit(put).await.expect("a commit");
    app.core()
        .store
        .commit(Changes::new().create_session(&session))
        .await
        .expect("a commit");
    let token = RefreshToken {
        user_id: session.user_id,
        session_id: session.id,
        secret,
    };
    let body = json!({"refreshToken": token.to_string()});
    for path in ["/auth/refresh-token", "/accounts/v1/auth/refresh-token"] {
        let answer = app.post(path).json(&body).send().await;
        assert_eq!(answer.status.as_u16(), 401, "{}", answer.text());
    }
    let body = json!({"token": token.to_string(), "tokenType": "refresh"});
    let answer = app.post("/accounts/v1/auth/validate-token").json(&body).send().await;
    assert_eq!(answer.status.as_u16(), 401, "{}", answer.text());
    assert_eq!(
        app.caller(&impersonated).await.session,
        session,
        "and nothing is lengthened"
    );
}
