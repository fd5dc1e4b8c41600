//! Making administrators.

use serde_json::json;

use shared::domain::PlatformRole;

use super::{ADA, admin, assert_error, is_live, keep_roles, post, sign_up, start, super_admin};

#[tokio::test(flavor = "multi_thread")]
async fn a_role_counts_at_the_next_request() {
    let app = start().await;
    let (token, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let set = async |role: serde_json::Value| {
        let body = json!({"userId": id, "role": role});
        post(&app, &admin, "set-role", &body).await.expect(200).json()["user"]["role"].clone()
    };
    let lists = async || {
        app.get("/api/auth/admin/list-users")
            .bearer(&token)
            .send()
            .await
            .status
            .as_u16()
    };
    assert_eq!((set(json!("admin")).await, lists().await), (json!("admin"), 200));
    assert_eq!((set(json!(["user"])).await, lists().await), (json!("user"), 403));
    let unknown = post(&app, &admin, "set-role", &json!({"userId": id, "role": "super_admin"})).await;
    assert_error(&unknown, 400, "YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE");
    let none = post(&app, &admin, "set-role", &json!({"userId": id})).await;
    assert_error(&none, 400, "VALIDATION_ERROR");
}

/// Roles over the platform are granted elsewhere, and stay.
#[tokio::test(flavor = "multi_thread")]
async fn other_roles_are_left_alone() {
    let app = start().await;
    let root = super_admin(&app, "root@example.com").await;
    let (token, id) = sign_up(&app, ADA).await;
    keep_roles(&app, &token, &[PlatformRole::PlatformAdmin]).await;
    let _ = post(&app, &root, "set-role", &json!({"userId": id, "role": "admin"}))
        .await
        .expect(200);
    let _ = post(&app, &root, "set-role", &json!({"userId": id, "role": "user"}))
        .await
        .expect(200);
    assert_eq!(
        app.caller(&token).await.user.roles,
        [PlatformRole::PlatformAdmin].into()
    );
    assert!(is_live(&app, &token).await);
}
