//! Names and addresses of users, as administrators of their account change them.

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{OrganizationPatch, Patch, PlatformRole};
use shared::store::Changes;
use shared::testkit::accounts::{STRONG_PASSWORD, activate};
use shared::testkit::{TestApp, better_auth};

use super::{
    ALAN, Account, GRACE, OWNER, assert_code, data, id_of, login_request, owner_of, patch, put_roles, start,
    super_admin, user,
};

const NEW: &str = "new@example.com";

/// A super administrator lets the administrators of the account replace addresses of the domain.
async fn vouch_for(app: &TestApp, account: &Account, domain: &str) {
    let store = &app.core().store;
    let seen = store
        .find_organization(account.id)
        .await
        .expect("an answer")
        .expect("an account");
    let mut patch = OrganizationPatch::default();
    patch.account.sso_domain = Patch::Set(domain.to_owned());
    let changes = Changes::new().update_organization(&seen, &patch, app.clock.now());
    store.commit(changes).await.expect("a commit");
}

/// Any user may own an account and create users in it with the addresses of other people.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_its_owner_has_verified_is_replaced_in_a_vouched_domain_only() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (session, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    let change = json!({"email": NEW});
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &change).await,
        403,
        "FORBIDDEN",
    );
    vouch_for(&app, &account, "example.net").await;
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &change).await,
        403,
        "FORBIDDEN",
    );
    assert!(better_auth::is_live(&app, &session).await);
    vouch_for(&app, &account, "example.com").await;
    let _ = patch(&app, &account.owner, &shown["id"], &change).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_is_told_to_both_mailboxes_and_has_to_be_verified() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (session, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    vouch_for(&app, &account, "example.com").await;
    let change = json!({"email": "New@Example.com", "name": "Grace B. Hopper"});
    let updated = data(&patch(&app, &account.owner, &shown["id"], &change).await.expect(200));
    assert_eq!(
        (
            &updated["email"],
            &updated["emailVerified"],
            &updated["activationStatus"],
            &updated["name"]
        ),
        (
            &json!(NEW),
            &Value::Null,
            &json!("PENDING_EMAIL_VERIFICATION"),
            &json!("Grace B. Hopper")
        )
    );
    assert_eq!(app.last_mail("email-changed").to, [GRACE]);
    assert_eq!(app.last_mail("verify-email").to, [NEW]);
    assert!(
        !better_auth::is_live(&app, &session).await,
        "sessions end with the address"
    );
    assert_eq!(owner_of(&app, GRACE).await, None);
    assert_code(
        &login_request(&app, GRACE, STRONG_PASSWORD).send().await,
        401,
        "INVALID_CREDENTIALS",
    );
    assert_code(
        &login_request(&app, NEW, STRONG_PASSWORD).send().await,
        403,
        "EMAIL_NOT_VERIFIED",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_follows_the_address() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    let earlier = app.mailed_token("account-invitation");
    let updated = data(
        &patch(&app, &account.owner, &shown["id"], &json!({"email": NEW}))
            .await
            .expect(200),
    );
    assert_eq!(updated["activationStatus"], "INVITED");
    assert_eq!(app.last_mail("account-invitation").to, [NEW]);
    assert_eq!(app.last_mail("email-changed").to, [GRACE]);
    assert_ne!(app.mailed_token("account-invitation"), earlier);
    activate(&app).await;
    let _ = login_request(&app, NEW, STRONG_PASSWORD).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_has_a_user_is_refused() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    let change = json!({"email": OWNER, "name": "Another"});
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &change).await,
        409,
        "EMAIL_ALREADY_EXISTS",
    );
    let stored = user(&app, &shown["id"]).await.expect("a user");
    assert_eq!((stored.email.as_str(), stored.name.as_str()), (GRACE, "Grace Hopper"));
    assert_eq!(app.count_mails("email-changed"), 0);
    // The present address is no change.
    let _ = patch(&app, &account.owner, &shown["id"], &json!({"email": GRACE}))
        .await
        .expect(200);
    assert_eq!(app.count_mails("email-changed"), 0);
}

