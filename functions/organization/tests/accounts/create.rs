//! `POST /accounts`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::RateLimit;
use shared::testkit::accounts::{assert_error, login};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{better_auth, text};

use super::{
    ACCOUNT_PASSWORD, ACCOUNTS, ADMIN, account, acme, assert_forbidden, create, organization, super_admin, with,
};
use crate::{start, start_with};

const RESERVED: &str = "Only a SUPER_ADMIN may set ssoDomain or isDefaultAccount";

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_the_defaults_of_the_document_and_a_first_administrator() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    assert_eq!(
        created,
        json!({
            "id": created["id"], "accountId": created["accountId"], "accountName": "Acme Corp", "website": null,
            "address": null, "licensePlan": "STARTER", "billingType": "TRIAL", "serviceTypes": ["COACHING"],
            "maxUsers": 10, "userCount": 1, "ssoDomain": null, "isDefaultAccount": false, "status": "ACTIVE",
            "admin": {
                "id": created["admin"]["id"], "userId": created["admin"]["userId"], "email": ADMIN, "name": "Jane Doe",
                "role": "ADMIN", "accountId": created["accountId"], "activationStatus": "PENDING_EMAIL_VERIFICATION",
            },
            "createdAt": "2026-01-31T12:00:00Z", "updatedAt": "2026-01-31T12:00:00Z",
        })
    );
    assert_eq!(app.count_mails("activate-account"), 1);
    // Until the first password is set, no password signs the administrator in.
    let refused = login(&app, ADMIN, ACCOUNT_PASSWORD).await;
    assert_eq!(refused.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailed_token_sets_the_first_password_of_the_administrator() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let token = app.mailed_token("activate-account");
    let form = [("token", token.as_str()), ("newPassword", ACCOUNT_PASSWORD)];
    let request = app.post("/link/set-password").header("origin", "null");
    let _ = request.form(&form).send().await.expect(200);
    let user = login(&app, ADMIN, ACCOUNT_PASSWORD).await.expect(200).json()["data"]["user"].clone();
    assert_eq!(
        (&user["accountId"], &user["role"], &user["activationStatus"]),
        (&created["accountId"], &json!("ADMIN"), &json!("ACTIVE"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_kept_and_the_plan_limits_the_seats() {
    let app = start().await;
    let body = json!({
        "accountName": " Acme ", "website": "https://acme.example", "address": "123 Main St, Springfield",
        "licensePlan": "STARTER", "billingType": "ANNUAL", "serviceTypes": ["MENTORING", "COACHING", "MENTORING"],
        "maxUsers": 500, "adminName": "Jane Doe", "adminEmail": "JANE@example.com", "adminRole": "GROUP_ADMIN",
        "isDefaultAccount": false, "unknown": 1,
    });
    let created = account(create(&app, None, &body).await, 201);
    for (field, expected) in [
        ("accountName", json!("Acme")),
        ("website", json!("https://acme.example")),
        ("address", json!("123 Main St, Springfield")),
        ("licensePlan", json!("STARTER")),
        ("billingType", json!("ANNUAL")),
        ("serviceTypes", json!(["COACHING", "MENTORING"])),
        ("maxUsers", json!(100)),
    ] {
        assert_eq!(created[field], expected, "{field}");
    }
    assert_eq!(
        (&created["admin"]["role"], &created["admin"]["email"]),
        (&json!("GROUP_ADMIN"), &json!(ADMIN))
    );
    let stored = organization(&app, &created).await;
    assert_eq!((stored.owner_count, stored.administrator_count), (0, 1));
    for (license, seats) in [("BUSINESS", 1000), ("ENTERPRISE", 10_000)] {
        let email = format!("{license}@example.com");
        let fields = json!({"licensePlan": license, "maxUsers": 10_000, "adminEmail": email});
        let created = account(create(&app, None, &with(acme(), &fields)).await, 201);
        assert_eq!(
            (&created["licensePlan"], &created["maxUsers"]),
            (&json!(license), &json!(seats))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_nothing_is_created() {
    let app = start().await;
    let body = json!({
        "accountName": "Ac", "website": "javascript:alert(1)", "address": "short", "licensePlan": "FREE",
        "billingType": null, "serviceTypes": [], "maxUsers": 10_001, "adminName": "J\u{200b}ane", "adminEmail": "jane",
        "adminRole": "SUPER_ADMIN", "ssoDomain": "not a domain", "isDefaultAccount": "false",
    });
    let refused = create(&app, None, &body).await.expect(400).json();
    let errors = refused["data"]["errors"].as_array().expect("a list").clone();
    let fields: Vec<&str> = errors.iter().filter_map(|error| error["field"].as_str()).collect();
    assert_eq!(
        fields,
        [
            "accountName",
            "website",
            "address",
            "licensePlan",
            "billingType",
            "serviceTypes",
            "maxUsers",
            "adminName",
            "adminEmail",
            "adminRole",
            "ssoDomain",
            "isDefaultAccount"
        ]
    );
    for (field, value) in [
        ("maxUsers", json!(0)),
        ("maxUsers", json!("10")),
        ("serviceTypes", json!(["COACHING", "YOGA"])),
        ("serviceTypes", json!("COACHING")),
        ("adminRole", json!("COACH")),
    ] {
        let refused = create(&app, None, &with(acme(), &json!({field: value}))).await;
        assert_eq!(refused.expect(400).json()["data"]["errors"][0]["field"], field);
    }
    let _ = create(&app, None, &json!([])).await.expect(400);
    assert_eq!(app.mails().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_super_administrator_sets_the_domain_and_the_default() {
    let app = start().await;
    let reserved = json!({"ssoDomain": "Example.com", "isDefaultAccount": true});
    let plain = better_auth::sign_up(&app, "eve@example.com").await;
    for field in ["ssoDomain", "isDefaultAccount"] {
        let body = with(acme(), &json!({field: reserved[field]}));
        assert_forbidden(&create(&app, None, &body).await, RESERVED);
        assert_forbidden(&create(&app, Some(&plain), &body).await, RESERVED);
    }
    let root = super_admin(&app).await;
    let created = account(create(&app, Some(&root), &with(acme(), &reserved)).await, 201);
    assert_eq!(
        (&created["ssoDomain"], &created["isDefaultAccount"]),
        (&json!("example.com"), &json!(true))
    );
    app.clock.advance(SignedDuration::from_hours(25));
    let stale = create(
        &app,
        Some(&root),
        &with(acme(), &json!({"adminEmail": "other@example.com"})),
    )
    .await;
    assert_forbidden(&stale, "A recent sign-in is required");
    let invalid = create(&app, Some("not a token"), &acme()).await;
    assert_error(&invalid, 401, "UNAUTHENTICATED", "Authentication is required");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_accounts_with_one_administrator_one_is_created() {
    let app = Arc::new(start().await);
    let outcome = exactly_one_wins(&app, 201, &[409], |app, number| {
        let name = format!("Acme {number}");
        app.post(ACCOUNTS).json(&with(acme(), &json!({"accountName": name})))
    })
    .await;
    for loser in outcome.losers() {
        assert_error(
            loser,
            409,
            "EMAIL_ALREADY_EXISTS",
            "The email address is already in use",
        );
    }
    app.deliver_mail().await;
    assert_eq!(app.count_mails("activate-account"), 1);
    let won = outcome.answers[outcome.winner].json()["data"].clone();
    assert_eq!(organization(&app, &won).await.name, text(&won["accountName"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_is_few_calls_and_few_are_accepted_from_one_client() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let request = |number: u32| {
        let email = format!("jane{number}@example.com");
        app.post(ACCOUNTS)
            .json(&with(acme(), &json!({"adminEmail": email})))
            .from_ip("198.51.100.1")
    };
    let _ = request(0).send().await.expect(201);
    // The limits, the plans and the commit; the numbers come from blocks that were taken before.
    let created = request(1).send().await.expect(201);
    assert_eq!((created.usage.dynamodb, created.usage.kms), (3, 0));
    for number in 2..RateLimit::SIGN_UP.max {
        let _ = request(number).send().await.expect(201);
    }
    let limited = request(100).send().await.expect(429);
    assert_eq!(limited.json()["data"]["code"], "RATE_LIMITED");
}
