//! Users and administrators of the `platform` contract.

use serde_json::{Value, json};

use super::{Answer, PASSWORD, TestApp, TestRequest, text};
use crate::clock::Clock as _;
use crate::contract::better_auth::PASSWORD_RULES;
use crate::domain::{
    EmailAddress, Entry, NewPassword, OneTimeToken, OrganizationKind, OrganizationTypePlan, PasswordAttempt, Plan,
    PlanTerms, RecordId, User,
};
use crate::operations::{Client, CreateAdmin, SignInAdministrator};
use crate::store::Changes;

pub use super::teams::{assert_error, assert_unauthorized};

const ME: &str = "/v1/auth/me";

/// The caller's own profile.
pub async fn me(app: &TestApp, token: &str) -> Value {
    app.get(ME).bearer(token).send().await.expect(200).json()
}

/// Changes fields of the caller's own profile.
pub async fn update_me(app: &TestApp, token: &str, change: &Value) -> Answer {
    app.request("PUT", ME).bearer(token).json(change).send().await
}

/// The body of a registration.
pub fn account(email: &str) -> Value {
    json!({"first_name": "Ada", "last_name": "Lovelace", "email": email, "password": PASSWORD})
}

/// The answer to the registration of a user, whose address is not verified.
pub async fn register(app: &TestApp, email: &str) -> Answer {
    app.post("/v1/auth/register").json(&account(email)).send().await
}

/// Verifies the address that the newest mail is about.
pub async fn verify(app: &TestApp) {
    let token = OneTimeToken::parse(&app.mailed_token("verify-email")).expect("a token");
    let client = Client::default();
    let verified = app.core().verify_email(&token, None, &client, app.clock.now()).await;
    verified.expect("a verified address");
}

pub fn login_request<'a>(app: &'a TestApp, identifier: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"identifier": identifier, "password": password});
    app.post("/v1/auth/login").json(&body)
}

pub async fn login(app: &TestApp, identifier: &str, password: &str) -> Answer {
    login_request(app, identifier, password).send().await
}

pub async fn refresh(app: &TestApp, token: &str) -> Answer {
    let body = json!({"refresh_token": token});
    app.post("/v1/auth/refresh").json(&body).send().await
}

/// The access token and the refresh token of an answer.
pub fn tokens_of(answer: &Answer) -> (String, String) {
    let answer = answer.json();
    (text(&answer["access_token"]), text(&answer["refresh_token"]))
}

/// The access token of a new user, whose address is verified.
pub async fn sign_up(app: &TestApp, email: &str) -> String {
    let _ = register(app, email).await.expect(201);
    verify(app).await;
    sign_in(app, email).await
}

/// The access token of a further session of a user who has [`PASSWORD`].
pub async fn sign_in(app: &TestApp, email: &str) -> String {
    tokens_of(&login(app, email, PASSWORD).await.expect(200)).0
}

/// The status and the field of an error that names one invalid field.
#[track_caller]
pub fn assert_invalid(answer: &Answer, field: &str, message: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()["details"].clone()),
        (400, json!([{"field": field, "message": message}])),
        "{}",
        answer.text()
    );
}

/// The fields that a refusal of the request names, in their order.
#[track_caller]
pub fn invalid_fields(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status.as_u16(), 400, "{}", answer.text());
    let refused = answer.json();
    let details = refused["details"].as_array().expect("details").iter();
    details.map(|detail| text(&detail["field"])).collect()
}

/// The status, the code and the message of an error that has a code.
#[track_caller]
pub fn assert_code(answer: &Answer, status: u16, code: &str, message: &str) {
    let error = answer.status.canonical_reason().expect("a known status");
    let expected = json!({"statusCode": status, "error": error, "message": message, "code": code});
    assert_eq!((answer.status.as_u16(), answer.json()), (status, expected));
}

/// A new administrator of the platform, with the password of all users: the user with the same address.
pub async fn create_admin(app: &TestApp, email: &str) -> User {
    let command = CreateAdmin {
        email: EmailAddress::parse(email).expect("an address"),
        password: NewPassword::parse(PASSWORD, PASSWORD_RULES).expect("a password"),
    };
    let created = app.core().create_admin(command, app.clock.now()).await;
    created.expect("an administrator")
}

/// The access token of a new administrator of the platform.
pub async fn admin(app: &TestApp, email: &str) -> String {
    create_admin(app, email).await;
    let command = SignInAdministrator {
        email: EmailAddress::parse(email).expect("an address"),
        password: PasswordAttempt::new(PASSWORD),
        code: None,
        client: Client::default(),
    };
    let opened = app.core().sign_in_administrator(command, app.clock.now()).await;
    opened.expect("a session").access_token
}

/// Changes the terms of a plan, as an administrator of the platform does.
pub async fn set_plan(app: &TestApp, kind: OrganizationKind, plan: Plan, change: impl FnOnce(&mut PlanTerms)) {
    let (core, now) = (app.core(), app.clock.now());
    let records = core.store.list_entries::<OrganizationTypePlan>(None).await;
    let mut records = records.expect("an answer").into_iter();
    let seen = records.find(|record| (record.value.kind, record.value.plan) == (kind, plan));
    let mut value = seen
        .as_ref()
        .map_or_else(|| OrganizationTypePlan::of(kind, plan), |seen| seen.value.clone());
    change(&mut value.terms);
    let changes = if let Some(seen) = &seen {
        Changes::new().update_entry(seen, &seen.with(value, now))
    } else {
        let id = RecordId::generate(now, &*core.entropy);
        Changes::new().create_entry(&Entry::new(id, None, value, now))
    };
    core.store.commit(changes).await.expect("a commit");
}

/// The same for the plan of organizations that users create, with so many seats, of which so many may be active.
pub async fn set_seats_of_starter(app: &TestApp, members: u32, active: u32) {
    set_plan(app, OrganizationKind::Business, Plan::TeamStarter, |terms| {
        (terms.max_members, terms.max_active_members) = (members, active);
    })
    .await;
}

pub fn admin_login_request<'a>(app: &'a TestApp, email: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"email": email, "password": password});
    app.post("/v1/admin/login").json(&body)
}

pub async fn admin_login(app: &TestApp, email: &str, password: &str) -> Answer {
    admin_login_request(app, email, password).send().await
}

pub async fn admin_refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({"refreshToken": token});
    app.post("/v1/admin/refresh-token").json(&body).send().await
}
