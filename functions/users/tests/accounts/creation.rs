//! Users whom administrators of an account create.

use serde_json::{Value, json};
use shared::testkit::accounts::STRONG_PASSWORD;
use shared::testkit::platform::set_seats_of_starter;

use super::{
    ALAN, Account, GRACE, LINKS, OWNER, STRONG, USERS, activate, active, assert_code, data, login_request, owner_of,
    post, roles, start, start_with, super_admin, user,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_is_invited_and_signs_in_after_choosing_a_password() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let creator = app.caller(&account.owner).await.user.number.0;
    let body = json!({
        "email": "Grace@Example.com", "role": "COACH", "accountId": account.number.0, "name": " Grace Hopper ",
        "createdBy": creator, "programId": 7, "skipEmail": false,
    });
    let created = data(&post(&app, &account.owner, USERS, &body).await.expect(201));
    assert_eq!(
        (
            &created["email"],
            &created["name"],
            &created["role"],
            &created["activeRoleName"]
        ),
        (&json!(GRACE), &json!("Grace Hopper"), &json!("COACH"), &json!("COACH"))
    );
    assert_eq!(
        (
            &created["activationStatus"],
            &created["emailVerified"],
            &created["createdBy"],
            &created["programId"]
        ),
        (&json!("INVITED"), &Value::Null, &json!(creator), &json!(7))
    );
    assert_eq!(
        (roles(&created), &created["accountId"]),
        (active(&["COACH"]), &json!(account.number.0))
    );
    let mail = app.last_mail("account-invitation");
    assert_eq!(mail.to, [GRACE]);

    assert_code(
        &login_request(&app, GRACE, STRONG_PASSWORD).send().await,
        401,
        "INVALID_CREDENTIALS",
    );
    activate(&app).await;
    let login = data(&login_request(&app, GRACE, STRONG_PASSWORD).send().await.expect(200));
    assert_eq!(
        (
            &login["user"]["id"],
            &login["user"]["activationStatus"],
            &login["user"]["createdBy"]
        ),
        (&created["id"], &json!("ACTIVE"), &json!(creator))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_the_user_is_invited_all_the_same() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let body = json!({"email": GRACE, "role": "SPONSOR", "accountId": account.number.0, "skipEmail": true});
    let created = data(&post(&app, &account.owner, USERS, &body).await.expect(201));
    assert_eq!(
        (&created["activationStatus"], &created["name"], &created["programId"]),
        (&json!("INVITED"), &Value::Null, &Value::Null)
    );
    assert_eq!(app.count_mails("account-invitation"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let valid = json!({"email": GRACE, "role": "COACH", "accountId": account.number.0});
    for (field, value) in [
        ("email", json!("nothing")),
        ("email", Value::Null),
        ("role", json!("SUPER_ADMIN")),
        ("role", json!("coach")),
        ("role", json!(["COACH"])),
        ("accountId", json!("1")),
        ("accountId", json!(0)),
        ("accountId", json!(1.5)),
        ("name", json!("Al")),
        ("name", json!("x".repeat(101))),
        ("name", json!("Gr\u{202e}ace")),
        ("createdBy", json!("me")),
        ("programId", json!(-1)),
        ("programId", Value::Null),
        ("skipEmail", json!("true")),
    ] {
        let mut body = valid.clone();
        body[field] = value.clone();
        let answer = post(&app, &account.owner, USERS, &body).await;
        assert_code(&answer, 400, "VALIDATION_ERROR");
        assert_eq!(answer.json()["data"]["errors"][0]["field"], field, "{value}");
    }
    let answer = post(&app, &account.owner, USERS, &json!({})).await;
    assert_eq!(
        answer.json()["data"]["errors"].as_array().map(Vec::len),
        Some(3),
        "{}",
        answer.text()
    );
    assert_eq!(owner_of(&app, GRACE).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_one_user() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let other = Account::found(&app, "other@example.com", 5).await;
    let _ = account.create_user(&app, GRACE, "COACH").await;
    for (token, number, email) in [
        (&account.owner, account.number.0, "GRACE@example.com"),
        (&other.owner, other.number.0, GRACE),
        (&account.owner, account.number.0, OWNER),
    ] {
        let body = json!({"email": email, "role": "COACH", "accountId": number});
        assert_code(&post(&app, token, USERS, &body).await, 409, "EMAIL_ALREADY_EXISTS");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_creator_is_the_caller() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let body = json!({"email": GRACE, "role": "COACH", "accountId": account.number.0, "createdBy": 4711});
    assert_code(&post(&app, &account.owner, USERS, &body).await, 403, "FORBIDDEN");
    let body = json!({"email": GRACE, "role": "COACH", "accountId": account.number.0, "createdBy": null});
    let created = data(&post(&app, &account.owner, USERS, &body).await.expect(201));
    assert_eq!(created["createdBy"], app.caller(&account.owner).await.user.number.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_admin_creates_no_admin_and_an_admin_no_owner() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 9).await;
    let group_admin = account.join(&app, "group@example.com", &["group_admin"]).await;
    let admin = account.join(&app, "admin@example.com", &["admin"]).await;
    let body = |email: &str, role: &str| json!({"email": email, "role": role, "accountId": account.number.0});
    assert_code(
        &post(&app, &group_admin, USERS, &body(GRACE, "ADMIN")).await,
        403,
        "FORBIDDEN",
    );
    let _ = post(&app, &group_admin, USERS, &body(GRACE, "GROUP_ADMIN"))
        .await
        .expect(201);
    let by_admin = data(&post(&app, &admin, USERS, &body(ALAN, "ADMIN")).await.expect(201));
    let by_owner = data(
        &post(&app, &account.owner, USERS, &body("ada@example.com", "ADMIN"))
            .await
            .expect(201),
    );
    for (created, role) in [(by_admin, "admin"), (by_owner, "owner")] {
        assert_eq!(created["role"], "ADMIN");
        let stored = user(&app, &created["id"]).await.expect("a user");
        assert_eq!(stored.memberships[0].roles.to_string(), role);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_super_administrator_creates_users_in_every_account() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let root = super_admin(&app).await;
    let body = json!({"email": GRACE, "role": "ADMIN", "accountId": account.number.0});
    let created = data(&post(&app, &root, USERS, &body).await.expect(201));
    assert_eq!(created["accountId"], account.number.0);
    let body = json!({"email": ALAN, "role": "COACH", "accountId": 4711});
    assert_code(&post(&app, &root, USERS, &body).await, 404, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_and_mails_are_limited() {
    let app = start_with(&[("RATE_LIMITS", "on"), ("LIMIT_INVITATIONS_OF_USER", "2/3600")]).await;
    let account = Account::found(&app, OWNER, 4).await;
    let body = |email: &str, skip: bool| json!({"email": email, "role": "COACH", "accountId": account.number.0, "skipEmail": skip});
    for email in [GRACE, ALAN] {
        let _ = post(&app, &account.owner, USERS, &body(email, false)).await.expect(201);
    }
    let limited = post(&app, &account.owner, USERS, &body("third@example.com", false)).await;
    assert_code(&limited, 429, "RATE_LIMITED");
    assert_eq!(owner_of(&app, "third@example.com").await, None);
    let _ = post(&app, &account.owner, USERS, &body("third@example.com", true))
        .await
        .expect(201);
    let full = post(&app, &account.owner, USERS, &body("fourth@example.com", true)).await;
    assert_code(&full, 409, "SEAT_LIMIT_REACHED");
    assert_eq!(owner_of(&app, "fourth@example.com").await, None);
}

/// A lowered plan limits every way into an account, also one that asked for more seats.
#[tokio::test(flavor = "multi_thread")]
async fn the_seats_of_the_plan_hold() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 50).await;
    let body = |email: &str| json!({"email": email, "role": "COACH", "accountId": account.number.0, "skipEmail": true});
    let link = data(
        &post(
            &app,
            &account.owner,
            LINKS,
            &json!({"role": "COACH", "accountId": account.number.0}),
        )
        .await,
    );
    let register = json!({"token": link["token"], "email": ALAN, "name": "Alan Turing", "password": STRONG});
    let accept = async || app.post(&format!("{LINKS}/accept")).json(&register).send().await;
    set_seats_of_starter(&app, 1, 1).await;
    let full = post(&app, &account.owner, USERS, &body(GRACE)).await;
    assert_code(&full, 409, "SEAT_LIMIT_REACHED");
    assert_code(&accept().await, 409, "SEAT_LIMIT_REACHED");
    let rows = json!({"filename": "users.csv", "users": [body("row@example.com")]});
    let uploaded = data(&post(&app, &account.owner, &format!("{USERS}/bulk"), &rows).await);
    assert_eq!(uploaded["failed"], 1);
    set_seats_of_starter(&app, 3, 1).await;
    let _ = post(&app, &account.owner, USERS, &body(GRACE)).await.expect(201);
    let _ = accept().await.expect(201);
    let full = post(&app, &account.owner, USERS, &body("third@example.com")).await;
    assert_code(&full, 409, "SEAT_LIMIT_REACHED");
}
