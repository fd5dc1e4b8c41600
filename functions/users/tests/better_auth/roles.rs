//! Making administrators.

use serde_json::json;

use shared::domain::PlatformRole;

use shared::store::Changes;
use shared::testkit::TestApp;

use super::{
    ADA, admin, assert_error, is_live, keep_roles, post, post_undocumented, session_of, sign_in, sign_up, start,
    super_admin, text,
};

async fn id_of(app: &TestApp, token: &str) -> String {
    app.caller(token).await.user.id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_counts_at_the_next_request() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let set = async |role: serde_json::Value| {
        let body = json!({"userId": id, "role": role});
        post(&app, &admin, "set-role", &body).await.expect(200).json()["user"]["role"].clone()
    };
    let lists = async || {
        let token = sign_in(&app, ADA).await;
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
    // An empty list of roles is a mistake, and demotes no user.
    let empty = post(&app, &admin, "set-role", &json!({"userId": id, "role": []})).await;
    assert_error(&empty, 400, "YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE");
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
    let token = sign_in(&app, ADA).await;
    assert_eq!(
        app.caller(&token).await.user.roles,
        [PlatformRole::PlatformAdmin].into()
    );
}

/// It would answer that the role is gone, while the user may still do everything.
#[tokio::test(flavor = "multi_thread")]
async fn whom_an_operator_has_made_an_administrator_only_an_operator_demotes() {
    let app = start().await;
    let root = super_admin(&app, "root@example.com").await;
    let other = super_admin(&app, "other@example.com").await;
    let id = id_of(&app, &other).await;
    let refused = post(&app, &root, "set-role", &json!({"userId": id, "role": "user"})).await;
    assert_error(&refused, 403, "USER_ROLE_IS_SET_BY_OPERATOR");
    let update = json!({"userId": id, "data": {"role": "user"}});
    let refused = post_undocumented(&app, &root, "update-user", &update).await;
    assert_error(&refused, 403, "USER_ROLE_IS_SET_BY_OPERATOR");
    keep_roles(&app, &other, &[PlatformRole::SuperAdmin]).await;
    let shown = session_of(&app, &other).await;
    assert_eq!(
        text(&shown["user"]["role"]),
        "admin",
        "a user with every permission is shown as such"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_cannot_change_their_own_role() {
    let app = start().await;
    let admin = admin(&app).await;
    let id = id_of(&app, &admin).await;
    let refused = post(&app, &admin, "set-role", &json!({"userId": id, "role": "user"})).await;
    assert_error(&refused, 400, "YOU_CANNOT_CHANGE_YOUR_OWN_ROLE");
    let update = json!({"userId": id, "data": {"role": "user"}});
    let refused = post_undocumented(&app, &admin, "update-user", &update).await;
    assert_error(&refused, 400, "YOU_CANNOT_CHANGE_YOUR_OWN_ROLE");
    assert!(app.caller(&admin).await.user.roles.contains(&PlatformRole::Admin));
}

/// Each would be the last that the other does.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_act_upon_each_other_at_once_one_is_too_late() {
    let app = start().await;
    for (round, operation) in ["set-role", "ban-user", "remove-user"]
        .into_iter()
        .cycle()
        .take(9)
        .enumerate()
    {
        let one = super_admin(&app, &format!("one{round}@example.com")).await;
        let other = super_admin(&app, &format!("other{round}@example.com")).await;
        for token in [&one, &other] {
            keep_roles(&app, token, &[PlatformRole::Admin]).await;
        }
        let body = |id: &str| json!({"userId": id, "role": "user"});
        let (of_one, of_other) = (body(&id_of(&app, &one).await), body(&id_of(&app, &other).await));
        let (first, second) = tokio::join!(
            post(&app, &one, operation, &of_other),
            post(&app, &other, operation, &of_one)
        );
        let done = [&first, &second].map(|answer| answer.status.as_u16() == 200);
        assert_ne!(done[0], done[1], "{operation}: {} {}", first.text(), second.text());
    }
}

/// A user who was just given a higher role is not deleted by an administrator who lacks it.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_was_promoted_meanwhile_is_not_removed() {
    let app = start().await;
    let admin = admin(&app).await;
    for round in 0..8 {
        let (token, id) = sign_up(&app, &format!("user{round}@example.com")).await;
        let mut user = app.caller(&token).await.user;
        user.roles.insert(PlatformRole::SuperAdmin);
        let promote = app.core().store.commit(Changes::new().update_user(&user));
        let body = json!({ "userId": id });
        let (removed, promoted) = tokio::join!(post(&app, &admin, "remove-user", &body), promote);
        assert_ne!(removed.status.as_u16() == 200, promoted.is_ok(), "{}", removed.text());
    }
}

/// An attacker with a session of the user must not gain the permissions of the role.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_role_ends_the_sessions_of_its_holder_and_the_loss_of_one_does_not() {
    let app = start().await;
    let root = super_admin(&app, "root@example.com").await;
    let (token, id) = sign_up(&app, ADA).await;
    let role = |role: &str| json!({"userId": id, "role": role});
    let update = |role: &str| json!({"userId": id, "data": {"role": role}});
    let _ = post(&app, &root, "set-role", &role("user")).await.expect(200);
    assert!(is_live(&app, &token).await, "nothing is new");
    let _ = post(&app, &root, "set-role", &role("admin")).await.expect(200);
    assert!(!is_live(&app, &token).await);
    let token = sign_in(&app, ADA).await;
    let _ = post(&app, &root, "set-role", &role("admin")).await.expect(200);
    let _ = post(&app, &root, "set-role", &role("user")).await.expect(200);
    assert!(is_live(&app, &token).await);
    let _ = post_undocumented(&app, &root, "update-user", &update("admin"))
        .await
        .expect(200);
    assert!(!is_live(&app, &token).await);
}
