//! Roles of the users of an account: adding, deactivating, removing and replacing them.

use serde_json::json;
use shared::domain::PlatformRole;
use shared::testkit::accounts::STRONG_PASSWORD;

use super::{
    ALAN, Account, GRACE, OWNER, USERS, active, assert_code, data, id_of, login_request, patch, post, put_roles, roles,
    start, super_admin, user,
};

fn states(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given
        .iter()
        .map(|(name, status)| ((*name).to_owned(), (*status).to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_added_and_becomes_the_active_one() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let id = account.create_user(&app, GRACE, "COACH").await["id"].clone();
    let updated = data(
        &patch(&app, &account.owner, &id, &json!({"role": "MANAGER"}))
            .await
            .expect(200),
    );
    assert_eq!(roles(&updated), active(&["COACH", "MANAGER"]));
    assert_eq!(
        (&updated["role"], &updated["activeRoleName"]),
        (&json!("MANAGER"), &json!("MANAGER"))
    );
    let updated = data(
        &patch(&app, &account.owner, &id, &json!({"activeRoleName": "COACH"}))
            .await
            .expect(200),
    );
    assert_eq!(updated["role"], "COACH");
    for (name, status) in [("SPONSOR", 404), ("SUPER_ADMIN", 404)] {
        let answer = patch(&app, &account.owner, &id, &json!({"activeRoleName": name})).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deactivated_role_gives_no_rights() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (admin, shown) = account.create_active_user(&app, GRACE, "ADMIN").await;
    let new = |email: &str| json!({"email": email, "role": "COACH", "accountId": account.number.0});
    let _ = post(&app, &admin, USERS, &new("first@example.com")).await.expect(201);

    let change = json!({"role": "ADMIN", "roleOperation": "DEACTIVATE_ROLE"});
    let updated = data(&patch(&app, &account.owner, &shown["id"], &change).await.expect(200));
    assert_eq!(roles(&updated), states(&[("ADMIN", "INACTIVE")]));
    assert_code(
        &post(&app, &admin, USERS, &new("second@example.com")).await,
        403,
        "FORBIDDEN",
    );
    let invitation = json!({"email": ALAN, "role": "member", "organizationId": account.id.to_string()});
    let invite = app.post("/api/auth/organization/invite-member").bearer(&admin);
    let _ = invite.json(&invitation).send().await.expect(403);
    assert_code(
        &login_request(&app, GRACE, STRONG_PASSWORD).send().await,
        403,
        "FORBIDDEN",
    );
    let active_role = patch(&app, &account.owner, &shown["id"], &json!({"activeRoleName": "ADMIN"})).await;
    assert_code(&active_role, 409, "CONFLICT");

    let change = json!({"role": "ADMIN", "roleOperation": "ACTIVATE_ROLE"});
    let updated = data(&patch(&app, &account.owner, &shown["id"], &change).await.expect(200));
    assert_eq!(roles(&updated), active(&["ADMIN"]));
    let _ = post(&app, &admin, USERS, &new("second@example.com")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_not_held_is_404_and_the_last_one_stays() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let id = account.create_user(&app, GRACE, "COACH").await["id"].clone();
    for operation in ["ACTIVATE_ROLE", "DEACTIVATE_ROLE", "REMOVE_ROLE"] {
        let change = json!({"role": "SPONSOR", "roleOperation": operation});
        assert_code(&patch(&app, &account.owner, &id, &change).await, 404, "NOT_FOUND");
        let incomplete = patch(&app, &account.owner, &id, &json!({"roleOperation": operation})).await;
        assert_code(&incomplete, 400, "VALIDATION_ERROR");
    }
    let remove = json!({"role": "COACH", "roleOperation": "REMOVE_ROLE"});
    assert_code(&patch(&app, &account.owner, &id, &remove).await, 409, "CONFLICT");
    let _ = patch(&app, &account.owner, &id, &json!({"role": "SPONSOR"}))
        .await
        .expect(200);
    let updated = data(&patch(&app, &account.owner, &id, &remove).await.expect(200));
    assert_eq!(roles(&updated), active(&["SPONSOR"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_of_an_account_stays() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let owner = id_of(&app, &account.owner).await;
    let root = super_admin(&app).await;
    let _ = patch(&app, &account.owner, &owner, &json!({"role": "COACH"}))
        .await
        .expect(200);
    let number = account.number.0;
    for operation in ["REMOVE_ROLE", "DEACTIVATE_ROLE"] {
        let change = json!({"role": "ADMIN", "roleOperation": operation, "accountId": number});
        assert_code(&patch(&app, &root, &owner, &change).await, 409, "CONFLICT");
        assert_code(&patch(&app, &account.owner, &owner, &change).await, 409, "CONFLICT");
    }
    let replace = json!({"accountId": number, "roles": ["COACH"]});
    assert_code(&put_roles(&app, &root, &owner, &replace).await, 409, "CONFLICT");
    // Another one, even a GROUP_ADMIN, is enough.
    let _ = account.create_user(&app, GRACE, "GROUP_ADMIN").await;
    let replaced = data(&put_roles(&app, &root, &owner, &replace).await.expect(200));
    assert_eq!(roles(&replaced), active(&["COACH"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_admin_neither_grants_nor_removes_admin() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let group_admin = account.join(&app, "group@example.com", &["group_admin"]).await;
    let admin = account.create_user(&app, GRACE, "ADMIN").await["id"].clone();
    let coach = account.create_user(&app, ALAN, "COACH").await["id"].clone();
    for (id, change) in [
        (&coach, json!({"role": "ADMIN"})),
        (&admin, json!({"role": "ADMIN", "roleOperation": "REMOVE_ROLE"})),
        (&admin, json!({"role": "ADMIN", "roleOperation": "DEACTIVATE_ROLE"})),
        (&admin, json!({"name": "Mallory"})),
        (&admin, json!({"email": "mallory@example.com"})),
        (&admin, json!({"activationStatus": "INACTIVE"})),
        (&coach, json!({"role": "SUPER_ADMIN"})),
        (&coach, json!({"emailVerified": "2026-01-15T09:30:00Z"})),
    ] {
        assert_code(&patch(&app, &group_admin, id, &change).await, 403, "FORBIDDEN");
    }
    let replace = json!({"accountId": account.number.0, "roles": ["COACH"]});
    assert_code(&put_roles(&app, &group_admin, &coach, &replace).await, 403, "FORBIDDEN");
    let updated = data(
        &patch(&app, &group_admin, &coach, &json!({"role": "GROUP_ADMIN"}))
            .await
            .expect(200),
    );
    assert_eq!(roles(&updated), active(&["COACH", "GROUP_ADMIN"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_does_not_demote_an_owner() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let admin = account.join(&app, "admin@example.com", &["admin"]).await;
    let owner = id_of(&app, &account.owner).await;
    let number = account.number.0;
    let change = json!({"role": "ADMIN", "roleOperation": "REMOVE_ROLE"});
    assert_code(&patch(&app, &admin, &owner, &change).await, 403, "FORBIDDEN");
    let replace = json!({"accountId": number, "roles": ["COACH"]});
    assert_code(&put_roles(&app, &admin, &owner, &replace).await, 403, "FORBIDDEN");
    // The owner keeps the role, so nothing is taken away.
    let extend = json!({"accountId": number, "roles": ["ADMIN", "COACH"]});
    let replaced = data(&put_roles(&app, &admin, &owner, &extend).await.expect(200));
    assert_eq!(roles(&replaced), active(&["ADMIN", "COACH"]));
    let stored = user(&app, &owner).await.expect("a user");
    assert!(stored.memberships[0].roles.is_owner());
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_roles_are_replaced() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let id = account.create_user(&app, GRACE, "COACH").await["id"].clone();
    let body = json!({"accountId": account.number.0, "name": "Rear Admiral", "roles": ["SPONSOR", "ADMIN", "SPONSOR"]});
    let replaced = data(&put_roles(&app, &account.owner, &id, &body).await.expect(200));
    assert_eq!(replaced["name"], "Rear Admiral");
    assert_eq!(roles(&replaced), active(&["ADMIN", "SPONSOR"]));
    for wrong in [
        json!({"roles": ["COACH"]}),
        json!({"accountId": account.number.0, "roles": []}),
        json!({"accountId": account.number.0, "roles": ["SUPER_ADMIN"]}),
        json!({"accountId": account.number.0, "roles": "COACH"}),
        json!({"accountId": account.number.0, "name": "Al"}),
    ] {
        let answer = put_roles(&app, &account.owner, &id, &wrong).await;
        assert_code(&answer, 400, "VALIDATION_ERROR");
    }
    let kept = json!({"accountId": account.number.0});
    assert_eq!(
        roles(&data(&put_roles(&app, &account.owner, &id, &kept).await)),
        active(&["ADMIN", "SPONSOR"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_super_administrator_makes_another_one() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let root = super_admin(&app).await;
    let (token, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    let grant = json!({"role": "SUPER_ADMIN"});
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &grant).await,
        403,
        "FORBIDDEN",
    );
    let updated = data(&patch(&app, &root, &shown["id"], &grant).await.expect(200));
    assert_eq!(
        (roles(&updated), &updated["role"]),
        (active(&["SUPER_ADMIN", "COACH"]), &json!("SUPER_ADMIN"))
    );
    // A session from before does not gain the role.
    assert!(!shared::testkit::better_auth::is_live(&app, &token).await);
    let stored = user(&app, &shown["id"]).await.expect("a user");
    assert_eq!(stored.roles, [PlatformRole::SuperAdmin].into());

    let number = account.number.0;
    let change = |operation: &str| json!({"role": "SUPER_ADMIN", "roleOperation": operation, "accountId": number});
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &change("REMOVE_ROLE")).await,
        403,
        "FORBIDDEN",
    );
    assert_code(
        &patch(&app, &root, &shown["id"], &change("DEACTIVATE_ROLE")).await,
        409,
        "CONFLICT",
    );
    let updated = data(
        &patch(&app, &root, &shown["id"], &change("REMOVE_ROLE"))
            .await
            .expect(200),
    );
    assert_eq!(roles(&updated), active(&["COACH"]));
    assert_code(
        &patch(&app, &root, &shown["id"], &change("REMOVE_ROLE")).await,
        404,
        "NOT_FOUND",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_super_administrator_keeps_the_own_role() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    app.change_user(&account.owner, |user| user.roles = [PlatformRole::SuperAdmin].into())
        .await;
    let own = id_of(&app, &account.owner).await;
    let change = json!({"role": "SUPER_ADMIN", "roleOperation": "REMOVE_ROLE"});
    assert_code(&patch(&app, &account.owner, &own, &change).await, 403, "FORBIDDEN");
}

/// Applications go by the role in which a user acts.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_with_fewer_rights_does_not_choose_the_role_in_which_a_user_acts() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let owner = id_of(&app, &account.owner).await;
    let admin = account.join(&app, "admin@example.com", &["admin"]).await;
    let group_admin = account.join(&app, "group@example.com", &["group_admin"]).await;
    for caller in [&admin, &group_admin] {
        for change in [json!({"role": "COACH"}), json!({"activeRoleName": "ADMIN"})] {
            assert_code(&patch(&app, caller, &owner, &change).await, 403, "FORBIDDEN");
        }
    }
    let kept = user(&app, &owner).await.expect("a user");
    assert_eq!(kept.memberships[0].active_role, None);
}
