//! Taking a role from a user, or the user from the account.

use serde_json::{Value, json};
use shared::testkit::better_auth;

use super::{
    ALAN, Account, GRACE, OWNER, assert_code, data, delete, id_of, owner_of, patch, put_roles, start, super_admin, user,
};

fn body(account: &Account, role: &str, email: &str) -> Value {
    json!({"accountId": account.number.0, "role": role, "email": email})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_taken_and_with_the_last_one_the_user() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (session, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    let id = &shown["id"];
    let _ = patch(&app, &account.owner, id, &json!({"role": "SPONSOR"}))
        .await
        .expect(200);
    let taken = data(
        &delete(&app, &account.owner, id, &body(&account, "COACH", "Grace@example.com"))
            .await
            .expect(200),
    );
    assert_eq!(
        taken,
        json!({"id": id, "userId": shown["userId"], "removedRole": "COACH", "deleted": false, "remainingRoles": ["SPONSOR"]})
    );
    assert_code(
        &delete(&app, &account.owner, id, &body(&account, "COACH", GRACE)).await,
        404,
        "NOT_FOUND",
    );

    let taken = data(
        &delete(&app, &account.owner, id, &body(&account, "SPONSOR", GRACE))
            .await
            .expect(200),
    );
    assert_eq!(
        (&taken["deleted"], &taken["remainingRoles"]),
        (&json!(true), &json!([]))
    );
    assert!(!better_auth::is_live(&app, &session).await);
    assert_eq!((user(&app, id).await, owner_of(&app, GRACE).await), (None, None));
    let organization = app.core().store.find_organization(account.id).await.expect("an answer");
    assert_eq!(organization.expect("an organization").member_count, 1);
    assert_code(
        &delete(&app, &account.owner, id, &body(&account, "SPONSOR", GRACE)).await,
        404,
        "NOT_FOUND",
    );
    // The address is free, and the seat too.
    let _ = account.create_user(&app, GRACE, "COACH").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_has_to_be_that_of_the_user() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    let answer = delete(&app, &account.owner, &shown["id"], &body(&account, "COACH", ALAN)).await;
    assert_code(&answer, 409, "CONFLICT");
    let answer = delete(
        &app,
        &account.owner,
        &shown["id"],
        &body(&account, "SUPER_ADMIN", GRACE),
    )
    .await;
    assert_code(&answer, 400, "VALIDATION_ERROR");
    assert!(user(&app, &shown["id"]).await.is_some());
}

/// A user with another organization, or an own sign-up, is more than what the account made of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_others_only_leaves_the_account() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let member = account.join(&app, ALAN, &["coach"]).await;
    let (created, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    let _ = better_auth::create_organization(&app, &created, "hopper").await;
    for (token, id, email, organizations) in [
        (&member, id_of(&app, &member).await, ALAN, 0),
        (&created, shown["id"].clone(), GRACE, 1),
    ] {
        let taken = data(
            &delete(&app, &account.owner, &id, &body(&account, "COACH", email))
                .await
                .expect(200),
        );
        assert_eq!(
            (&taken["deleted"], &taken["remainingRoles"]),
            (&json!(false), &json!([]))
        );
        assert!(better_auth::is_live(&app, token).await);
        let stored = user(&app, &id).await.expect("a user");
        assert_eq!(stored.memberships.len(), organizations);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_is_not_deleted() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let root = super_admin(&app).await;
    let owner = id_of(&app, &account.owner).await;
    let request = body(&account, "ADMIN", OWNER);
    for token in [&root, &account.owner] {
        assert_code(&delete(&app, token, &owner, &request).await, 409, "CONFLICT");
    }
    let _ = account.create_user(&app, GRACE, "COACH").await;
    for token in [&root, &account.owner] {
        assert_code(&delete(&app, token, &owner, &request).await, 409, "CONFLICT");
    }
    let promoted = account.create_user(&app, ALAN, "GROUP_ADMIN").await;
    let answer = delete(&app, &root, &owner, &request).await.expect(200);
    assert_eq!(data(&answer)["deleted"], false, "the owner has signed up alone");
    let last = body(&account, "GROUP_ADMIN", ALAN);
    assert_code(&delete(&app, &root, &promoted["id"], &last).await, 409, "CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_admin_deletes_no_admin() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let group_admin = account.join(&app, "group@example.com", &["group_admin"]).await;
    let admin = account.create_user(&app, GRACE, "ADMIN").await;
    let answer = delete(&app, &group_admin, &admin["id"], &body(&account, "ADMIN", GRACE)).await;
    assert_code(&answer, 403, "FORBIDDEN");
    // A deactivated role is one, too.
    let roles = json!({"accountId": account.number.0, "roles": ["ADMIN", "COACH"]});
    let _ = put_roles(&app, &account.owner, &admin["id"], &roles).await.expect(200);
    let deactivate = json!({"role": "ADMIN", "roleOperation": "DEACTIVATE_ROLE"});
    let _ = patch(&app, &account.owner, &admin["id"], &deactivate).await.expect(200);
    let taken = data(
        &delete(&app, &group_admin, &admin["id"], &body(&account, "COACH", GRACE))
            .await
            .expect(200),
    );
    assert_eq!(
        (&taken["deleted"], &taken["remainingRoles"]),
        (&json!(false), &json!(["ADMIN"]))
    );
    let answer = delete(&app, &group_admin, &admin["id"], &body(&account, "ADMIN", GRACE)).await;
    assert_code(&answer, 403, "FORBIDDEN");
}
