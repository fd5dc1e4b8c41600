//! `GET /internal/users/{userId}`: users by number, for other services.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::contract::better_auth::PASSWORD_RULES;
use shared::domain::service_token::ServiceName;
use shared::domain::token::PlainServiceToken;
use shared::domain::{EmailAddress, NewPassword, PlatformRole, User, UserStatus};
use shared::operations::{Administrator, CreateAdmin, ServiceCredential};
use shared::store::Changes;
use shared::testkit::accounts::{assert_error, data, login};
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth, race, text};

use crate::start;

const TOKEN: &str = "x-service-token";
const REQUIRED: &str = "Authentication is required";
const NOT_VALID: &str = "The token is not valid";
const NOT_FOUND: &str = "The user was not found";

fn path(number: impl std::fmt::Display) -> String {
    format!("/accounts/v1/internal/users/{number}")
}

fn name(text: &str) -> ServiceName {
    ServiceName::parse(text).expect("a name")
}

async fn service(app: &TestApp, of: &str) -> String {
    let operator = Administrator::operator();
    let created = app
        .core()
        .create_service_token(operator, &name(of), app.clock.now())
        .await;
    created.expect("a token").to_string()
}

async fn ask(app: &TestApp, token: &str, number: u64) -> Answer {
    app.get(&path(number)).header(TOKEN, token).send().await
}

