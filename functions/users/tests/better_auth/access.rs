//! Authorization: only administrators, and not on users with a higher role.

use serde_json::{Value, json};

use super::{ADA, PASSWORD, admin, assert_error, is_live, post, post_undocumented, sign_up, start, super_admin};

fn operations(id: &str) -> Vec<(&'static str, Value, &'static str)> {
    let of_user = json!({ "userId": id });
    vec![
        ("ban-user", of_user.clone(), "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS"),
        ("unban-user", of_user.clone(), "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS"),
        ("remove-user", of_user.clone(), "YOU_ARE_NOT_ALLOWED_TO_DELETE_USERS"),
        (
            "impersonate-user",
            of_user.clone(),
            "YOU_ARE_NOT_ALLOWED_TO_IMPERSONATE_USERS",
        ),
        (
            "list-user-sessions",
            of_user.clone(),
            "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS_SESSIONS",
        ),
        (
            "revoke-user-sessions",
            of_user,
            "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS",
        ),
        (
            "revoke-user-session",
            json!({"sessionToken": "x"}),
            "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS",
        ),
        (
            "set-role",
            json!({"userId": id, "role": "admin"}),
            "YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE",
        ),
        (
            "set-user-password",
            json!({"userId": id, "newPassword": "another keeper"}),
            "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_PASSWORD",
        ),
        (
            "create-user",
            json!({"email": "new@example.com", "password": PASSWORD, "name": "New"}),
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_USERS",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_user_may_nothing_not_even_upon_themselves() {
    let app = start().await;
    let (token, id) = sign_up(&app, ADA).await;
    for id in [id.as_str(), "nobody", ""] {
        for (operation, body, code) in operations(id) {
            assert_error(&post(&app, &token, operation, &body).await, 403, code);
        }
    }
    // The answer does not reveal what would be wrong with the request.
    for (operation, body, code) in [
        (
            "set-role",
            json!({"userId": id, "role": "emperor"}),
            "YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE",
        ),
        (
            "set-user-password",
            json!({"userId": id, "newPassword": "short"}),
            "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_PASSWORD",
        ),
        (
            "create-user",
            json!({"email": "nothing", "password": PASSWORD, "name": "New"}),
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_USERS",
        ),
    ] {
        assert_error(&post(&app, &token, operation, &body).await, 403, code);
    }
    let answer = post_undocumented(&app, &token, "update-user", &json!({"userId": id, "data": {}})).await;
    assert_error(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_UPDATE_USERS");
    let update = json!({"userId": id, "data": {"role": "admin"}});
    let answer = post_undocumented(&app, &token, "update-user", &update).await;
    assert_error(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_UPDATE_USERS");
    let answer = app.get("/api/auth/admin/list-users").bearer(&token).send().await;
    assert_error(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS");
    let path = format!("/api/auth/admin/get-user?id={id}");
    let answer = app.get(&path).bearer(&token).undocumented().send().await;
    assert_error(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_GET_USER");
    assert!(is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_needs_a_session() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    for (operation, body, _) in operations(&id) {
        let path = format!("/api/auth/admin/{operation}");
        let _ = app.post(&path).json(&body).send().await.expect(401);
    }
    let _ = app.get("/api/auth/admin/list-users").send().await.expect(401);
    let _ = app.post("/api/auth/admin/stop-impersonating").send().await.expect(401);
    let asked = json!({"permissions": {"user": ["list"]}});
    let _ = app
        .post("/api/auth/admin/has-permission")
        .json(&asked)
        .send()
        .await
        .expect(401);
}

/// An administrator who may set a password could sign in with it.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_cannot_act_on_a_user_with_a_higher_role() {
    let app = start().await;
    let token = admin(&app).await;
    let above = super_admin(&app, "root@example.com").await;
    let id = app.caller(&above).await.user.id.to_string();
    for (operation, mut body, _) in operations(&id) {
        if operation == "create-user" {
            continue;
        }
        if operation == "revoke-user-session" {
            body = json!({ "sessionToken": above });
        }
        let answer = post(&app, &token, operation, &body).await;
        let code = if operation == "impersonate-user" {
            "YOU_CANNOT_IMPERSONATE_ADMINS"
        } else {
            "USER_HAS_A_HIGHER_ROLE"
        };
        assert_error(&answer, 403, code);
    }
    let update = json!({"userId": id, "data": {"email": "mine@example.com"}});
    let answer = post_undocumented(&app, &token, "update-user", &update).await;
    assert_error(&answer, 403, "USER_HAS_A_HIGHER_ROLE");
    assert!(is_live(&app, &above).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_id_is_reported_or_has_no_sessions() {
    let app = start().await;
    let token = admin(&app).await;
    for id in ["01890a5d-ac96-774b-bcce-b302099a8057", "nobody", ""] {
        for (operation, body, _) in operations(id) {
            if operation == "create-user" {
                continue;
            }
            let answer = post(&app, &token, operation, &body).await;
            // An unknown user has no sessions, so listing and ending them succeeds, whether or not the id is a UUID.
            match operation {
                "list-user-sessions" => assert_eq!(answer.expect(200).json(), json!({"sessions": []}), "{id}"),
                "revoke-user-sessions" | "revoke-user-session" => {
                    assert_eq!(answer.expect(200).json(), json!({"success": true}), "{id}");
                }
                _ => assert_error(&answer, 404, "USER_NOT_FOUND"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_are_those_of_the_role() {
    let app = start().await;
    let (user, _) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    for (asked, of_admin) in [
        (
            json!({"user": ["create", "list", "set-role", "ban", "impersonate", "delete", "set-password"]}),
            true,
        ),
        (json!({"user": ["list"], "session": ["list", "revoke", "delete"]}), true),
        (json!({"user": ["get", "update", "set-email", "set-phone"]}), true),
        (json!({"user": ["impersonate-admins"]}), false),
        (json!({"user": ["list"], "project": ["create"]}), false),
        (json!({"user": []}), false),
        (json!({}), false),
    ] {
        let body = json!({ "permissions": asked });
        let success = async |token: &str| {
            let answer = post(&app, token, "has-permission", &body).await.expect(200);
            answer.json()["success"].clone()
        };
        assert_eq!(success(&admin).await, json!(of_admin), "{asked}");
        assert_eq!(success(&user).await, json!(false), "{asked}");
    }
    let older = json!({"permission": {"user": ["list"]}});
    assert_eq!(
        post(&app, &admin, "has-permission", &older).await.expect(200).json()["success"],
        true
    );
    let _ = post(&app, &admin, "has-permission", &json!({})).await.expect(400);
    let _ = post(&app, &admin, "has-permission", &json!({"permissions": ["user"]}))
        .await
        .expect(400);
}
