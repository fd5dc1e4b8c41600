//! Roles that a deployment describes, and what is done with them.

use serde_json::{Value, json};
use shared::domain::PlatformRole;
use shared::testkit::{Answer, TestApp};

use super::{
    ADA, PASSWORD, admin, assert_error, is_live, keep_roles, post, post_undocumented, session_of, sign_in, sign_up,
    start_with, super_admin, text,
};

const ROLES: &str = r#"{
    "support": {"user": ["list", "get", "ban"], "session": ["list", "revoke"]},
    "recruiter": {"user": ["create", "set-role"]},
    "registrar": {"user": ["create", "get", "update", "set-email"]},
    "shadow": {"user": ["impersonate", "impersonate-admins", "list"]},
    "editor": {"project": ["create", "share"]}
}"#;
const GRACE: &str = "grace@example.com";
const NOT_THEIRS_TO_GIVE: &str = "YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE";

struct Stage {
    app: TestApp,
    /// May do everything.
    root: String,
}

impl Stage {
    async fn open() -> Self {
        let app = start_with(&[("ADMIN_ROLES", ROLES)]).await;
        let root = super_admin(&app, "root@example.com").await;
        Self { app, root }
    }

    /// A new user with this role; the token and the id.
    async fn person(&self, email: &str, role: &str) -> (String, String) {
        let (_, id) = sign_up(&self.app, email).await;
        let _ = self.set_role(&self.root, &id, &json!(role)).await.expect(200);
        (sign_in(&self.app, email).await, id)
    }

    async fn set_role(&self, token: &str, id: &str, role: &Value) -> Answer {
        post(&self.app, token, "set-role", &json!({"userId": id, "role": role})).await
    }

