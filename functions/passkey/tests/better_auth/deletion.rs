//! What is left of passkeys when their user goes.

use serde_json::json;
use shared::domain::UserId;
use shared::store::Changes;
use shared::testkit::{Authenticator, TestApp};

use super::{ADA, BOB, assert_error, list, register, sign_in, sign_up, start, user_with_passkey};

#[tokio::test(flavor = "multi_thread")]
async fn the_passkeys_of_a_deleted_user_go_too() {
    let app = start().await;
    let (ada, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    register(&app, &ada, &mut Authenticator::new(2)).await;
    let request = app.post("/api/auth/delete-user").bearer(&ada);
    let _ = request
        .json(&json!({"password": super::PASSWORD}))
        .send()
        .await
        .expect(200);
    let answer = sign_in(&app, &mut authenticator).await;
    assert_error(&answer, 401, "PASSKEY_NOT_FOUND", "Passkey not found");
    // Nothing claims them any more.
    let bob = sign_up(&app, BOB).await;
    for seed in [1, 2] {
        register(&app, &bob, &mut Authenticator::new(seed)).await;
    }
    assert_eq!(list(&app, &bob).await.len(), 2);
}

/// The user is gone, and nothing has cleared away what is left of them.
pub async fn vanish(app: &TestApp, token: &str) -> UserId {
    let user = app.caller(token).await.user;
    let gone = Changes::new().delete_user(&user).release_email(&user.email, user.id);
    app.core().store.commit(gone).await.expect("a commit");
    user.id
}

/// After a clean-up that failed: a deleted user does not keep the authenticator from being registered again.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_deletion_left_behind_claims_nothing() {
    let app = start().await;
    let (ada, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let gone = vanish(&app, &ada).await;
    let answer = sign_in(&app, &mut authenticator).await;
    assert_error(&answer, 401, "PASSKEY_NOT_FOUND", "Passkey not found");
    let bob = sign_up(&app, BOB).await;
    register(&app, &bob, &mut authenticator).await;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(answer.json()["user"]["email"], BOB);
    assert!(app.core().store.list_passkeys(gone).await.expect("a list").is_empty());
}
