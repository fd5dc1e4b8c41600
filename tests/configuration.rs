//! The settings that administrators change while the service runs, and the effect of each in every contract that it
//! touches.

use axum::Router;
use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::contract::Contract;
use shared::domain::Plan;
use shared::http::AppState;
use shared::testkit::across::{self, SIGN_IN_CONTRACTS};
use shared::testkit::better_auth::{create_organization, invite, is_live, session_of};
use shared::testkit::platform::{self, admin};
use shared::testkit::{PASSWORD, TestApp, text};
use shared::usage;

const ROOT: &str = "root@example.com";

/// The contracts in which users register by themselves, and the status of a refusal.
const REGISTRATIONS: [(Contract, u16); 4] = [
    (Contract::BetterAuth, 403),
    (Contract::Basic, 400),
    (Contract::Teams, 400),
    (Contract::Platform, 400),
];

fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(session::routes(state))
        .merge(password::routes(state))
        .merge(profile::routes(state))
        .merge(organization::routes(state))
        .merge(keys::routes(state))
        .merge(admin::routes(state))
}

async fn start() -> (TestApp, String) {
    let app = TestApp::with_settings(routes, &[("VERIFICATION_REQUIRED", "none")]).await;
    let root = admin(&app, ROOT).await;
    (app, root)
}

async fn key_status(app: &TestApp, root: &str) -> Value {
    let status = app.get("/v1/admin/keys/status").bearer(root).send().await;
    status.expect(200).json()
}

async fn set(app: &TestApp, root: &str, key: &str, value: &Value) {
    let path = format!("/v1/admin/config/{key}");
    let change = app.request("PUT", &path).bearer(root).json(&json!({ "value": value }));
    let _ = change.send().await.expect(200);
}

fn account(email: &str) -> Value {
    json!({"accountName": "Acme Corp", "adminName": "Jane Doe", "adminEmail": email, "adminRole": "ADMIN"})
}

