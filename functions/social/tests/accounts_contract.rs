//! The `accounts` contract: sign-in with a proven identity, and the completion of a sign-up.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::testkit::accounts::{assert_error, data, login};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest, better_auth, teams};
use url::Url;

use super::support::provider::NOW;
use super::support::{ADA, Provider, depart, start_with_settings_of, text};

const REFUSED: &str = "The identity could not be verified";

async fn start() -> (TestApp, Provider) {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> (TestApp, Provider) {
    let provider = Provider::start().await;
    let google = provider.settings("google");
    let settings = [&[("SOCIAL_PROVIDERS", google.as_str())], settings].concat();
    let app = start_with_settings_of(&provider, &settings).await;
    (app, provider)
}

fn sign_in<'a>(app: &'a TestApp, body: &Value) -> TestRequest<'a> {
    app.post("/accounts/v1/auth/oauth/google/sign-in").json(body)
}

fn complete<'a>(app: &'a TestApp, body: &Value) -> TestRequest<'a> {
    app.post("/accounts/v1/auth/oauth/google/complete").json(body)
}

fn with_token(token: &str) -> Value {
    json!({"account": {"id_token": token}})
}

/// An ID token that no other one equals.
fn id_token(provider: &Provider, number: u32, claims: &Value) -> String {
    let mut claims = claims.clone();
    claims["jti"] = json!(number.to_string());
    provider.id_token(&claims)
}

/// A user with an account, a password and a verified address.
async fn sign_up(app: &TestApp) {
    teams::sign_up(app, ADA).await;
    let now = app.clock.now();
    app.change_user_of(ADA, |user| user.email_verified_at = Some(now)).await;
}

/// The temp token for an identity that no user has.
async fn temp_token(app: &TestApp, provider: &Provider, number: u32) -> String {
    let body = with_token(&id_token(provider, number, &json!({})));
    let answer = sign_in(app, &body).send().await.expect(404);
    text(&answer.json()["data"]["tempToken"])
}

fn completion(token: &str) -> Value {
    json!({"tempToken": token, "verifiedEmail": ADA})
}

