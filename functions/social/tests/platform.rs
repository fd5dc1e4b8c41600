//! The `platform` contract over HTTP: login through a provider, and linking and unlinking of identities.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::{ConfigurationKey, User, UserStatus};
use shared::testkit::platform::{
    assert_code, assert_error, assert_invalid, assert_unauthorized, login, sign_up, tokens_of,
};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth, text};
use url::Url;

use super::support::{ADA, Provider};
use crate::start_with;

const GOOGLE: &str = "/v1/auth/social/google";
const LINK: &str = "/v1/auth/social/link/google";
const UNLINK: &str = "/v1/auth/social/unlink/google";

/// A service with the provider under the name of Google, and under that of another one.
async fn start() -> (TestApp, Provider) {
    start_with_settings(&[]).await
}

async fn start_with_settings(more: &[(&str, &str)]) -> (TestApp, Provider) {
    let provider = Provider::start().await;
    let mut providers: Value = serde_json::from_str(&provider.settings("google")).expect("JSON");
    let acme: Value = serde_json::from_str(&provider.settings("acme")).expect("JSON");
    providers["acme"] = acme["acme"].clone();
    let providers = providers.to_string();
    let settings = [&[("SOCIAL_PROVIDERS", providers.as_str())], more].concat();
    (start_with(&settings).await, provider)
}

/// What a browser keeps between the redirect and the callback.
struct Begun {
    page: String,
    cookie: String,
}

fn begun(answer: &Answer, page: String) -> Begun {
    let cookies = answer.cookies();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("better-auth.state."));
    let cookie = cookie.and_then(|line| line.split(';').next()).expect("a state cookie");
    Begun {
        page,
        cookie: cookie.to_owned(),
    }
}

async fn begin(app: &TestApp) -> Begun {
    let answer = app.get(GOOGLE).send().await.expect(302);
    let page = answer.header("location").expect("a location").to_owned();
    begun(&answer, page)
}

async fn come_back(app: &TestApp, path: &str, cookie: &str) -> Answer {
    app.get(path).header("cookie", cookie).send().await
}

/// The whole flow, with the claims of the provider about the user.
async fn flow(app: &TestApp, provider: &Provider, claims: Value) -> Answer {
    let begun = begin(app).await;
    come_back(app, &provider.consent(&begun.page, &claims), &begun.cookie).await
}

async fn begin_link(app: &TestApp, token: &str) -> Begun {
    let answer = app.post(LINK).bearer(token).send().await.expect(201);
    let page = text(&answer.json()["authorization_url"]);
    begun(&answer, page)
}

async fn accounts(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/v1/auth/social/accounts").bearer(token).send().await;
    answer.expect(200).json()
}

