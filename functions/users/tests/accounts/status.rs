//! The activation status of users, as administrators of their account change it.

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::domain::user::BanTerms;
use shared::store::Changes;
use shared::testkit::accounts::STRONG_PASSWORD;
use shared::testkit::better_auth;

use super::{Account, GRACE, OWNER, assert_code, data, login_request, patch, start, user};

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_user_signs_in_nowhere_until_active_again() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let (token, shown) = account.create_active_user(&app, GRACE, "COACH").await;
    let set = |status: &str| json!({ "activationStatus": status });
    let updated = data(
        &patch(&app, &account.owner, &shown["id"], &set("INACTIVE"))
            .await
            .expect(200),
    );
    assert_eq!(updated["activationStatus"], "INACTIVE");
    assert!(!better_auth::is_live(&app, &token).await);
    assert_code(
        &login_request(&app, GRACE, STRONG_PASSWORD).send().await,
        403,
        "USER_INACTIVE",
    );
    let _ = better_auth::try_sign_in(&app, GRACE, STRONG_PASSWORD).await.expect(403);

    let updated = data(
        &patch(&app, &account.owner, &shown["id"], &set("ACTIVE"))
            .await
            .expect(200),
    );
    assert_eq!(updated["activationStatus"], "ACTIVE");
    assert!(!better_auth::is_live(&app, &token).await, "its sessions stay ended");
    let _ = login_request(&app, GRACE, STRONG_PASSWORD).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn states_that_the_user_reaches_are_not_set() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    let set = |status: &str| json!({ "activationStatus": status });
    for status in ["ACTIVE", "PENDING_EMAIL_VERIFICATION", "PENDING_ACCOUNT_CREATION"] {
        assert_code(
            &patch(&app, &account.owner, &shown["id"], &set(status)).await,
            409,
            "CONFLICT",
        );
    }
    let unchanged = data(
        &patch(&app, &account.owner, &shown["id"], &set("INVITED"))
            .await
            .expect(200),
    );
    assert_eq!(unchanged["activationStatus"], "INVITED");
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &set("GONE")).await,
        400,
        "VALIDATION_ERROR",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_is_not_lifted_here() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    let mut banned = user(&app, &shown["id"]).await.expect("a user");
    let terms = BanTerms {
        reason: "spam".to_owned(),
        until: None,
    };
    banned.ban(terms, app.clock.now());
    let committed = app.core().store.commit(Changes::new().update_user(&banned)).await;
    committed.expect("a commit");
    let active = json!({"activationStatus": "ACTIVE"});
    assert_code(
        &patch(&app, &account.owner, &shown["id"], &active).await,
        409,
        "CONFLICT",
    );
    let inactive = json!({"activationStatus": "INACTIVE"});
    let _ = patch(&app, &account.owner, &shown["id"], &inactive).await.expect(200);
    // The user stays inactive when the ban ends.
    let stored = user(&app, &shown["id"]).await.expect("a user");
    assert!(matches!(stored.status, UserStatus::Banned { former, .. } if *former == UserStatus::Inactive));
}