    async fn has(&self, token: &str, permissions: Value) -> bool {
        let asked = json!({ "permissions": permissions });
        let answer = post(&self.app, token, "has-permission", &asked).await.expect(200);
        answer.json()["success"] == true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_permits_what_its_statements_say_and_no_more() {
    let stage = Stage::open().await;
    let (token, _) = stage.person(ADA, "support").await;
    let (session, id) = sign_up(&stage.app, GRACE).await;
    let of_user = json!({ "userId": id });
    let _ = stage
        .app
        .get("/api/auth/admin/list-users")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let listed = post(&stage.app, &token, "list-user-sessions", &of_user)
        .await
        .expect(200)
        .json();
    let handle = json!({"sessionToken": listed["sessions"][0]["token"]});
    let _ = post(&stage.app, &token, "revoke-user-session", &handle)
        .await
        .expect(200);
    assert!(!is_live(&stage.app, &session).await);
    let _ = post(&stage.app, &token, "ban-user", &of_user).await.expect(200);
    let _ = post(&stage.app, &token, "unban-user", &of_user).await.expect(200);
    for (operation, body, code) in [
        ("remove-user", of_user.clone(), "YOU_ARE_NOT_ALLOWED_TO_DELETE_USERS"),
        ("impersonate-user", of_user, "YOU_ARE_NOT_ALLOWED_TO_IMPERSONATE_USERS"),
        ("set-role", json!({"userId": id, "role": "user"}), NOT_THEIRS_TO_GIVE),
        (
            "set-user-password",
            json!({"userId": id, "newPassword": PASSWORD}),
            "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_PASSWORD",
        ),
        (
            "create-user",
            json!({"email": "new@example.com", "name": "New"}),
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_USERS",
        ),
    ] {
        assert_error(
            &post_undocumented(&stage.app, &token, operation, &body).await,
            403,
            code,
        );
    }
    assert!(
        stage
            .has(&token, json!({"user": ["list", "ban"], "session": ["revoke"]}))
            .await
    );
    assert!(!stage.has(&token, json!({"user": ["list", "delete"]})).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_roles_are_joined_by_commas_and_one_of_them_must_allow_it_all() {
    let stage = Stage::open().await;
    let (_, id) = sign_up(&stage.app, ADA).await;
    let mut token = String::new();
    for (role, shown) in [
        (json!(["editor", "support"]), "editor,support"),
        (json!("support, editor ,user"), "support,editor,user"),
        (json!(["admin", "editor"]), "admin,editor"),
        (json!("editor"), "editor"),
        (json!(["user"]), "user"),
        (json!(["support", "editor"]), "support,editor"),
    ] {
        let answer = stage.set_role(&stage.root, &id, &role).await.expect(200);
        assert_eq!(answer.json()["user"]["role"], shown);
        token = sign_in(&stage.app, ADA).await;
        assert_eq!(session_of(&stage.app, &token).await["user"]["role"], shown);
    }
    assert!(stage.has(&token, json!({"project": ["create", "share"]})).await);
    assert!(stage.has(&token, json!({"user": ["ban"]})).await);
    assert!(!stage.has(&token, json!({"user": ["ban"], "project": ["create"]})).await);
    let found = stage
        .app
        .get("/api/auth/admin/list-users?filterField=role&filterValue=support,editor");
    let found = found.bearer(&stage.root).send().await.expect(200).json();
    assert_eq!((&found["total"], &found["users"][0]["id"]), (&json!(1), &json!(id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undefined_role_is_refused_everywhere() {
    let stage = Stage::open().await;
    let (_, id) = sign_up(&stage.app, ADA).await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE";
    for role in [
        json!("emperor"),
        json!(["support", "emperor"]),
        json!("super_admin"),
        json!("a b"),
        json!(""),
    ] {
        assert_error(&stage.set_role(&stage.root, &id, &role).await, 400, code);
        let new = json!({"email": "new@example.com", "name": "New", "password": PASSWORD, "role": role});
        assert_error(&post(&stage.app, &stage.root, "create-user", &new).await, 400, code);
        let update = json!({"userId": id, "data": {"role": role}});
        assert_error(
            &post_undocumented(&stage.app, &stage.root, "update-user", &update).await,
            400,
            code,
        );
    }
    let many: Vec<_> = (0..9).map(|number| format!("role{number}")).collect();
    assert_error(
        &stage.set_role(&stage.root, &id, &json!(many)).await,
        400,
        "TOO_MANY_ROLES",
    );
    let new = json!({"email": "new@example.com", "name": "New", "password": PASSWORD, "role": ["support", "editor"]});
    let made = post(&stage.app, &stage.root, "create-user", &new)
        .await
        .expect(200)
        .json();
    assert_eq!(made["user"]["role"], "support,editor");
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_grant_no_permission_that_they_lack() {
    let stage = Stage::open().await;
    let (token, own) = stage.person(ADA, "recruiter").await;
    let (_, id) = sign_up(&stage.app, GRACE).await;
    for role in ["admin", "support", "editor", "shadow", "recruiter,support"] {
        for target in [&id, &own] {
            assert_error(
                &stage.set_role(&token, target, &json!(role)).await,
                403,
                NOT_THEIRS_TO_GIVE,
            );
        }
        let new = json!({"email": "new@example.com", "name": "New", "password": PASSWORD, "role": role});
        assert_error(
            &post(&stage.app, &token, "create-user", &new).await,
            403,
            NOT_THEIRS_TO_GIVE,
        );
    }
    let _ = stage.set_role(&token, &id, &json!("recruiter")).await.expect(200);
    let _ = stage.set_role(&token, &id, &json!("user")).await.expect(200);
    let admin = admin(&stage.app).await;
    for role in ["editor", "shadow"] {
        assert_error(
            &stage.set_role(&admin, &id, &json!(role)).await,
            403,
            NOT_THEIRS_TO_GIVE,
        );
    }
    let _ = stage
        .set_role(&admin, &id, &json!("support,recruiter"))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_cannot_act_on_users_with_more_permissions() {
    let stage = Stage::open().await;
    let (support, _) = stage.person(ADA, "support").await;
    let (recruiter, id) = stage.person(GRACE, "recruiter").await;
    let of_user = json!({ "userId": id });
    let listed = post(&stage.app, &stage.root, "list-user-sessions", &of_user)
        .await
        .expect(200)
        .json();
    let handle = json!({"sessionToken": listed["sessions"][0]["token"]});
    for (operation, body) in [
        ("list-user-sessions", &of_user),
        ("ban-user", &of_user),
        ("revoke-user-sessions", &of_user),
        ("revoke-user-session", &handle),
    ] {
        assert_error(
            &post(&stage.app, &support, operation, body).await,
            403,
            "USER_HAS_A_HIGHER_ROLE",
        );
    }
    assert!(is_live(&stage.app, &recruiter).await);
    let (_, editor) = stage.person("lin@example.com", "editor").await;
    let admin = admin(&stage.app).await;
    let refused = post(&stage.app, &admin, "ban-user", &json!({ "userId": editor })).await;
    assert_error(&refused, 403, "USER_HAS_A_HIGHER_ROLE");
}

#[tokio::test(flavor = "multi_thread")]
async fn impersonating_an_administrator_needs_its_own_permission() {
    let stage = Stage::open().await;
    let (_, support) = stage.person(ADA, "support").await;
    let admin = admin(&stage.app).await;
    let impersonate =
        async |token: &str, id: &str| post(&stage.app, token, "impersonate-user", &json!({ "userId": id })).await;
    assert_error(
        &impersonate(&admin, &support).await,
        403,
        "YOU_CANNOT_IMPERSONATE_ADMINS",
    );
    let (shadow, own) = stage.person(GRACE, "shadow").await;
    let refused = impersonate(&shadow, &support).await;
    assert_error(&refused, 403, "USER_HAS_A_HIGHER_ROLE");
    let _ = stage
        .set_role(&stage.root, &own, &json!("shadow,support"))
        .await
        .expect(200);
    let shadow = sign_in(&stage.app, GRACE).await;
    let session = impersonate(&shadow, &support).await.expect(200).json();
    assert_eq!(session["session"]["impersonatedBy"], json!(own));
    let token = text(&session["session"]["token"]);
    // What the other sees, they see; what the other does, they do not.
    let _ = stage
        .app
        .get("/api/auth/admin/list-users")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let (_, id) = sign_up(&stage.app, "lin@example.com").await;
    let refused = post(&stage.app, &token, "ban-user", &json!({ "userId": id })).await;
    assert_error(&refused, 403, "NOT_ALLOWED_WHILE_IMPERSONATING");
    let _ = stage.set_role(&stage.root, &own, &json!("support")).await.expect(200);
    assert!(!is_live(&stage.app, &token).await, "it ends with the right to it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_described_no_more_permits_nothing() {
    let app = start_with(&[("ADMIN_ROLES", r#"{"admin": {"user": ["list"]}}"#)]).await;
    let (token, _) = sign_up(&app, ADA).await;
    keep_roles(&app, &token, &[PlatformRole::Admin]).await;
    let _ = app
        .get("/api/auth/admin/list-users")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let (_, id) = sign_up(&app, GRACE).await;
    let refused = post(&app, &token, "ban-user", &json!({ "userId": id })).await;
    assert_error(&refused, 403, "YOU_ARE_NOT_ALLOWED_TO_BAN_USERS");
    // A role with every permission still has them.
    let root = super_admin(&app, "root@example.com").await;
    let _ = post(&app, &root, "ban-user", &json!({ "userId": id }))
        .await
        .expect(200);
}

/// CVE-2026-134311: the address would let its user in at identity providers, and to invitations.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_role_with_every_permission_vouches_for_an_address() {
    let stage = Stage::open().await;
    let (registrar, _) = stage.person(ADA, "registrar").await;
    for (number, (token, is_verified)) in [(&registrar, false), (&stage.root, true)].into_iter().enumerate() {
        let email = format!("user-{number}@example.com");
        let body = json!({"email": email, "password": PASSWORD, "name": "Grace", "data": {"emailVerified": true}});
        let created = post(&stage.app, token, "create-user", &body).await.expect(200).json();
        assert_eq!(created["user"]["emailVerified"], is_verified);
        let id = &created["user"]["id"];
        let written = json!({"userId": id, "data": {"email": format!("mine-{number}@example.com")}});
        let user = post_undocumented(&stage.app, token, "update-user", &written).await;
        assert_eq!(user.expect(200).json()["emailVerified"], false);
        let vouching = json!({"userId": id, "data": {"emailVerified": true}});
        let answer = post_undocumented(&stage.app, token, "update-user", &vouching).await;
        if is_verified {
            assert_eq!(answer.expect(200).json()["emailVerified"], true);
        } else {
            assert_error(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_EMAIL");
        }
    }
}