fn assert_refused(answer: &Answer) {
    assert_error(answer, 401, "INVALID_TOKEN", REFUSED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_identity_signs_its_user_in() {
    let (app, provider) = start().await;
    sign_up(&app).await;
    let session = data(
        &sign_in(&app, &with_token(&id_token(&provider, 1, &json!({}))))
            .send()
            .await,
    );
    let by_password = data(&login(&app, ADA, PASSWORD).await);
    assert_eq!(session["user"], by_password["user"]);
    assert_eq!(
        (&session["tokenType"], &session["expiresIn"]),
        (&json!("Bearer"), &json!(900))
    );
    assert!(better_auth::is_live(&app, &text(&session["accessToken"])).await);
    // The identity is linked, so its address no longer matters.
    let other = json!({"email": "other@example.com", "email_verified": false});
    let again = sign_in(&app, &with_token(&id_token(&provider, 2, &other))).send().await;
    assert_eq!(data(&again)["user"]["email"], ADA);
    assert_eq!(app.count_mails("credential-changed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_the_body_says_of_the_user_is_believed() {
    let (app, provider) = start().await;
    sign_up(&app).await;
    let said = json!({
        "user": {"id": "subject-1", "email": ADA, "name": "Eve"},
        "profile": {"sub": "subject-1", "email": ADA, "email_verified": true},
        "account": {"provider": "google", "providerAccountId": "subject-1", "scope": "openid"},
    });
    let answer = sign_in(&app, &said).send().await.expect(400);
    assert_eq!(answer.json()["data"]["errors"][0]["field"], "account");
    let mut with_proof = said;
    let eve = json!({"sub": "subject-2", "email": "eve@example.com"});
    with_proof["account"]["id_token"] = json!(id_token(&provider, 1, &eve));
    let answer = sign_in(&app, &with_proof).send().await.expect(404);
    let body = json!({"tempToken": answer.json()["data"]["tempToken"], "verifiedEmail": ADA, "user": {"email": ADA}});
    let _ = complete(&app, &body).send().await.expect(403);
    let body = json!({"tempToken": body["tempToken"], "verifiedEmail": "eve@example.com", "user": {"name": "Ada"}});
    let answer = complete(&app, &body).send().await;
    assert_eq!(
        data(&answer)["user"]["name"],
        "Ada Lovelace",
        "the name is the one in the ID token"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_proves_nothing_is_refused() {
    let (app, provider) = start().await;
    sign_up(&app).await;
    for claims in [
        json!({"aud": "another application"}),
        json!({"iss": "https://accounts.example.com"}),
        json!({"exp": NOW - 120}),
        json!({"iat": NOW - 301}),
        json!({"nonce": "of the client"}),
        json!({"nonce": "ostiary.of our own flow"}),
    ] {
        assert_refused(
            &sign_in(&app, &with_token(&id_token(&provider, 1, &claims)))
                .send()
                .await,
        );
    }
    let token = id_token(&provider, 2, &json!({}));
    for wrong in [&token[..token.len() - 8], "x.y.z", "💥", ""] {
        assert_refused(&sign_in(&app, &with_token(wrong)).send().await);
    }
    let body = json!({"account": {"id_token": id_token(&provider, 3, &json!({"nonce": "n"})), "nonce": "other"}});
    assert_refused(&sign_in(&app, &body).send().await);
    let body = json!({"account": {"id_token": id_token(&provider, 4, &json!({"nonce": "n"})), "nonce": "n"}});
    let _ = sign_in(&app, &body).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_of_their_types_and_an_error_of_the_provider_is_no_identity() {
    let (app, provider) = start().await;
    let token = id_token(&provider, 1, &json!({}));
    for (body, field) in [
        (json!({}), "account"),
        (json!({"account": {}}), "account"),
        (json!({"account": "x"}), "account"),
        (json!({"account": {"id_token": 1}}), "account.id_token"),
        (json!({"account": {"id_token": token, "nonce": 1}}), "account.nonce"),
        (json!({"user": "x", "account": {"id_token": token}}), "user"),
        (json!({"code": "x"}), "state"),
        (
            json!({"error": "access_denied", "account": {"id_token": token}}),
            "error",
        ),
    ] {
        let answer = sign_in(&app, &body).send().await.expect(400);
        assert_eq!(answer.json()["data"]["errors"][0]["field"], field, "{body}");
    }
    for path in ["facebook", "acme", "Google", "%ff"] {
        let path = format!("/accounts/v1/auth/oauth/{path}/sign-in");
        let answer = app.post(&path).json(&with_token(&token)).send().await.expect(400);
        assert_eq!(answer.json()["data"]["errors"][0]["field"], "provider");
    }
    let denied = json!({"tempToken": "ab", "verifiedEmail": ADA, "error": "access_denied"});
    let answer = complete(&app, &denied).send().await.expect(400);
    assert_eq!(answer.json()["data"]["errors"][0]["field"], "error");
    let answer = complete(&app, &json!({"account": {"accountName": "x"}}))
        .send()
        .await
        .expect(400);
    assert_eq!(answer.json()["data"]["errors"].as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_names_are_microsoft() {
    let provider = Provider::start().await;
    let microsoft = provider.settings("microsoft");
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &microsoft)]).await;
    sign_up(&app).await;
    for (number, name) in [(1, "outlook"), (2, "azure-ad"), (3, "microsoft")] {
        let path = format!("/accounts/v1/auth/oauth/{name}/sign-in");
        let body = with_token(&id_token(&provider, number, &json!({"xms_edov": true})));
        let _ = app.post(&path).json(&body).send().await.expect(200);
    }
    let answer = sign_in(&app, &with_token(&id_token(&provider, 4, &json!({}))))
        .send()
        .await
        .expect(400);
    assert_eq!(
        answer.json()["data"]["errors"][0],
        json!({"field": "provider", "message": "is not configured"})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_response_to_an_authorization_of_another_contract_is_a_proof_once_and_in_its_browser() {
    let (app, provider) = start().await;
    sign_up(&app).await;
    let begin = async || {
        let departure = depart(&app, &json!({"provider": "google"})).await;
        let back = provider.consent(&departure.page, &json!({}));
        let back = Url::parse(&format!("http://localhost{back}")).expect("a URL");
        let query: std::collections::HashMap<_, _> = back.query_pairs().into_owned().collect();
        (
            json!({"code": query["code"], "state": query["state"]}),
            departure.cookie,
        )
    };
    let (body, cookie) = begin().await;
    // A response that another person's browser is made to present would sign it in as that person (login CSRF).
    assert_refused(&sign_in(&app, &body).send().await);
    let answer = sign_in(&app, &body).header("cookie", &cookie).send().await;
    assert_eq!(data(&answer)["user"]["email"], ADA);
    assert_refused(&sign_in(&app, &body).header("cookie", &cookie).send().await);
    let (body, cookie) = begin().await;
    let path = "/accounts/v1/auth/oauth/microsoft/sign-in";
    let other = app.post(path).json(&body).header("cookie", &cookie).send().await;
    let _ = other.expect(400);
    let mut wrong = body.clone();
    wrong["code"] = json!("made-up");
    assert_refused(&sign_in(&app, &wrong).header("cookie", &cookie).send().await);
    assert_refused(&sign_in(&app, &body).header("cookie", &cookie).send().await);
    wrong["state"] = json!("made-up");
    assert_refused(&sign_in(&app, &wrong).header("cookie", &cookie).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_may_not_sign_in_are_refused() {
    let (app, provider) = start().await;
    sign_up(&app).await;
    let attempt = async |number| {
        let body = with_token(&id_token(&provider, number, &json!({})));
        sign_in(&app, &body).send().await
    };
    app.change_user_of(ADA, |user| user.email_verified_at = None).await;
    let message = "The identity is not linked to the user with its address";
    assert_error(&attempt(1).await, 403, "FORBIDDEN", message);
    let now = app.clock.now();
    app.change_user_of(ADA, |user| user.email_verified_at = Some(now)).await;
    let unverified = with_token(&id_token(&provider, 2, &json!({"email_verified": false})));
    assert_error(&sign_in(&app, &unverified).send().await, 403, "FORBIDDEN", message);
    for status in [
        UserStatus::Inactive,
        UserStatus::Suspended,
        UserStatus::Invited,
        UserStatus::Pending,
    ] {
        app.change_user_of(ADA, |user| user.status = status).await;
        assert_error(&attempt(3).await, 403, "USER_INACTIVE", "The user is not active");
    }
    app.change_user_of(ADA, |user| user.status = UserStatus::Active).await;
    let memberships = app.user_of(ADA).await.memberships;
    app.change_user_of(ADA, |user| user.memberships.clear()).await;
    assert_error(
        &attempt(4).await,
        403,
        "FORBIDDEN",
        "The user has no role in an account",
    );
    app.change_user_of(ADA, |user| {
        user.memberships = memberships;
        user.memberships[0].suspended = true;
    })
    .await;
    assert_error(&attempt(5).await, 403, "ACCOUNT_INACTIVE", "The account is not active");
    app.change_user_of(ADA, |user| user.memberships[0].suspended = false)
        .await;
    // None of the refusals has linked the identity, or used up a token.
    assert_eq!(app.count_mails("credential-changed"), 0);
    let _ = attempt(5).await.expect(200);
    app.change_user_of(ADA, |user| user.two_factor_enabled = true).await;
    let message = "Two-factor authentication is required";
    assert_error(&attempt(6).await, 403, "SECOND_FACTOR_REQUIRED", message);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_identity_gets_a_token_that_completes_the_account() {
    let (app, provider) = start().await;
    let token = id_token(&provider, 1, &json!({"picture": "https://example.com/ada.png"}));
    let answer = sign_in(&app, &with_token(&token)).send().await.expect(404);
    let failure = answer.json();
    let temp = text(&failure["data"]["tempToken"]);
    assert_eq!(
        failure,
        json!({"result": "FAILURE", "message": "The identity has no user", "data": {"code": "NOT_FOUND", "tempToken": temp}})
    );
    assert!(temp.len() == 64 && temp.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let completed = data(&complete(&app, &completion(&temp.to_uppercase())).send().await);
    let user = app.user_of(ADA).await;
    assert!(user.is_email_verified() && user.status == UserStatus::Active);
    assert_eq!(completed["user"]["id"], user.id.to_string());
    assert_eq!(
        (&completed["user"]["role"], &completed["user"]["activationStatus"]),
        (&json!("ADMIN"), &json!("ACTIVE"))
    );
    let account = &completed["account"];
    assert_eq!(
        (
            &account["accountName"],
            &account["licensePlan"],
            &account["userCount"],
            &account["maxUsers"]
        ),
        (&json!("Ada Lovelace"), &json!("STARTER"), &json!(1), &json!(10))
    );
    assert_eq!(
        (&account["accountId"], &account["admin"]["id"]),
        (&completed["user"]["accountId"], &completed["user"]["id"])
    );
    assert!(better_auth::is_live(&app, &text(&completed["accessToken"])).await);
    assert!(app.mails().is_empty(), "the provider has verified the address");
    let next = with_token(&id_token(&provider, 2, &json!({})));
    let _ = sign_in(&app, &next).send().await.expect(200);
    // The proof that made the user opens nothing more.
    assert_refused(&sign_in(&app, &with_token(&token)).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_has_the_name_that_the_request_gives_or_that_of_its_user() {
    for (claims, body, expected) in [
        (
            json!({}),
            json!({"account": {"accountName": "Analytical Engines"}}),
            "Analytical Engines",
        ),
        (json!({}), json!({"account": {"provider": "google"}}), "Ada Lovelace"),
    ] {
        let (app, provider) = start().await;
        let answer = sign_in(&app, &with_token(&id_token(&provider, 1, &claims)))
            .send()
            .await
            .expect(404);
        let mut completing = completion(&text(&answer.json()["data"]["tempToken"]));
        completing["account"] = body["account"].clone();
        let completed = data(&complete(&app, &completing).send().await);
        assert_eq!(completed["account"]["accountName"], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_without_a_verified_address_gets_no_token() {
    let (app, provider) = start().await;
    provider.tell(&json!({"sub": "subject-1"}));
    for claims in [
        json!({"email_verified": false}),
        json!({"email_verified": "false"}),
        json!({"email": null}),
    ] {
        let answer = sign_in(&app, &with_token(&id_token(&provider, 1, &claims)))
            .send()
            .await;
        assert_error(&answer, 404, "NOT_FOUND", "The identity has no user");
    }
    let google = provider.settings_with("google", &json!({"disableSignUp": true}));
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &google)]).await;
    let answer = sign_in(&app, &with_token(&id_token(&provider, 1, &json!({}))))
        .send()
        .await;
    assert_error(&answer, 404, "NOT_FOUND", "The identity has no user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temp_token_is_bound_to_provider_and_address_and_used_once() {
    let provider = Provider::start().await;
    let mut both: Value = serde_json::from_str(&provider.settings("google")).expect("JSON");
    both["microsoft"] = both["google"].clone();
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &both.to_string())]).await;
    let temp = temp_token(&app, &provider, 1).await;
    let second = temp_token(&app, &provider, 2).await;
    assert_ne!(temp, second);
    let path = "/accounts/v1/auth/oauth/microsoft/complete";
    let answer = app.post(path).json(&completion(&temp)).send().await;
    assert_error(&answer, 403, "FORBIDDEN", "The token was issued for another provider");
    let answer = complete(&app, &json!({"tempToken": temp, "verifiedEmail": "eve@example.com"}))
        .send()
        .await;
    assert_error(&answer, 403, "FORBIDDEN", "The token was issued for another address");
    for wrong in ["ab", "not hex", &"0".repeat(64), &temp[1..]] {
        let answer = complete(&app, &completion(wrong)).send().await;
        assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
    }
    let _ = complete(&app, &completion(&temp)).send().await.expect(200);
    let answer = complete(&app, &completion(&temp)).send().await;
    assert_error(&answer, 409, "ALREADY_USED", "The token was used before");
    let answer = complete(&app, &completion(&second)).send().await;
    assert_error(
        &answer,
        409,
        "EMAIL_ALREADY_EXISTS",
        "The email address has a user already",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temp_token_lasts_fifteen_minutes() {
    let (app, provider) = start().await;
    let temp = temp_token(&app, &provider, 1).await;
    app.clock.advance(SignedDuration::from_mins(15));
    let answer = complete(&app, &completion(&temp)).send().await;
    assert_error(&answer, 410, "TOKEN_EXPIRED", "The token has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_taken_in_the_meantime_is_a_conflict() {
    let (app, provider) = start().await;
    let temp = temp_token(&app, &provider, 1).await;
    teams::sign_up(&app, ADA).await;
    let answer = complete(&app, &completion(&temp)).send().await;
    assert_error(
        &answer,
        409,
        "EMAIL_ALREADY_EXISTS",
        "The email address has a user already",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_completions_at_once_one_makes_the_account() {
    let (app, provider) = start().await;
    let temp = temp_token(&app, &provider, 1).await;
    let app = Arc::new(app);
    let outcome = exactly_one_wins(&app, 200, &[409], move |app, _| complete(app, &completion(&temp))).await;
    let id = data(&outcome.answers[outcome.winner])["user"]["id"].clone();
    assert_eq!(app.user_of(ADA).await.id.to_string(), id);
    // With as many tokens, too.
    let (app, provider) = start().await;
    let mut tokens = Vec::new();
    for number in 0..16 {
        tokens.push(temp_token(&app, &provider, number).await);
    }
    let app = Arc::new(app);
    let _ = exactly_one_wins(&app, 200, &[409], move |app, number| {
        complete(app, &completion(&tokens[number]))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_proofs_and_tokens_count_for_their_client() {
    let (app, provider) = start_with(&[("RATE_LIMITS", "on")]).await;
    let temp = temp_token(&app, &provider, 1).await;
    for _ in 0..5 {
        assert_refused(&sign_in(&app, &with_token("x.y.z")).send().await);
        let _ = complete(&app, &completion("ab")).send().await.expect(400);
        let _ = complete(&app, &completion(&"0".repeat(64))).send().await.expect(400);
    }
    let limited = sign_in(&app, &with_token("x.y.z")).send().await.expect(429);
    assert!(limited.header("retry-after").is_some());
    let _ = complete(&app, &completion(&temp)).send().await.expect(429);
    app.clock.advance(SignedDuration::from_mins(2));
    let answer = complete(&app, &completion(&temp)).send().await.expect(200);
    // The limit, the proof, the provider, the plans and the commit; the first session of a process also creates the key ring and takes
    // two blocks of numbers.
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (10, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_or_the_provider_nothing_happens() {
    let (app, provider) = start().await;
    let temp = temp_token(&app, &provider, 1).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = complete(&app, &completion(&temp)).send().await;
    assert_error(&answer, 503, "SERVICE_UNAVAILABLE", "Service unavailable");
    let answer = sign_in(&app, &with_token(&id_token(&provider, 2, &json!({}))))
        .send()
        .await;
    assert_error(&answer, 503, "SERVICE_UNAVAILABLE", "Service unavailable");
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    let _ = complete(&app, &completion(&temp)).send().await.expect(200);
}

/// Within ten seconds, the repetition of a token gets the session that it has opened, if that acts for an account.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_opened_a_session_of_another_contract_opens_one_here_only_with_an_account() {
    for (has_account, status) in [(false, 403), (true, 200)] {
        let (app, provider) = start().await;
        if has_account {
            sign_up(&app).await;
        }
        let token = id_token(&provider, 1, &json!({}));
        let body = json!({"provider": "google", "requestSignUp": true, "idToken": {"token": token}});
        let _ = app
            .post("/api/auth/sign-in/social")
            .json(&body)
            .send()
            .await
            .expect(200);
        let refused = sign_in(&app, &with_token(&token)).send().await;
        assert_eq!(refused.status.as_u16(), status, "{}", refused.text());
    }
}
