//! The captcha of every sign-in, sign-up and mail for a password, in every contract. The provider cannot be reached: a missing response
//! is refused without asking it, and a response that is presented is 503, because it was asked.

use serde_json::{Value, json};
use shared::domain::Contract::{self, Accounts, Basic, BetterAuth, Teams};
use shared::domain::{InvitationId, InvitationToken, OrganizationId, Secret};
use shared::testkit::{Answer, PASSWORD, TestApp};

use super::authorization::routes;

const PROVIDER: &str = "http://127.0.0.1:9/siteverify";
const EMAIL: &str = "ada@example.com";

type Operation = (Contract, &'static str, Value);

fn operations() -> Vec<Operation> {
    let token = InvitationToken {
        organization_id: OrganizationId::from_bytes([1; 16]),
        invitation_id: InvitationId::from_bytes([2; 16]),
        secret: Secret::from_bytes([3; 32]),
    };
    let invitation = token.to_string();
    let person = json!({"email": EMAIL, "password": PASSWORD, "name": "Ada", "firstName": "Ada", "lastName": "Lovelace",
        "first_name": "Ada", "last_name": "Lovelace", "username": "ada_l", "token": "x", "provider": "acme"});
    let with = |more: Value| {
        let mut body = person.clone();
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    vec![
        (BetterAuth, "/api/auth/sign-up/email", person.clone()),
        (BetterAuth, "/api/auth/sign-in/email", person.clone()),
        (BetterAuth, "/api/auth/sign-in/username", person.clone()),
        (BetterAuth, "/api/auth/sign-in/social", person.clone()),
        (
            BetterAuth,
            "/api/auth/sign-in/social",
            with(json!({"idToken": {"token": "x"}})),
        ),
        (BetterAuth, "/api/auth/request-password-reset", person.clone()),
        (BetterAuth, "/api/auth/forget-password", person.clone()),
        (Basic, "/api/auth/signup", person.clone()),
        (Basic, "/api/auth/login", person.clone()),
        (
            Basic,
            "/api/auth/signup_invite",
            with(json!({"invite_token": invitation})),
        ),
        (Teams, "/auth/sign-up", person.clone()),
        (Teams, "/auth/forgot-password", person.clone()),
        (Teams, "/auth/google/sign-in", person.clone()),
        (Teams, "/auth/google/sign-up", person.clone()),
        (Teams, "/auth/facebook/sign-in", person.clone()),
        (Teams, "/auth/facebook/sign-up", person.clone()),
        (
            Teams,
            "/auth/finish-invitation",
            with(json!({"token": invitation, "newPassword": PASSWORD})),
        ),
        (Accounts, "/accounts/v1/auth/login", person),
    ]
}

async fn start(settings: &[(&str, &str)]) -> TestApp {
    let client = json!({"clientId": "ostiary", "clientSecret": "secret", "issuer": "http://127.0.0.1:9"});
    let facebook =
        json!({"clientId": "ostiary", "clientSecret": "secret", "endpoints": {"api": "http://127.0.0.1:9/"}});
    let providers = json!({"acme": client, "google": client, "facebook": facebook}).to_string();
    let own = [
        ("CAPTCHA_PROVIDER", "turnstile"),
        ("CAPTCHA_SECRET", "secret"),
        ("CAPTCHA_ENDPOINT", PROVIDER),
        ("SOCIAL_PROVIDERS", &providers),
    ];
    TestApp::with_settings(routes, &[&own, settings].concat()).await
}

async fn send(app: &TestApp, (_, path, body): &Operation, response: Option<&str>) -> Answer {
    let request = app.post(path).json(body).undocumented();
    let request = match response {
        Some(response) => request.header("x-captcha-response", response),
        None => request,
    };
    request.send().await
}

fn words(contract: Contract) -> &'static str {
    match contract {
        BetterAuth => "MISSING_RESPONSE",
        Basic | Accounts => "Captcha verification failed",
        Teams => "Invalid captcha token or authentication failure",
        Contract::Platform => panic!("the contract has no such operation"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_of_a_named_contract_asks_for_a_captcha() {
    let app = start(&[("CAPTCHA_CONTRACTS", "better_auth,basic,teams,accounts")]).await;
    for operation in operations() {
        let (contract, path, _) = &operation;
        for missing in [None, Some("")] {
            let answer = send(&app, &operation, missing).await;
            assert_eq!(answer.status, 400, "{path}: {}", answer.text());
            assert!(answer.text().contains(words(*contract)), "{path}: {}", answer.text());
        }
        let answer = send(&app, &operation, Some("a response")).await;
        assert_eq!(answer.status, 503, "{path}: {}", answer.text());
        assert!(answer.header("retry-after").is_some());
    }
    assert_eq!(app.mails().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_is_not_named_asks_for_none() {
    let app = start(&[]).await;
    for operation in operations() {
        let (contract, path, _) = &operation;
        let asks = send(&app, &operation, None).await.text().contains(words(*contract));
        assert_eq!(asks, *contract == Teams, "{path}: `teams` alone is the default");
    }
}

/// The client's limit comes first, so that a refused client costs the provider nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_verified_within_the_limit_of_the_client() {
    let contracts = ("CAPTCHA_CONTRACTS", "better_auth,basic,teams,accounts");
    for operation in operations() {
        let app = start(&[contracts, ("RATE_LIMITS", "on")]).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(send(&app, &operation, None).await.status.as_u16());
        }
        let (_, path, _) = operation;
        assert_eq!(statuses.first(), Some(&400), "{path}");
        assert_eq!(statuses.last(), Some(&429), "{path}: {statuses:?}");
    }
}