/// A user with an account of their own, and without a role of the platform.
async fn member(app: &TestApp, email: &str) -> User {
    let command = CreateAdmin {
        email: EmailAddress::parse(email).expect("an address"),
        password: NewPassword::parse(PASSWORD, PASSWORD_RULES).expect("a password"),
    };
    let user = app.core().create_admin(command, app.clock.now()).await;
    let token = better_auth::sign_in(app, email).await;
    app.change_user(&token, |user| user.roles.clear()).await;
    user.expect("a user")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_gets_the_summary_of_a_user() {
    let app = start().await;
    let ada = member(&app, "ada@example.com").await;
    let token = service(&app, "calendar").await;
    let answer = ask(&app, &token, ada.number.0).await;
    assert_eq!(
        data(&answer),
        json!({
            "id": ada.id.to_string(),
            "userId": ada.number.0,
            "email": "ada@example.com",
            "name": "Administrator",
            "role": "ADMIN",
            "accountId": ada.memberships[0].organization_number.0,
            "activationStatus": "ACTIVE",
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn token_and_user_are_one_read_once_the_number_is_known() {
    let app = start().await;
    let ada = member(&app, "ada@example.com").await;
    let grace = member(&app, "grace@example.com").await;
    let token = service(&app, "calendar").await;
    let calls = async |number: u64| ask(&app, &token, number).await.expect(200).usage.dynamodb;
    assert_eq!(calls(ada.number.0).await, 3, "two reads, and the use is stored");
    assert_eq!(calls(ada.number.0).await, 1);
    assert_eq!(calls(grace.number.0).await, 2);
    app.clock.advance(SignedDuration::from_mins(61));
    assert_eq!(calls(ada.number.0).await, 2, "the use is stored once an hour");
    assert_eq!(calls(ada.number.0).await, 1);
    let listed = app.core().list_service_tokens(Administrator::operator()).await;
    assert_eq!(listed.expect("a list")[0].last_used_at, Some(app.clock.now()));
    let signed = app.get(&path(ada.number.0)).signed_by_principal().send().await;
    assert_eq!(signed.expect(200).usage.dynamodb, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_valid_service_token_is_accepted() {
    let app = start().await;
    let ada = member(&app, "ada@example.com").await;
    let token = service(&app, "calendar").await;
    let other = service(&app, "billing").await;
    let get = || app.get(&path(ada.number.0));
    assert_error(&get().send().await, 401, "UNAUTHENTICATED", REQUIRED);

    // A user is no service, whatever the user may do elsewhere and wherever the token stands.
    let session = better_auth::super_admin(&app, "root@example.com").await;
    let jwt = data(&login(&app, "root@example.com", PASSWORD).await);
    for user in [&session, &text(&jwt["accessToken"])] {
        assert_error(&get().bearer(user).send().await, 401, "UNAUTHENTICATED", REQUIRED);
        assert_error(&ask(&app, user, ada.number.0).await, 401, "INVALID_TOKEN", NOT_VALID);
    }
    assert_error(&get().bearer(&token).send().await, 401, "UNAUTHENTICATED", REQUIRED);

    let mixed = format!("{}{}", &token[..token.len() / 2], &other[token.len() / 2..]);
    for forged in ["", "svc_", "svc_AAAA", &token[1..], &token.to_uppercase(), &mixed] {
        assert_error(&ask(&app, forged, ada.number.0).await, 401, "INVALID_TOKEN", NOT_VALID);
    }
    let mut stolen_id = PlainServiceToken::parse(&token).expect("a token");
    stolen_id.secret = PlainServiceToken::parse(&other).expect("a token").secret;
    let forged = ask(&app, &stolen_id.to_string(), ada.number.0).await;
    assert_error(&forged, 401, "INVALID_TOKEN", NOT_VALID);
    // A header cannot become the part of the event in which the gateway describes a principal.
    for header in ["x-amzn-request-context", "x-amz-security-token", "authorizer"] {
        let principal = r#"{"iam": {"userArn": "arn:aws:iam::123456789012:user/eve"}}"#;
        let answer = get().header(header, principal).send().await;
        assert_error(&answer, 401, "UNAUTHENTICATED", REQUIRED);
    }

    let operator = Administrator::operator();
    let revoked = app
        .core()
        .revoke_service_token(operator, &name("calendar"), app.clock.now())
        .await;
    revoked.expect("revoked");
    assert_error(&ask(&app, &token, ada.number.0).await, 401, "INVALID_TOKEN", NOT_VALID);
    let _ = ask(&app, &other, ada.number.0).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_principal_that_the_gateway_has_authenticated_is_accepted() {
    let app = start().await;
    let ada = member(&app, "ada@example.com").await;
    let answer = app.get(&path(ada.number.0)).signed_by_principal().send().await;
    assert_eq!(data(&answer)["userId"], ada.number.0);
    let unknown = app.get(&path(999_999)).signed_by_principal().send().await;
    assert_error(&unknown, 404, "NOT_FOUND", NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_an_account_and_an_unknown_number_are_not_found() {
    let app = start().await;
    let token = service(&app, "calendar").await;
    let session = better_auth::sign_up(&app, "ada@example.com").await;
    let ada = app.caller(&session).await.user;
    for number in [ada.number.0, 999_999, 0, u64::MAX] {
        assert_error(&ask(&app, &token, number).await, 404, "NOT_FOUND", NOT_FOUND);
    }
    for malformed in ["x", "-1", "+1", "1.5", "18446744073709551616", "%20"] {
        let answer = app
            .get(&path(malformed))
            .header(TOKEN, &token)
            .undocumented()
            .send()
            .await;
        assert_eq!(answer.status.as_u16(), 400, "{malformed}: {}", answer.text());
        assert_eq!(answer.json()["data"]["code"], "VALIDATION_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_of_a_user_is_shown_until_the_user_is_deleted() {
    let app = start().await;
    let token = service(&app, "calendar").await;
    let grace = member(&app, "grace@example.com").await;
    for (status, expected) in [
        (UserStatus::Suspended, Some("INACTIVE")),
        (UserStatus::Invited, Some("INVITED")),
        (UserStatus::Deleted, None),
        (UserStatus::Active, Some("ACTIVE")),
    ] {
        let user = app.core().store.find_user(grace.id).await.expect("an answer");
        let mut user = user.expect("a user");
        user.status = status;
        let changes = Changes::new().update_user(&user);
        app.core().store.commit(changes).await.expect("a commit");
        let answer = ask(&app, &token, grace.number.0).await;
        match expected {
            Some(expected) => assert_eq!(data(&answer)["activationStatus"], expected),
            None => assert_error(&answer, 404, "NOT_FOUND", NOT_FOUND),
        }
    }
    let root = better_auth::super_admin(&app, "root@example.com").await;
    let removing = app.post("/api/auth/admin/remove-user").bearer(&root);
    let body = json!({"userId": grace.id.to_string()});
    let _ = removing.json(&body).send().await.expect(200);
    assert_error(&ask(&app, &token, grace.number.0).await, 404, "NOT_FOUND", NOT_FOUND);
    let found = app.core().store.find_user_id(grace.number).await;
    assert_eq!(found.expect("an answer"), None, "the item of the number is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_super_administrator_is_shown_as_one() {
    let app = start().await;
    let ada = member(&app, "ada@example.com").await;
    let session = better_auth::sign_in(&app, "ada@example.com").await;
    app.change_user(&session, |user| user.roles = [PlatformRole::SuperAdmin].into())
        .await;
    let token = service(&app, "calendar").await;
    assert_eq!(data(&ask(&app, &token, ada.number.0).await)["role"], "SUPER_ADMIN");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_creations_of_one_name_one_succeeds() {
    let app = Arc::new(start().await);
    let created = race::race(&app, |_, app| async move {
        let (service, now) = (name("calendar"), app.clock.now());
        let created = app
            .core()
            .create_service_token(Administrator::operator(), &service, now);
        created.await.is_ok()
    })
    .await;
    assert_eq!(created.into_iter().filter(|created| *created).count(), 1);
}

/// Concurrent uses all succeed, although only one of them is stored.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_uses_of_a_token_succeed() {
    let app = Arc::new(start().await);
    let number = member(&app, "ada@example.com").await.number;
    let token = service(&app, "calendar").await;
    let uses = race::race(&app, |_, app| {
        let token = token.clone();
        async move {
            let credential = ServiceCredential::Token(PlainServiceToken::parse(&token).expect("a token"));
            let found = app.core().get_user_by_number(&credential, number, app.clock.now());
            found.await.is_ok()
        }
    })
    .await;
    assert!(uses.into_iter().all(|used| used));
}
