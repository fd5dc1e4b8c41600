//! `/admin/users`: creating, showing, changing and deleting a user, and setting the password.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::better_auth::{is_live, sign_in_request, sign_up, try_sign_in};
use shared::testkit::platform::{admin, invalid_fields};
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest, race, text};

use super::{NEW_PASSWORD, ROOT, assert_refused, start};

const ADA: &str = "ada@example.com";
const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub struct Admin {
    pub app: Arc<TestApp>,
    pub token: String,
}

impl Admin {
    pub async fn start() -> Self {
        let app = start().await;
        let token = admin(&app, ROOT).await;
        Self {
            app: Arc::new(app),
            token,
        }
    }

    fn request<'a>(&'a self, method: &str, id: &str) -> TestRequest<'a> {
        let request = self.app.request(method, &format!("/v1/admin/users{id}"));
        request.bearer(&self.token)
    }

    async fn create(&self, body: &Value) -> Answer {
        self.request("POST", "").json(body).send().await
    }

    async fn show(&self, id: &str) -> Answer {
        self.request("GET", &format!("/{id}")).send().await
    }

    pub async fn update(&self, id: &str, body: &Value) -> Answer {
        self.request("PUT", &format!("/{id}")).json(body).send().await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.request("DELETE", &format!("/{id}")).send().await
    }

    async fn reset_password(&self, id: &str, body: &Value) -> Answer {
        let path = format!("/{id}/reset_pwd_by_admin");
        self.request("POST", &path).json(body).send().await
    }

    /// The id and the session token of a user who has signed up.
    pub async fn user(&self, email: &str) -> (String, String) {
        let session = sign_up(&self.app, email).await;
        (self.app.caller(&session).await.user.id.to_string(), session)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_created_user_chooses_the_password_with_the_welcome_mail() {
    let admin = Admin::start().await;
    let body = json!({
        "email": "Ada@Example.com", "firstName": "Ada", "lastName": "Lovelace", "region": "UK", "sendWelcomeEmail": true,
    });
    let created = admin.create(&body).await.expect(201).json();
    assert_eq!(
        (&created["welcomeEmailSent"], &created["user"]["status"]),
        (&json!(true), &json!("PENDING"))
    );
    let user = &created["user"];
    assert_eq!(
        (&user["email"], &user["firstName"], &user["lastName"]),
        (&json!(ADA), &json!("Ada"), &json!("Lovelace"))
    );
    assert_eq!(
        (&user["primaryRole"], &user["emailVerified"]),
        (&json!("OWNER"), &json!(false))
    );
    assert_eq!(user["organizations"][0]["region"], "UK");
    assert_eq!(user["organizations"][0]["orgType"], "SOLO");
    assert_eq!(user["organizationId"], user["memberships"][0]["tenantId"]);
    assert_eq!(admin.app.last_mail("account-invitation").to, [ADA]);
    assert_eq!(admin.show(&text(&user["id"])).await.expect(200).json(), *user);

    shared::testkit::accounts::activate(&admin.app).await;
    let _ = try_sign_in(&admin.app, ADA, shared::testkit::accounts::STRONG_PASSWORD)
        .await
        .expect(200);
    let shown = admin.show(&text(&user["id"])).await.expect(200).json();
    assert_eq!(
        (&shown["status"], &shown["emailVerified"]),
        (&json!("ACTIVE"), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_welcome_mail_the_user_asks_for_a_reset() {
    let admin = Admin::start().await;
    let created = admin
        .create(&json!({"email": ADA, "sendWelcomeEmail": false}))
        .await
        .expect(201)
        .json();
    assert_eq!(
        (&created["welcomeEmailSent"], &created["user"]["status"]),
        (&json!(false), &json!("PENDING"))
    );
    assert_eq!(admin.app.mails().len(), 0);
    let body = json!({"email": ADA});
    let _ = admin
        .app
        .post("/v1/auth/forgot-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(admin.app.last_mail("activate-account").to, [ADA]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_one_users() {
    let admin = Admin::start().await;
    let app = Arc::clone(&admin.app);
    let token = admin.token.clone();
    let outcome = race::exactly_one_wins(&app, 201, &[409], move |app, number| {
        let body = json!({"email": ADA, "firstName": format!("Ada {number}"), "sendWelcomeEmail": false});
        app.post("/v1/admin/users").bearer(&token).json(&body)
    })
    .await;
    for answer in outcome.losers() {
        assert_refused(answer, 409, "User already exists", None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let admin = Admin::start().await;
    for blank in [" ", "\u{2003}", ""] {
        let body = json!({"email": ADA, "firstName": blank, "lastName": blank});
        assert_eq!(
            invalid_fields(&admin.create(&body).await),
            ["firstName", "lastName"],
            "{blank:?}"
        );
    }
    let body = json!({"email": "x", "firstName": 1, "region": "x", "sendWelcomeEmail": "yes"});
    assert_eq!(
        invalid_fields(&admin.create(&body).await),
        ["email", "firstName", "region", "sendWelcomeEmail"]
    );
    let (id, _) = admin.user(ADA).await;
    let body =
        json!({"status": "DELETED", "organizationId": "x", "verified": "yes", "phone_verified": 1, "lastName": 1});
    assert_eq!(
        invalid_fields(&admin.update(&id, &body).await),
        ["lastName", "status", "organizationId", "verified", "phone_verified"]
    );
    assert_eq!(
        invalid_fields(&admin.update(&id, &json!({"organizationId": UNKNOWN})).await),
        ["organizationId"]
    );
    assert_eq!(
        invalid_fields(&admin.update(&id, &json!({"phone_verified": true})).await),
        ["phone_verified"]
    );
    for weak in ["short", "password1", ADA] {
        assert_eq!(
            invalid_fields(&admin.reset_password(&id, &json!({"newPassword": weak})).await),
            ["newPassword"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_deleted_users_are_not_found() {
    let admin = Admin::start().await;
    let (id, _) = admin.user(ADA).await;
    let _ = admin.delete(&id).await.expect(200);
    for id in [id.as_str(), UNKNOWN, "x"] {
        for answer in [
            admin.show(id).await,
            admin.update(id, &json!({})).await,
            admin.delete(id).await,
            admin.reset_password(id, &json!({})).await,
        ] {
            assert_refused(&answer, 404, "User not found", None);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_changes_what_it_names() {
    let admin = Admin::start().await;
    let (id, session) = admin.user(ADA).await;
    let body = json!({"firstName": "Augusta", "preferredName": "Ada", "verified": true});
    let updated = admin.update(&id, &body).await.expect(200).json();
    assert_eq!(
        (&updated["firstName"], &updated["preferredName"]),
        (&json!("Augusta"), &json!("Ada"))
    );
    assert_eq!(updated["emailVerified"], true);
    assert!(is_live(&admin.app, &session).await);
    let same = admin.update(&id, &json!({})).await.expect(200).json();
    assert_eq!(same["firstName"], "Augusta");
    let cleared = admin
        .update(&id, &json!({"organizationId": null, "verified": false}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&cleared["emailVerified"], cleared.get("organizationId")),
        (&json!(false), None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_not_active_has_no_session() {
    let admin = Admin::start().await;
    let (id, _) = admin.user(ADA).await;
    for status in ["INACTIVE", "SUSPENDED", "PENDING"] {
        let session = shared::testkit::better_auth::sign_in(&admin.app, ADA).await;
        let updated = admin.update(&id, &json!({"status": status})).await.expect(200).json();
        assert_eq!(updated["status"], status);
        assert!(!is_live(&admin.app, &session).await);
        let refused = sign_in_request(&admin.app, ADA, PASSWORD).send().await;
        assert_eq!(refused.status, 403, "{status}");
        let updated = admin.update(&id, &json!({"status": "ACTIVE"})).await.expect(200).json();
        assert_eq!(updated["status"], "ACTIVE");
        assert!(!is_live(&admin.app, &session).await, "a session that ended stays ended");
    }
}

/// What a client reads, it may send back.
#[tokio::test(flavor = "multi_thread")]
async fn a_ban_keeps_its_reason_when_its_status_is_sent_back() {
    let admin = Admin::start().await;
    let (id, session) = admin.user(ADA).await;
    let banned = shared::domain::UserStatus::Banned {
        reason: "a stolen laptop".to_owned(),
        until: None,
        former: Box::new(shared::domain::UserStatus::Active),
    };
    let user = admin.app.caller(&session).await.user.id;
    admin.app.set_status(&session, banned.clone()).await;
    let shown = admin.show(&id).await.expect(200).json();
    assert_eq!(shown["status"], "SUSPENDED");
    let _ = admin.update(&id, &json!({"status": "SUSPENDED"})).await.expect(200);
    let stored = admin.app.core().store.find_user(user).await.expect("an answer");
    assert_eq!(stored.expect("a user").status, banned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_is_gone_everywhere() {
    let admin = Admin::start().await;
    let (id, session) = admin.user(ADA).await;
    let answer = admin.delete(&id).await.expect(200);
    assert_eq!(answer.json(), json!({"message": "User deleted successfully"}));
    assert!(!is_live(&admin.app, &session).await);
    let refused = try_sign_in(&admin.app, ADA, PASSWORD).await;
    assert_eq!(refused.status, 401);
    let _ = sign_up(&admin.app, ADA).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_of_others_is_kept() {
    let admin = Admin::start().await;
    let account = shared::testkit::accounts::Account::found(&admin.app, ADA, 5).await;
    account.join(&admin.app, "grace@example.com", &["member"]).await;
    let id = admin.app.caller(&account.owner).await.user.id.to_string();
    assert_refused(&admin.delete(&id).await, 409, "Last owner of an organization", None);
    let _ = admin.show(&id).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_set_or_generated_and_ends_every_session() {
    let admin = Admin::start().await;
    let (id, session) = admin.user(ADA).await;
    let answer = admin
        .reset_password(&id, &json!({"newPassword": NEW_PASSWORD}))
        .await
        .expect(200);
    assert_eq!(answer.json(), json!({"message": "Password reset successfully"}));
    assert!(!is_live(&admin.app, &session).await);
    assert_eq!(admin.app.last_mail("password-changed").to, [ADA]);
    let session = shared::testkit::better_auth::token_of(&try_sign_in(&admin.app, ADA, NEW_PASSWORD).await.expect(200));
    let generated = admin.reset_password(&id, &json!({})).await.expect(200).json();
    let generated = text(&generated["newPassword"]);
    assert_eq!(generated.len(), 23);
    assert!(!is_live(&admin.app, &session).await);
    assert_eq!(try_sign_in(&admin.app, ADA, NEW_PASSWORD).await.status, 401);
    let _ = try_sign_in(&admin.app, ADA, &generated).await.expect(200);
}

/// The administrator's session is part of the condition of each commit.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_whose_session_has_ended_changes_nothing() {
    let admin = Admin::start().await;
    let (id, _) = admin.user(ADA).await;
    let caller = admin
        .app
        .core()
        .authenticate_administrator(Some(&admin.token), now(&admin.app))
        .await;
    let caller = caller.expect("an administrator");
    let email = shared::domain::EmailAddress::parse(ROOT).expect("an address");
    shared::testkit::better_auth::super_admin(&admin.app, "other@example.com").await;
    admin
        .app
        .core()
        .revoke_admin(&email, now(&admin.app))
        .await
        .expect("a revocation");
    let command = shared::operations::UpdatePlatformUser {
        first_name: Some("Eve".to_owned()),
        ..Default::default()
    };
    let id = shared::domain::UserId::parse(&id).expect("an id");
    let refused = admin
        .app
        .core()
        .update_platform_user(&caller, id, &command, now(&admin.app))
        .await;
    assert!(refused.is_err());
    let user = admin
        .app
        .core()
        .store
        .find_user(id)
        .await
        .expect("an answer")
        .expect("a user");
    assert_ne!(user.name.first(), "Eve");
}

fn now(app: &TestApp) -> jiff::Timestamp {
    shared::clock::Clock::now(&*app.clock)
}