async fn unlink(app: &TestApp, token: &str) -> Answer {
    app.request("DELETE", UNLINK).bearer(token).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_login_registers_the_user_and_the_next_is_the_same_user() {
    let (app, provider) = start().await;
    let answer = flow(&app, &provider, json!({})).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (access, _) = tokens_of(&answer);
    assert!(better_auth::is_live(&app, &access).await);
    let first = answer.json();
    let user = &first["user"];
    assert_eq!(
        (
            &user["email"],
            &user["verified"],
            &user["first_name"],
            &first["expires_in"]
        ),
        (&json!(ADA), &json!(true), &json!("Ada"), &json!(900))
    );
    assert_eq!(user["memberships"].as_array().map(Vec::len), Some(1));
    let again = flow(&app, &provider, json!({})).await.expect(200).json();
    assert_eq!(again["user"]["id"], user["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_registration_registers_no_user_of_a_provider() {
    let (app, provider) = start().await;
    let _ = flow(&app, &provider, json!({})).await.expect(200);
    app.configure(ConfigurationKey::RegistrationOpen, json!(false)).await;
    let grace = json!({"sub": "grace", "email": "grace@example.com"});
    assert_error(&flow(&app, &provider, grace).await, 400, "Registration is closed");
    // A user who exists logs in.
    let _ = flow(&app, &provider, json!({})).await.expect(200);
}

/// The authorization request and the token request name the callback of this contract.
#[tokio::test(flavor = "multi_thread")]
async fn the_provider_redirects_to_the_callback_of_this_contract() {
    let (app, provider) = start().await;
    let begun = begin(&app).await;
    let page = Url::parse(&begun.page).expect("a URL");
    let redirect = page.query_pairs().find(|(name, _)| name == "redirect_uri");
    let (_, redirect) = redirect.expect("a redirect URI");
    assert!(redirect.ends_with("/v1/auth/social/google/callback"), "{redirect}");
    // The callback of another contract refuses the response, and leaves it usable.
    let path = provider.consent(&begun.page, &json!({}));
    let query = path.split_once('?').expect("a query").1;
    let theirs = app
        .get(&format!("/api/auth/callback/google?{query}"))
        .header("cookie", &begun.cookie);
    let answer = theirs.undocumented().send().await.expect(302);
    assert!(
        answer
            .header("location")
            .is_some_and(|target| target.contains("state_mismatch"))
    );
    let _ = come_back(&app, &path, &begun.cookie).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_of_another_contract_does_not_end_here() {
    let (app, provider) = start().await;
    let body = json!({"provider": "google"});
    let answer = app
        .post("/api/auth/sign-in/social")
        .json(&body)
        .send()
        .await
        .expect(200);
    let page = text(&answer.json()["url"]);
    let begun = begun(&answer, page);
    let path = provider.consent(&begun.page, &json!({}));
    let query = path.split_once('?').expect("a query").1;
    let answer = come_back(&app, &format!("{GOOGLE}/callback?{query}"), &begun.cookie).await;
    assert_error(&answer, 400, "Invalid or expired state");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_the_url_as_json_and_the_secret_in_a_header() {
    let (app, provider) = start().await;
    let answer = app
        .get(GOOGLE)
        .header("accept", "application/json")
        .send()
        .await
        .expect(200);
    let start = answer.json();
    assert_eq!(start["expires_in"], 600);
    let page = text(&start["authorization_url"]);
    let query = Url::parse(&page).expect("a URL");
    assert!(
        query
            .query_pairs()
            .any(|(name, value)| name == "state" && start["state"] == *value)
    );
    let token = answer.header("set-state-token").expect("a token").to_owned();
    let path = provider.consent(&page, &json!({}));
    let _ = app.get(&path).header("x-state-token", &token).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_not_configured_is_not_found() {
    let (app, _provider) = start().await;
    let answer = app.get("/v1/auth/social/microsoft").send().await;
    assert_error(&answer, 404, "The provider is not enabled");
    let token = sign_up(&app, ADA).await;
    let answer = app.post("/v1/auth/social/link/microsoft").bearer(&token).send().await;
    assert_error(&answer, 404, "Unknown or disabled provider");
}

/// Login CSRF: another browser, and a response that was used before.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_browser_that_began_finishes_and_only_once() {
    let (app, provider) = start().await;
    let begun = begin(&app).await;
    let path = provider.consent(&begun.page, &json!({}));
    for cookie in ["", "better-auth.state.x=y"] {
        assert_error(&come_back(&app, &path, cookie).await, 400, "Invalid or expired state");
    }
    let head = app
        .request("HEAD", &path)
        .header("cookie", &begun.cookie)
        .undocumented();
    let _ = head.send().await.expect(404);
    let head = app.request("HEAD", GOOGLE).undocumented().send().await.expect(404);
    assert_eq!(head.usage.dynamodb, 0);
    let _ = come_back(&app, &path, &begun.cookie).await.expect(200);
    assert_error(
        &come_back(&app, &path, &begun.cookie).await,
        400,
        "Invalid or expired state",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_callbacks_with_one_response_one_succeeds() {
    let (app, provider) = start().await;
    let begun = begin(&app).await;
    let path = provider.consent(&begun.page, &json!({}));
    let cookie = begun.cookie;
    exactly_one_wins(&Arc::new(app), 200, &[400], move |app, _| {
        app.get(&path).header("cookie", &cookie)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_query_and_an_error_of_the_provider_are_bad_requests() {
    let (app, _provider) = start().await;
    assert_invalid(
        &app.get(&format!("{GOOGLE}/callback?code=x")).send().await,
        "state",
        "is required",
    );
    let answer = app.get(&format!("{GOOGLE}/callback?code=x&state=y")).send().await;
    assert_error(&answer, 400, "Invalid or expired state");
    for (query, message) in [
        ("error=access_denied", "The provider reports an error: access_denied"),
        ("error=%3Cscript%3E", "The provider reports an error: oauth_error"),
        ("", "The provider reports an error: no_code"),
    ] {
        let begun = begin(&app).await;
        let page = Url::parse(&begun.page).expect("a URL");
        let state = page.query_pairs().find(|(name, _)| name == "state").expect("a state").1;
        let path = format!("{GOOGLE}/callback?state={state}&{query}");
        assert_code(
            &come_back(&app, &path, &begun.cookie).await,
            400,
            "PROVIDER_ERROR",
            message,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_or_a_token_that_the_provider_refuses_is_unauthorized() {
    let (app, provider) = start().await;
    let answer = flow(&app, &provider, json!({"aud": "another application"})).await;
    assert_error(&answer, 401, "The provider refused the code");
    let begun = begin(&app).await;
    let path = provider
        .consent(&begun.page, &json!({}))
        .replace("code=code-", "code=other-");
    assert_error(
        &come_back(&app, &path, &begun.cookie).await,
        401,
        "The provider refused the code",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_address_that_both_sides_have_verified_is_the_same_user() {
    let (app, provider) = start().await;
    let token = better_auth::sign_up(&app, ADA).await;
    let message = "The address belongs to a user to whom the identity is not linked";
    assert_code(
        &flow(&app, &provider, json!({})).await,
        403,
        "ACCOUNT_NOT_LINKED",
        message,
    );
    let id = app.caller(&token).await.user.id.to_string();
    app.change_user(&token, |user| user.email_verified_at = Some(user.created_at))
        .await;
    let unverified = flow(&app, &provider, json!({"email_verified": false})).await;
    assert_code(&unverified, 403, "ACCOUNT_NOT_LINKED", message);
    let answer = flow(&app, &provider, json!({})).await.expect(200);
    assert_eq!(answer.json()["user"]["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_may_not_log_in_are_forbidden() {
    let (app, provider) = start().await;
    let answer = flow(
        &app,
        &provider,
        json!({"sub": "subject-2", "email": "eve@example.com", "email_verified": false}),
    );
    assert_code(
        &answer.await,
        403,
        "EMAIL_NOT_VERIFIED",
        "The email address is not verified",
    );
    let (token, _) = tokens_of(&flow(&app, &provider, json!({})).await.expect(200));
    app.set_status(&token, UserStatus::Suspended).await;
    let answer = flow(&app, &provider, json!({})).await;
    assert_code(&answer, 403, "USER_NOT_ACTIVE", "The user is not active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_not_bypassed() {
    let (app, provider) = start().await;
    let (token, _) = tokens_of(&flow(&app, &provider, json!({})).await.expect(200));
    app.change_user(&token, User::turn_on_second_factor).await;
    let answer = flow(&app, &provider, json!({})).await;
    assert_code(
        &answer,
        403,
        "SECOND_FACTOR_REQUIRED",
        "Two-factor authentication is required",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_without_sign_up_registers_no_user() {
    let provider = Provider::start().await;
    let providers = provider.settings_with("google", &json!({"disableSignUp": true}));
    let app = start_with(&[("SOCIAL_PROVIDERS", providers.as_str())]).await;
    let answer = flow(&app, &provider, json!({})).await;
    assert_code(
        &answer,
        403,
        "SIGN_UP_DISABLED",
        "The provider does not sign up new users",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_linked_shown_and_unlinked() {
    let (app, provider) = start().await;
    let token = sign_up(&app, ADA).await;
    assert_eq!(accounts(&app, &token).await, json!({"accounts": [], "total": 0}));
    let begun = begin_link(&app, &token).await;
    let path = provider.consent(&begun.page, &json!({}));
    let answer = come_back(&app, &path, &begun.cookie).await.expect(200);
    let id = app.caller(&token).await.user.id.to_string();
    assert_eq!(answer.json()["user"]["id"], json!(id));
    let found = accounts(&app, &token).await;
    assert_eq!(
        found,
        json!({
            "accounts": [{
                "id": found["accounts"][0]["id"], "provider": "google", "provider_user_id": "subject-1",
                "email": ADA, "name": "Ada Lovelace",
                "linked_at": "2026-01-31T12:00:00.000Z", "last_used_at": "2026-01-31T12:00:00.000Z",
            }],
            "total": 1,
        })
    );
    assert_error(&app.post(LINK).bearer(&token).send().await, 409, "Already linked");
    let _ = flow(&app, &provider, json!({})).await.expect(200);
    let answer = unlink(&app, &token).await.expect(200);
    assert_eq!(answer.json(), json!({"message": "Social account unlinked"}));
    assert_error(
        &unlink(&app, &token).await,
        409,
        "The only way to log in cannot be removed",
    );
    let _ = login(&app, ADA, PASSWORD).await.expect(200);
}

/// `unlink` names the provider alone, so a second identity would remain a method of sign-in unnoticed.
#[tokio::test(flavor = "multi_thread")]
async fn of_links_that_begin_together_one_succeeds() {
    let (app, provider) = start().await;
    let token = sign_up(&app, ADA).await;
    let (first, second) = (begin_link(&app, &token).await, begin_link(&app, &token).await);
    let one = provider.consent(&first.page, &json!({}));
    let other = provider.consent(&second.page, &json!({"sub": "subject-2"}));
    let _ = come_back(&app, &one, &first.cookie).await.expect(200);
    let request = app.get(&other).header("cookie", &second.cookie).undocumented();
    assert_error(&request.send().await, 409, "Already linked");
    assert_eq!(accounts(&app, &token).await["total"], 1);
    let _ = unlink(&app, &token).await.expect(200);
    // At the same time, the commit decides.
    let mut begun = Vec::new();
    for number in 0..4 {
        let link = begin_link(&app, &token).await;
        let claims = json!({"sub": format!("subject-{number}")});
        begun.push((provider.consent(&link.page, &claims), link.cookie));
    }
    let app = Arc::new(app);
    let answers = shared::testkit::race::all_at_once(begun.into_iter().map(|(path, cookie)| {
        let app = Arc::clone(&app);
        async move {
            let request = app.get(&path).header("cookie", &cookie).undocumented();
            request.send().await.status.as_u16()
        }
    }))
    .await;
    let linked = answers.iter().filter(|status| **status == 200).count();
    assert_eq!(linked, 1, "{answers:?}");
    assert!(
        answers.iter().all(|status| [200, 409, 503].contains(status)),
        "{answers:?}"
    );
    assert_eq!(accounts(&app, &token).await["total"], 1);
}

/// A provider without a callback of its own finishes in another contract, under the rule of this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_finishes_in_another_contract_is_one_of_its_provider() {
    let (app, provider) = start().await;
    let token = sign_up(&app, ADA).await;
    let begin = async || {
        let answer = app
            .post("/v1/auth/social/link/acme")
            .bearer(&token)
            .send()
            .await
            .expect(201);
        let page = text(&answer.json()["authorization_url"]);
        begun(&answer, page)
    };
    let (first, second) = (begin().await, begin().await);
    for (begun, claims) in [(first, json!({})), (second, json!({"sub": "subject-2"}))] {
        let path = provider.consent(&begun.page, &claims);
        let request = app.get(&path).header("cookie", &begun.cookie).undocumented();
        let _ = request.send().await.expect(302);
    }
    assert_eq!(accounts(&app, &token).await["total"], 1);
}

/// A provider that has no callback in this contract uses the callback that serves all providers.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_of_any_provider_is_linked() {
    let (app, provider) = start().await;
    let token = sign_up(&app, ADA).await;
    let answer = app
        .post("/v1/auth/social/link/acme")
        .bearer(&token)
        .send()
        .await
        .expect(201);
    let page = text(&answer.json()["authorization_url"]);
    let begun = begun(&answer, page);
    let path = provider.consent(&begun.page, &json!({}));
    let request = app.get(&path).header("cookie", &begun.cookie).undocumented();
    let _ = request.send().await.expect(302);
    assert_eq!(accounts(&app, &token).await["accounts"][0]["provider"], "acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_refused_links_nothing() {
    let (app, provider) = start().await;
    let token = sign_up(&app, ADA).await;
    for (claims, code, message) in [
        (
            json!({"email": "eve@example.com"}),
            "OTHER_EMAIL",
            "The identity has another address than the user",
        ),
        (
            json!({"email_verified": false}),
            "EMAIL_NOT_VERIFIED",
            "The provider has not verified the address",
        ),
    ] {
        let begun = begin_link(&app, &token).await;
        let path = provider.consent(&begun.page, &claims);
        assert_code(&come_back(&app, &path, &begun.cookie).await, 403, code, message);
    }
    let eve = json!({"sub": "subject-9", "email": "eve@example.com"});
    let _ = flow(&app, &provider, eve.clone()).await.expect(200);
    let begun = begin_link(&app, &token).await;
    let path = provider.consent(&begun.page, &eve);
    let message = "The identity is linked to another user";
    assert_code(
        &come_back(&app, &path, &begun.cookie).await,
        403,
        "IDENTITY_TAKEN",
        message,
    );
    // The session that asked has ended: an attacker who loses it must not keep a method of sign-in.
    let begun = begin_link(&app, &token).await;
    let _ = app.post("/v1/auth/logout").bearer(&token).send().await.expect(204);
    let path = provider.consent(&begun.page, &json!({}));
    assert_unauthorized(&come_back(&app, &path, &begun.cookie).await);
    let (token, _) = tokens_of(&login(&app, ADA, PASSWORD).await.expect(200));
    assert_eq!(accounts(&app, &token).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_no_social_account() {
    let (app, provider) = start().await;
    let token = sign_up(&app, ADA).await;
    let begun = begin_link(&app, &token).await;
    let path = provider.consent(&begun.page, &json!({}));
    let _ = come_back(&app, &path, &begun.cookie).await.expect(200);
    for name in ["credential", "microsoft", "x%2Fy"] {
        let path = format!("/v1/auth/social/unlink/{name}");
        let answer = app.request("DELETE", &path).bearer(&token).send().await;
        assert_error(&answer, 404, "No such linked account");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn linking_and_unlinking_need_a_fresh_session() {
    let (app, _provider) = start().await;
    let token = sign_up(&app, ADA).await;
    app.change_session(&token, |session| session.created_at -= SignedDuration::from_hours(25))
        .await;
    let message = "A recent sign-in is required";
    assert_code(
        &app.post(LINK).bearer(&token).send().await,
        403,
        "SESSION_NOT_FRESH",
        message,
    );
    assert_code(&unlink(&app, &token).await, 403, "SESSION_NOT_FRESH", message);
    assert_unauthorized(&app.post(LINK).send().await);
    assert_unauthorized(&app.get("/v1/auth/social/accounts").send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_five_requests_in_a_minute() {
    let (app, provider) = start_with_settings(&[("RATE_LIMITS", "on")]).await;
    for _ in 0..2 {
        let _ = flow(&app, &provider, json!({})).await.expect(200);
    }
    let begun = begin(&app).await;
    let path = provider.consent(&begun.page, &json!({}));
    let _ = come_back(&app, &path, &begun.cookie).await.expect(429);
    let _ = app.get(GOOGLE).send().await.expect(429);
    // The refused callback has consumed nothing.
    app.clock.advance(SignedDuration::from_mins(1));
    let _ = come_back(&app, &path, &begun.cookie).await.expect(200);
}