/// What an administrator of one account must not change of a user: it would hold in every other account, too.
async fn refused_beyond_roles(app: &TestApp, account: &Account, admin: &str, id: &Value) {
    for change in [
        json!({"name": "Mallory"}),
        json!({"email": "mallory@example.com"}),
        json!({"activationStatus": "INACTIVE"}),
        json!({"role": "MANAGER", "email": "mallory@example.com"}),
    ] {
        assert_code(&patch(app, admin, id, &change).await, 403, "FORBIDDEN");
    }
    let replace = json!({"accountId": account.number.0, "name": "Mallory", "roles": ["COACH"]});
    assert_code(&put_roles(app, admin, id, &replace).await, 403, "FORBIDDEN");
    let _ = patch(app, admin, id, &json!({"role": "SPONSOR"})).await.expect(200);
    let replace = json!({"accountId": account.number.0, "roles": ["COACH"]});
    let _ = put_roles(app, admin, id, &replace).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_signed_up_alone_keeps_name_address_and_status() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let member = account.join(&app, ALAN, &["coach"]).await;
    let id = id_of(&app, &member).await;
    refused_beyond_roles(&app, &account, &account.owner, &id).await;
    let stored = user(&app, &id).await.expect("a user");
    assert_eq!(stored.email.as_str(), ALAN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_two_accounts_keeps_name_address_and_status() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (token, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    let _ = better_auth::create_organization(&app, &token, "hopper").await;
    refused_beyond_roles(&app, &account, &account.owner, &shown["id"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_of_the_service_keeps_name_address_and_status() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (token, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    app.change_user(&token, |user| user.roles = [PlatformRole::Admin].into())
        .await;
    refused_beyond_roles(&app, &account, &account.owner, &shown["id"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_change_their_own_name_and_nothing_else() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (_, admin) = account.create_active_user(&app, ALAN, "ADMIN").await;
    let (token, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    app.clock.advance(jiff::SignedDuration::from_hours(30));
    let renamed = data(
        &patch(&app, &token, &shown["id"], &json!({"name": "Amazing Grace"}))
            .await
            .expect(200),
    );
    assert_eq!(renamed["name"], "Amazing Grace");
    let stale = patch(&app, &token, &shown["id"], &json!({"role": "ADMIN"})).await;
    assert_code(&stale, 403, "FORBIDDEN");
    let fresh = shared::testkit::accounts::sign_in(&app, GRACE).await;
    for change in [
        json!({"role": "ADMIN"}),
        json!({"name": "Grace", "email": NEW}),
        json!({"activeRoleName": "COACH"}),
        json!({"emailVerified": null}),
        json!({}),
    ] {
        assert_code(&patch(&app, &fresh, &shown["id"], &change).await, 403, "FORBIDDEN");
    }
    let other = id_of(&app, &account.owner).await;
    assert_code(
        &patch(&app, &fresh, &other, &json!({"name": "Mallory"})).await,
        403,
        "FORBIDDEN",
    );
    // Not even an administrator changes with what they sign in, or whether.
    let fresh = shared::testkit::accounts::sign_in(&app, ALAN).await;
    for change in [json!({"email": NEW}), json!({"activationStatus": "INACTIVE"})] {
        assert_code(&patch(&app, &fresh, &admin["id"], &change).await, 403, "FORBIDDEN");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_super_administrator_confirms_an_address_and_none_is_verified_by_being_written() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let root = super_admin(&app).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    let at = "2026-01-15T09:30:00Z";
    let confirm = json!({ "emailVerified": at });
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &confirm).await,
        403,
        "FORBIDDEN",
    );
    let moved = json!({"emailVerified": at, "email": NEW});
    let updated = data(&patch(&app, &root, &shown["id"], &moved).await.expect(200));
    assert_eq!(
        (&updated["email"], &updated["emailVerified"]),
        (&json!(NEW), &Value::Null)
    );
    let updated = data(&patch(&app, &root, &shown["id"], &confirm).await.expect(200));
    assert!(!updated["emailVerified"].is_null());
    let updated = data(
        &patch(&app, &root, &shown["id"], &json!({"emailVerified": null}))
            .await
            .expect(200),
    );
    assert_eq!(updated["emailVerified"], Value::Null);
    let wrong = patch(&app, &root, &shown["id"], &json!({"emailVerified": "yesterday"})).await;
    assert_code(&wrong, 400, "VALIDATION_ERROR");
}
