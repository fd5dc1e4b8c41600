//! `GET /accounts/{id}`.

use serde_json::json;
use shared::testkit::accounts::assert_error;
use shared::testkit::{better_auth, text};

use super::{ACCOUNTS, account, acme, assert_not_found, create, member, show, super_admin, with};
use crate::{start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn every_member_sees_the_account_and_no_other_user() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let id = text(&created["id"]);
    let other = with(
        acme(),
        &json!({"adminEmail": "other@example.com", "accountName": "Other"}),
    );
    let other = account(create(&app, None, &other).await, 201);
    for (email, roles) in [
        ("member@example.com", ["member"]),
        ("coach@example.com", ["coach"]),
        ("group@example.com", ["group_admin"]),
        ("owner@example.com", ["owner"]),
    ] {
        let token = member(&app, &created, email, &roles).await;
        let shown = account(show(&app, &token, &id).await, 200);
        assert_eq!(
            (&shown["accountName"], &shown["admin"], &shown["accountId"]),
            (&created["accountName"], &created["admin"], &created["accountId"])
        );
        // Not even an administrator of another account learns whether an account exists.
        assert_not_found(&show(&app, &token, &text(&other["id"])).await);
    }
    let root = super_admin(&app).await;
    assert_eq!(account(show(&app, &root, &id).await, 200)["userCount"], 5);
    for unknown in ["00000000-0000-4000-8000-000000000000", "x", "%00"] {
        assert_not_found(&show(&app, &root, unknown).await);
    }
    let anonymous = app.get(&format!("{ACCOUNTS}/{id}")).send().await;
    assert_error(&anonymous, 401, "UNAUTHENTICATED", "Authentication is required");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_of_another_contract_is_an_account_as_well() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = better_auth::sign_up(&app, "ada@example.com").await;
    let id = better_auth::create_organization(&app, &token, "acme").await;
    let answer = show(&app, &token, &id).await;
    assert_eq!(answer.usage.dynamodb, 5);
    let shown = account(answer, 200);
    for (field, expected) in [
        ("licensePlan", json!("STARTER")),
        ("billingType", json!("FREE")),
        ("serviceTypes", json!([])),
        ("maxUsers", json!(100)),
        ("userCount", json!(1)),
    ] {
        assert_eq!(shown[field], expected, "{field}");
    }
    assert_eq!(
        (&shown["admin"]["email"], &shown["admin"]["role"]),
        (&json!("ada@example.com"), &json!("ADMIN"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_this_contract_is_shown_in_five_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let created = account(create(&app, None, &acme()).await, 201);
    let token = member(&app, &created, "coach@example.com", &["coach"]).await;
    let answer = show(&app, &token, &text(&created["id"])).await.expect(200);
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (5, 0));
}
