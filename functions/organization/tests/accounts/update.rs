//! `PUT /accounts/{id}`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::accounts::assert_error;
use shared::testkit::{better_auth, text};

use super::{
    account, acme, assert_forbidden, assert_not_found, create, member, organization, show, super_admin, update, with,
};
use crate::{start, start_with};

const RESERVED: &str = "Only a SUPER_ADMIN may change this";

fn ids(created: &Value) -> String {
    text(&created["id"])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_changes_what_the_account_says_about_itself() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let admin = member(&app, &created, "owner@example.com", &["owner"]).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let body = json!({
        "accountName": "Acme Works", "website": "https://acme.example", "address": "1 Elm",
        "serviceTypes": ["FACILITATION"], "adminName": "Jane Roe",
    });
    let changed = account(update(&app, &admin, &ids(&created), &body).await, 200);
    for field in ["accountName", "website", "address", "serviceTypes"] {
        assert_eq!(changed[field], body[field], "{field}");
    }
    assert_eq!(changed["admin"]["name"], "Jane Roe");
    assert_eq!(
        (&changed["createdAt"], &changed["updatedAt"]),
        (&json!("2026-01-31T12:00:00Z"), &json!("2026-01-31T12:01:00Z"))
    );
    assert_eq!(account(show(&app, &admin, &ids(&created)).await, 200), changed);
    let cleared = account(
        update(&app, &admin, &ids(&created), &json!({"website": null})).await,
        200,
    );
    assert_eq!(
        (&cleared["website"], &cleared["address"]),
        (&json!(null), &json!("1 Elm"))
    );
    let unchanged = account(update(&app, &admin, &ids(&created), &json!({})).await, 200);
    assert_eq!(unchanged, cleared);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_super_administrator_changes_the_plan_and_the_state() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let admin = member(&app, &created, "owner@example.com", &["owner"]).await;
    let reserved = json!({
        "licensePlan": "BUSINESS", "billingType": "ANNUAL", "maxUsers": 500, "ssoDomain": "example.com",
        "isDefaultAccount": true, "status": "INACTIVE",
    });
    for (field, value) in reserved.as_object().expect("an object") {
        let refused = update(&app, &admin, &ids(&created), &json!({field: value})).await;
        assert_forbidden(&refused, RESERVED);
    }
    // A client that sends the whole account back changes none of them.
    let same = account(show(&app, &admin, &ids(&created)).await, 200);
    let same = account(
        update(&app, &admin, &ids(&created), &with(same, &json!({"address": "1 Elm"}))).await,
        200,
    );
    assert_eq!(same["licensePlan"], "STARTER");
    let root = super_admin(&app).await;
    let mut allowed = reserved.clone();
    allowed["status"] = json!("ACTIVE");
    let changed = account(update(&app, &root, &ids(&created), &allowed).await, 200);
    for (field, value) in allowed.as_object().expect("an object") {
        assert_eq!(changed[field], *value, "{field}");
    }
    let cleared = account(
        update(&app, &root, &ids(&created), &json!({"ssoDomain": null})).await,
        200,
    );
    assert_eq!(cleared["ssoDomain"], json!(null));
    // A smaller plan limits the seats again.
    let smaller = json!({"licensePlan": "STARTER"});
    assert_eq!(
        account(update(&app, &root, &ids(&created), &smaller).await, 200)["maxUsers"],
        100
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_keeps_a_seat_for_each_member() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    for email in ["a@example.com", "b@example.com"] {
        member(&app, &created, email, &["coach"]).await;
    }
    let root = super_admin(&app).await;
    let refused = update(&app, &root, &ids(&created), &json!({"maxUsers": 2})).await;
    assert_error(
        &refused,
        409,
        "SEAT_LIMIT_REACHED",
        "The account has more users than maxUsers",
    );
    let fits = account(update(&app, &root, &ids(&created), &json!({"maxUsers": 3})).await, 200);
    assert_eq!((&fits["maxUsers"], &fits["userCount"]), (&json!(3), &json!(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_users_do_not_change_the_account() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let other = with(acme(), &json!({"adminEmail": "other@example.com"}));
    let other = account(create(&app, None, &other).await, 201);
    let change = json!({"accountName": "Taken over"});
    for (email, role) in [("group@example.com", "group_admin"), ("coach@example.com", "coach")] {
        let token = member(&app, &created, email, &[role]).await;
        assert_forbidden(&update(&app, &token, &ids(&created), &change).await, "Forbidden");
    }
    let stranger = member(&app, &other, "stranger@example.com", &["owner"]).await;
    assert_not_found(&update(&app, &stranger, &ids(&created), &change).await);
    let admin = member(&app, &created, "admin@example.com", &["admin"]).await;
    app.clock.advance(SignedDuration::from_hours(25));
    let stale = update(&app, &admin, &ids(&created), &change).await;
    assert_forbidden(&stale, "A recent sign-in is required");
    assert_eq!(organization(&app, &created).await.name, "Acme Corp");
}

/// The name is the user's in every contract.
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_does_not_rename_an_owner_nor_a_user_of_other_accounts() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let rename = json!({"adminName": "Someone Else"});
    let admin = member(&app, &created, "admin@example.com", &["admin"]).await;
    let refused = update(&app, &admin, &ids(&created), &rename).await;
    assert_forbidden(&refused, "The name of the administrator cannot be changed here");
    let ada = better_auth::sign_up(&app, "ada@example.com").await;
    let first = better_auth::create_organization(&app, &ada, "first").await;
    better_auth::create_organization(&app, &ada, "second").await;
    let owner = member(&app, &json!({"id": first}), "owner@example.com", &["owner"]).await;
    let refused = update(&app, &owner, &first, &rename).await;
    assert_forbidden(&refused, "The name of the administrator cannot be changed here");
    assert_eq!(
        account(update(&app, &ada, &first, &rename).await, 200)["admin"]["name"],
        "Someone Else"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_gets_its_first_plan_with_its_administrators_counted() {
    let app = start().await;
    let ada = better_auth::sign_up(&app, "ada@example.com").await;
    let id = better_auth::create_organization(&app, &ada, "acme").await;
    let created = json!({"id": id});
    member(&app, &created, "group@example.com", &["group_admin"]).await;
    let root = super_admin(&app).await;
    let changed = account(update(&app, &root, &id, &json!({"licensePlan": "BUSINESS"})).await, 200);
    assert_eq!(
        (&changed["licensePlan"], &changed["maxUsers"]),
        (&json!("BUSINESS"), &json!(100))
    );
    assert_eq!(organization(&app, &created).await.administrator_count, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let admin = member(&app, &created, "owner@example.com", &["owner"]).await;
    for (field, value) in [
        ("accountName", json!(null)),
        ("website", json!("ftp://acme.example")),
        ("ssoDomain", json!("")),
        ("address", json!(7)),
        ("licensePlan", json!("TEAM_STARTER")),
        ("maxUsers", json!(1.5)),
        ("status", json!("SUSPENDED")),
        ("adminName", json!("J")),
    ] {
        let refused = update(&app, &admin, &ids(&created), &json!({field: value}))
            .await
            .expect(400);
        assert_eq!(refused.json()["data"]["errors"][0]["field"], field);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_six_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let created = account(create(&app, None, &acme()).await, 201);
    let admin = member(&app, &created, "owner@example.com", &["owner"]).await;
    let changed = update(&app, &admin, &ids(&created), &json!({"accountName": "Acme Works"})).await;
    assert_eq!((changed.usage.dynamodb, changed.usage.kms), (6, 0));
}