#[tokio::test(flavor = "multi_thread")]
async fn no_user_registers_while_registration_is_closed() {
    let (app, root) = start().await;
    let owner = shared::testkit::better_auth::sign_up(&app, "ada@example.com").await;
    set(&app, &root, "registration_open", &json!(false)).await;
    for (contract, status) in REGISTRATIONS {
        let refused = across::sign_up(&app, contract, "eve@example.com").send().await;
        assert_eq!(refused.status.as_u16(), status, "{contract}: {}", refused.text());
    }
    let refused = app
        .post("/accounts/v1/accounts")
        .json(&account("eve@example.com"))
        .send()
        .await;
    assert_eq!(refused.status.as_u16(), 403, "{}", refused.text());
    // Users sign in, and administrators and members bring in others.
    for contract in [Contract::BetterAuth, Contract::Teams] {
        let _ = across::sign_in_for_token(&app, contract, "ada@example.com").await;
    }
    let created = app
        .post("/v1/admin/users")
        .bearer(&root)
        .json(&json!({"email": "eve@example.com"}));
    let _ = created.send().await.expect(201);
    let _ = create_organization(&app, &owner, "acme").await;
    let _ = invite(&app, &owner, "grace@example.com", "member").await.expect(200);
    set(&app, &root, "registration_open", &json!(true)).await;
    for (at, (contract, _)) in REGISTRATIONS.into_iter().enumerate() {
        let admitted = across::sign_up(&app, contract, &format!("eve{at}@example.com"))
            .send()
            .await;
        assert!(admitted.status.is_success(), "{contract}: {}", admitted.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_other_domains_do_not_register() {
    let (app, root) = start().await;
    set(&app, &root, "allowed_signup_domains", &json!(["Example.NET"])).await;
    for (contract, status) in REGISTRATIONS {
        let refused = across::sign_up(&app, contract, "eve@example.com").send().await;
        assert_eq!(refused.status.as_u16(), status, "{contract}: {}", refused.text());
        let address = format!("{}@example.net", contract.as_str().replace('_', "-"));
        let admitted = across::sign_up(&app, contract, &address).send().await;
        assert!(admitted.status.is_success(), "{contract}: {}", admitted.text());
    }
    let refused = app
        .post("/accounts/v1/accounts")
        .json(&account("eve@example.com"))
        .send()
        .await;
    assert_eq!(refused.status.as_u16(), 403, "{}", refused.text());
}

/// Otherwise an address of an allowed domain, without a mailbox, would lead to any other one.
#[tokio::test(flavor = "multi_thread")]
async fn no_user_moves_to_an_address_of_another_domain() {
    let (app, root) = start().await;
    let ada = shared::testkit::better_auth::sign_up(&app, "ada@example.net").await;
    let change = |address: &str| {
        let body = json!({ "newEmail": address });
        app.post("/api/auth/change-email").bearer(&ada).json(&body).send()
    };
    let _ = change("eve@example.com").await.expect(200);
    let token = app.mailed_token("change-email");
    set(&app, &root, "allowed_signup_domains", &json!(["example.net"])).await;
    let refused = change("eve@example.com").await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (403, &json!("EMAIL_DOMAIN_NOT_ALLOWED"))
    );
    let path = format!("/api/auth/verify-email?token={token}");
    assert_ne!(app.get(&path).undocumented().send().await.status.as_u16(), 200);
    let user = app.caller(&ada).await.user;
    assert_eq!(user.email.to_string(), "ada@example.net");
    let _ = change("lovelace@example.net").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_passwords_have_the_length_that_administrators_demand() {
    let (app, root) = start().await;
    let old = shared::testkit::better_auth::sign_up(&app, "ada@example.com").await;
    set(&app, &root, "password_min_length", &json!(13)).await;
    for (contract, _) in REGISTRATIONS {
        let (path, mut body) = across::account(contract, "eve@example.com");
        body["password"] = json!("seven bridge");
        let refused = app.post(path).json(&body).send().await;
        assert!(
            [400, 422].contains(&refused.status.as_u16()),
            "{contract}: {}",
            refused.text()
        );
    }
    let change = json!({"currentPassword": PASSWORD, "newPassword": "seven bridge", "revokeOtherSessions": false});
    let refused = app
        .post("/api/auth/change-password")
        .bearer(&old)
        .json(&change)
        .send()
        .await;
    assert_eq!(refused.status.as_u16(), 400, "{}", refused.text());
    // The password that was chosen before signs in.
    for contract in [Contract::BetterAuth, Contract::Teams] {
        let _ = across::sign_in_for_token(&app, contract, "ada@example.com").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_verified_in_the_contracts_that_administrators_name() {
    let (app, root) = start().await;
    let signed_up = across::sign_up(&app, Contract::Teams, "ada@example.com").send().await;
    let _ = signed_up.expect(201);
    for contract in [
        Contract::BetterAuth,
        Contract::Basic,
        Contract::Teams,
        Contract::Platform,
    ] {
        set(&app, &root, "verification_required", &json!([contract.as_str()])).await;
        for other in [
            Contract::BetterAuth,
            Contract::Basic,
            Contract::Teams,
            Contract::Platform,
        ] {
            let answer = across::sign_in(&app, other, "ada@example.com", PASSWORD).send().await;
            assert_eq!(
                answer.status.is_success(),
                other != contract,
                "{contract} {other}: {}",
                answer.text()
            );
        }
    }
    set(&app, &root, "verification_required", &json!([])).await;
    let answer = across::sign_in(&app, Contract::Platform, "ada@example.com", PASSWORD)
        .send()
        .await;
    let _ = answer.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_access_tokens_last_as_long_as_administrators_say() {
    let (app, root) = start().await;
    let _ = across::sign_up(&app, Contract::Teams, "ada@example.com")
        .send()
        .await
        .expect(201);
    set(&app, &root, "access_token_lifetime_seconds", &json!(120)).await;
    for contract in SIGN_IN_CONTRACTS
        .into_iter()
        .filter(|contract| *contract != Contract::BetterAuth)
    {
        let token = across::sign_in_for_token(&app, contract, "ada@example.com").await;
        app.clock.advance(SignedDuration::from_secs(119));
        assert!(is_live(&app, &token).await, "{contract}");
        app.clock.advance(SignedDuration::from_secs(2));
        assert!(!is_live(&app, &token).await, "{contract}");
    }
    set(&app, &admin_again(&app).await, "session_lifetime_seconds", &json!(600)).await;
    let token = across::sign_in_for_token(&app, Contract::BetterAuth, "ada@example.com").await;
    app.clock.advance(SignedDuration::from_secs(400));
    let session = session_of(&app, &token).await;
    assert_eq!(
        session["session"]["expiresAt"], "2026-01-31T12:22:43.000Z",
        "a session in use is extended"
    );
    app.clock.advance(SignedDuration::from_secs(601));
    assert!(!is_live(&app, &token).await);
}

/// Tokens of the longest lifetime outlive the setting, so that their key has to.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_stays_published_after_the_lifetime_was_raised_and_put_back() {
    let (app, root) = start().await;
    let before = app.core().key_life().tokens;
    set(&app, &root, "access_token_lifetime_seconds", &json!(86_400)).await;
    set(&app, &root, "access_token_lifetime_seconds", &json!(900)).await;
    let after = app.core().key_life().tokens;
    assert!(after >= SignedDuration::from_hours(24) && after > before, "{after:?}");
}

/// The access token of the administrator has expired.
async fn admin_again(app: &TestApp) -> String {
    let login = platform::admin_login(app, ROOT, PASSWORD).await.expect(200).json();
    text(&login["accessToken"])
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_last_as_long_as_administrators_say() {
    let (app, root) = start().await;
    let owner = shared::testkit::better_auth::sign_up(&app, "ada@example.com").await;
    let _ = create_organization(&app, &owner, "acme").await;
    set(&app, &root, "invitation_lifetime_seconds", &json!(3600)).await;
    let invited = invite(&app, &owner, "grace@example.com", "member")
        .await
        .expect(200)
        .json();
    assert_eq!(invited["expiresAt"], "2026-01-31T13:00:00.000Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_begin_with_the_plans_that_administrators_name() {
    let (app, root) = start().await;
    set(&app, &root, "default_plan_business", &json!("TEAM_GROWTH")).await;
    set(&app, &root, "default_plan_solo", &json!("SOLO_TRIAL")).await;
    let _ = platform::register(&app, "ada@example.com").await.expect(201);
    platform::verify(&app).await;
    let login = platform::login(&app, "ada@example.com", PASSWORD).await.expect(200);
    let (token, _) = platform::tokens_of(&login);
    let body = json!({"name": "Acme", "slug": "acme", "region": "eu"});
    let created = app
        .post("/v1/organizations")
        .bearer(&token)
        .json(&body)
        .send()
        .await
        .expect(201);
    assert!(created.text().contains("TEAM_GROWTH"), "{}", created.text());
    let user = app.caller(&token).await.user;
    let mut plans = Vec::new();
    for membership in &user.memberships {
        let organization = app.core().store.find_organization(membership.organization_id).await;
        plans.extend(organization.expect("a read").expect("an organization").plan);
    }
    assert_eq!(plans, [Plan::SoloTrial, Plan::TeamGrowth]);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_after_the_days_that_administrators_say() {
    let (app, root) = start().await;
    set(&app, &root, "key_rotation_interval_days", &json!(3)).await;
    let _ = app.get("/v1/admin/keys/jwks").bearer(&root).send().await.expect(200);
    let status = key_status(&app, &root).await;
    assert_eq!(status["rotation_interval_days"], 3);
    let kid = status["active_kid"].clone();
    for _ in 0..8 {
        app.clock.advance(SignedDuration::from_hours(12));
        let root = admin_again(&app).await;
        let _ = app.get("/v1/admin/keys/jwks").bearer(&root).send().await.expect(200);
    }
    let root = admin_again(&app).await;
    let status = key_status(&app, &root).await;
    assert_ne!(status["active_kid"], kid, "the key was rotated");
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_have_the_language_that_administrators_name() {
    let (app, root) = start().await;
    let template = json!({
        "name": "verification", "type": "system", "subject": "Willkommen", "html_body": "<a href=\"{{ url }}\">",
        "language": "de", "is_active": true,
    });
    let _ = app
        .post("/v1/admin/email-templates")
        .bearer(&root)
        .json(&template)
        .send()
        .await
        .expect(201);
    let subject = async |email: &str| {
        let _ = shared::testkit::better_auth::sign_up(&app, email).await;
        app.last_mail("verify-email").subject
    };
    assert_ne!(subject("a@example.com").await, "Willkommen");
    set(&app, &root, "default_language", &json!("de")).await;
    assert_eq!(subject("b@example.com").await, "Willkommen");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_follows_within_a_minute_by_one_read_in_thirty_seconds() {
    let (app, root) = start().await;
    let other = app.another_process(|_| ());
    let reads = async || {
        let ((), usage) = usage::measure(other.refresh_configuration(app.clock.now())).await;
        usage.dynamodb
    };
    assert_eq!((reads().await, reads().await), (1, 0));
    set(&app, &root, "registration_open", &json!(false)).await;
    assert!(
        !app.core().configuration().registration_open,
        "the change holds at once where it was made"
    );
    app.clock.advance(SignedDuration::from_secs(29));
    assert_eq!((reads().await, other.configuration().registration_open), (0, true));
    app.clock.advance(SignedDuration::from_secs(1));
    assert_eq!((reads().await, other.configuration().registration_open), (1, false));
    // While the table fails, the last values count.
    app.clock.advance(SignedDuration::from_secs(60));
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    other.refresh_configuration(app.clock.now()).await;
    assert!(!other.configuration().registration_open);
    let newest = app.another_process(|_| ());
    newest.refresh_configuration(app.clock.now()).await;
    assert!(newest.configuration().registration_open, "the deployment's own setting");
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    app.clock.advance(SignedDuration::from_secs(30));
    newest.refresh_configuration(app.clock.now()).await;
    assert!(!newest.configuration().registration_open);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_check_reads_no_settings_and_a_sign_in_at_most_once_in_thirty_seconds() {
    let (app, _) = start().await;
    let token = shared::testkit::better_auth::sign_up(&app, "ada@example.com").await;
    let process = app.router_of_another_process(routes);
    let check = app
        .get("/api/auth/get-session")
        .bearer(&token)
        .at(&process)
        .send()
        .await;
    assert_eq!(check.expect(200).usage.dynamodb, 1);
    let sign_in = || across::sign_in(&app, Contract::BetterAuth, "ada@example.com", PASSWORD);
    let calls = sign_in().send().await.expect(200).usage.dynamodb;
    for (seconds, reads) in [(0, 1), (0, 0), (29, 0), (1, 1), (0, 0)] {
        app.clock.advance(SignedDuration::from_secs(seconds));
        let answer = sign_in().at(&process).send().await.expect(200);
        assert_eq!(answer.usage.dynamodb, calls + reads);
    }
}
