//! What is left of passkeys when their user goes.

use serde_json::json;
use shared::testkit::Authenticator;

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
