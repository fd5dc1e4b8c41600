//! The `accounts` contract: an invitation into an account that is accepted with a proven identity.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::testkit::accounts::{Account, assert_code};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, TestApp, TestRequest, better_auth};

use super::support::{ADA, Provider, start_with_settings_of, text};

const OWNER: &str = "owner@example.com";

async fn start() -> (TestApp, Provider, Account) {
    let provider = Provider::start().await;
    let google = provider.settings("google");
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", google.as_str())]).await;
    let account = Account::found(&app, OWNER, 3).await;
    (app, provider, account)
}

async fn link(app: &TestApp, account: &Account, role: &str) -> String {
    let body = json!({"role": role, "accountId": account.number.0, "programId": 3});
    let request = app.post("/accounts/v1/registration-links").bearer(&account.owner);
    text(&request.json(&body).send().await.expect(201).json()["data"]["token"])
}

fn accept<'a>(app: &'a TestApp, invitation: &str, id_token: &str) -> TestRequest<'a> {
    let body = json!({"invitationToken": invitation, "account": {"id_token": id_token}});
    app.post("/accounts/v1/auth/oauth/google/invitation").json(&body)
}

/// An ID token that no other one equals.
fn id_token(provider: &Provider, number: usize) -> String {
    provider.id_token(&json!({"jti": number.to_string()}))
}

fn accepted(answer: Answer) -> Value {
    answer.expect(201).json()["data"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_makes_a_user_with_the_verified_address_of_the_identity() {
    let (app, provider, account) = start().await;
    let invitation = link(&app, &account, "COACH").await;
    let session = accepted(accept(&app, &invitation, &id_token(&provider, 1)).send().await);
    let user = &session["user"];
    assert_eq!(
        (
            &user["email"],
            &user["role"],
            &user["activationStatus"],
            &user["programId"]
        ),
        (&json!(ADA), &json!("COACH"), &json!("ACTIVE"), &json!(3))
    );
    assert_eq!(user["accountId"], account.number.0);
    assert!(user["emailVerified"].is_string());
    assert!(better_auth::is_live(&app, &text(&session["accessToken"])).await);
    assert_eq!(
        app.count_mails("verify-email"),
        1,
        "only the owner's address is verified by mail"
    );

    let again = accept(&app, &invitation, &id_token(&provider, 2)).send().await;
    assert_code(&again, 409, "ALREADY_USED");
    let signed_in = json!({"account": {"id_token": id_token(&provider, 3)}});
    let sign_in = app.post("/accounts/v1/auth/oauth/google/sign-in").json(&signed_in);
    assert_eq!(
        sign_in.send().await.expect(200).json()["data"]["user"]["id"],
        user["id"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_invitation_is_for_its_address_alone() {
    let (app, provider, account) = start().await;
    let created = account.create_user(&app, ADA, "SPONSOR").await;
    assert_eq!(created["activationStatus"], "INVITED");
    let invitation = app.mailed_token("account-invitation");
    let other = provider.id_token(&json!({"sub": "eve", "email": "eve@example.com"}));
    assert_code(&accept(&app, &invitation, &other).send().await, 403, "FORBIDDEN");

    let session = accepted(accept(&app, &invitation, &id_token(&provider, 1)).send().await);
    assert_eq!(session["user"]["id"], created["id"]);
    assert_eq!(
        (&session["user"]["activationStatus"], &session["user"]["role"]),
        (&json!("ACTIVE"), &json!("SPONSOR"))
    );
    let again = accept(&app, &invitation, &id_token(&provider, 2)).send().await;
    assert_code(&again, 409, "ALREADY_USED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_provider_has_not_verified_enters_no_account() {
    let (app, provider, account) = start().await;
    let invitation = link(&app, &account, "COACH").await;
    let unverified = provider.id_token(&json!({"email_verified": false}));
    assert_code(
        &accept(&app, &invitation, &unverified).send().await,
        403,
        "EMAIL_NOT_VERIFIED",
    );
    let claimed = json!({
        "invitationToken": invitation, "user": {"email": ADA}, "profile": {"email": ADA, "email_verified": true},
        "account": {"id_token": unverified},
    });
    let request = app.post("/accounts/v1/auth/oauth/google/invitation").json(&claimed);
    assert_code(&request.send().await, 403, "EMAIL_NOT_VERIFIED");
    // A refusal uses neither the link nor the identity.
    let _ = accepted(accept(&app, &invitation, &id_token(&provider, 1)).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_is_the_documented_one() {
    let (app, provider, account) = start().await;
    let unknown = accept(&app, "no invitation", &id_token(&provider, 1)).send().await;
    assert_code(&unknown, 400, "INVALID_TOKEN");
    let forged = accept(&app, &link(&app, &account, "COACH").await, "x.y.z").send().await;
    assert_code(&forged, 401, "INVALID_TOKEN");
    let without_proof = json!({"invitationToken": link(&app, &account, "COACH").await});
    let request = app
        .post("/accounts/v1/auth/oauth/google/invitation")
        .json(&without_proof);
    assert_code(&request.send().await, 400, "VALIDATION_ERROR");

    better_auth::sign_up(&app, ADA).await;
    let taken = accept(&app, &link(&app, &account, "COACH").await, &id_token(&provider, 2));
    assert_code(&taken.send().await, 409, "EMAIL_ALREADY_EXISTS");
    let expired = link(&app, &account, "COACH").await;
    app.clock.advance(SignedDuration::from_hours(48));
    let now = app.clock.now().as_second();
    let fresh = provider.id_token(&json!({"iat": now, "exp": now + 600}));
    assert_code(&accept(&app, &expired, &fresh).send().await, 410, "TOKEN_EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_accept_one_link_one_enters() {
    let (app, provider, account) = start().await;
    let invitation = link(&app, &account, "COACH").await;
    let tokens: Vec<String> = (0..16)
        .map(|number| {
            let address = format!("person-{number}@example.com");
            provider.id_token(&json!({"sub": number.to_string(), "email": address}))
        })
        .collect();
    let app = Arc::new(app);
    let _ = exactly_one_wins(&app, 201, &[409], move |app, number| {
        accept(app, &invitation, &tokens[number])
    })
    .await;
}
