//! Changing another user's profile.

use serde_json::{Value, json};

use shared::testkit::{Answer, TestApp};

use super::{ADA, PASSWORD, admin, assert_error, is_live, post, post_undocumented, sign_up, start, try_sign_in};

async fn update(app: &TestApp, admin: &str, id: &str, data: Value) -> Answer {
    post_undocumented(app, admin, "update-user", &json!({"userId": id, "data": data})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_changes_and_the_rest_stays() {
    let app = start().await;
    let (token, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let data = json!({"name": "Countess", "username": "Countess", "emailVerified": true, "role": "admin"});
    let user = update(&app, &admin, &id, data).await.expect(200).json();
    assert_eq!(
        (
            &user["name"],
            &user["username"],
            &user["emailVerified"],
            &user["role"],
            &user["email"]
        ),
        (
            &json!("Countess"),
            &json!("countess"),
            &json!(true),
            &json!("admin"),
            &json!(ADA)
        )
    );
    assert!(!is_live(&app, &token).await, "a new role ends sessions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_address_is_unverified_and_the_old_one_is_free() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let _ = update(&app, &admin, &id, json!({"emailVerified": true}))
        .await
        .expect(200);
    let user = update(&app, &admin, &id, json!({"email": "Countess@Example.com"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&user["email"], &user["emailVerified"]),
        (&json!("countess@example.com"), &json!(false))
    );
    let _ = try_sign_in(&app, ADA, PASSWORD).await.expect(401);
    let _ = try_sign_in(&app, "countess@example.com", PASSWORD).await.expect(200);
    let _ = sign_up(&app, ADA).await;
    let taken = update(&app, &admin, &id, json!({"email": ADA})).await;
    assert_error(&taken, 400, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_by_update_is_a_ban() {
    let app = start().await;
    let (token, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let data = json!({"banned": true, "banReason": "spam", "banExpires": "2026-03-01T00:00:00.000Z"});
    let user = update(&app, &admin, &id, data).await.expect(200).json();
    assert_eq!(
        (&user["banReason"], &user["banExpires"]),
        (&json!("spam"), &json!("2026-03-01T00:00:00.000Z"))
    );
    assert!(!is_live(&app, &token).await);
    let user = update(&app, &admin, &id, json!({"banned": false}))
        .await
        .expect(200)
        .json();
    assert_eq!(user["banned"], false);
}

/// All of it stands on the user, who is read with every session check.
#[tokio::test(flavor = "multi_thread")]
async fn fields_are_as_long_as_for_users_themselves() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    for (field, longest) in [
        ("image", 2048),
        ("displayUsername", 256),
        ("banReason", 256),
        ("name", 256),
    ] {
        let data = |length: usize| json!({ field: "a".repeat(length) });
        assert_error(
            &update(&app, &admin, &id, data(longest + 1)).await,
            400,
            "VALIDATION_ERROR",
        );
        let _ = update(&app, &admin, &id, data(longest)).await.expect(200);
        if field != "banReason" && field != "name" {
            let new = json!({"email": "new@example.com", "name": "New", "data": data(longest + 1)});
            assert_error(&post(&app, &admin, "create-user", &new).await, 400, "VALIDATION_ERROR");
        }
    }
    for hidden in ["admin\u{202e}", "ad\u{200b}min", "ad\nmin"] {
        for data in [json!({"displayUsername": hidden}), json!({"name": hidden})] {
            assert_error(&update(&app, &admin, &id, data).await, 400, "VALIDATION_ERROR");
        }
        let new = json!({"email": "new@example.com", "name": hidden});
        assert_error(&post(&app, &admin, "create-user", &new).await, 400, "VALIDATION_ERROR");
    }
    let copied = json!({"name": "\u{feff}Ada\u{200b} "});
    assert_eq!(
        update(&app, &admin, &id, copied).await.expect(200).json()["name"],
        "Ada"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_changes_are_reported() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    for (data, code) in [
        (json!({}), "NO_DATA_TO_UPDATE"),
        (json!({"password": "x"}), "PASSWORD_CANNOT_BE_UPDATED_VIA_UPDATE_USER"),
        (json!({"id": "x"}), "USER_ID_CANNOT_BE_UPDATED"),
        (json!({"createdAt": "x"}), "FIELD_NOT_ALLOWED"),
        (json!({"email": "nothing"}), "INVALID_EMAIL"),
        (
            json!({"role": "emperor"}),
            "YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE",
        ),
        (json!({"username": "no name"}), "INVALID_USERNAME"),
        (json!("text"), "VALIDATION_ERROR"),
    ] {
        assert_error(&update(&app, &admin, &id, data).await, 400, code);
    }
}

/// The names that an administrator gives follow the rules of those that users choose.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_gives_no_reserved_name_and_no_other_user_s() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let names = json!({"username": "ada", "displayUsername": "Countess"});
    let _ = update(&app, &admin, &id, names).await.expect(200);
    let create = async |data: &Value| {
        let body = json!({"email": "eve@example.com", "name": "Eve", "password": PASSWORD, "data": data});
        post(&app, &admin, "create-user", &body).await
    };
    let (_, other) = sign_up(&app, "grace@example.com").await;
    for (data, code) in [
        (json!({"username": "Admin"}), "INVALID_USERNAME"),
        (json!({"displayUsername": "su.pport"}), "INVALID_USERNAME"),
        (json!({"username": "countess"}), "USERNAME_IS_ALREADY_TAKEN"),
        (json!({"displayUsername": "ADA"}), "USERNAME_IS_ALREADY_TAKEN"),
        (
            json!({"username": "grace", "displayUsername": "countess"}),
            "USERNAME_IS_ALREADY_TAKEN",
        ),
    ] {
        assert_error(&create(&data).await, 400, code);
        assert_error(&update(&app, &admin, &other, data).await, 400, code);
    }
    // The own names of the user, in another spelling.
    let _ = update(&app, &admin, &id, json!({"displayUsername": "Ada"}))
        .await
        .expect(200);
    let _ = create(&json!({"username": "eve", "displayUsername": "Countess"}))
        .await
        .expect(200);
    let taken = update(&app, &admin, &other, json!({"username": "countess"})).await;
    assert_error(&taken, 400, "USERNAME_IS_ALREADY_TAKEN");
    let _ = update(&app, &admin, &id, json!({"username": "ada"})).await.expect(200);
}

/// A change of a user's address by an administrator must not go unnoticed.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_address_is_reported_to_the_old_mailbox() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let warnings = || {
        let mails = app.mails().into_iter();
        mails.filter(|mail| mail.tags.contains(&("kind".to_owned(), "email-changed".to_owned())))
    };
    let _ = update(&app, &admin, &id, json!({"email": ADA, "name": "Ada"}))
        .await
        .expect(200);
    assert_eq!(warnings().count(), 0, "it is the address that there was");
    let _ = update(&app, &admin, &id, json!({"email": "countess@example.com"}))
        .await
        .expect(200);
    assert_eq!(warnings().map(|mail| mail.to).collect::<Vec<_>>(), [[ADA]]);
}

/// An attacker with an administrator's open session must not gain the account.
#[tokio::test(flavor = "multi_thread")]
async fn administrators_do_to_themselves_what_everybody_does() {
    let app = start().await;
    let admin = admin(&app).await;
    let id = app.caller(&admin).await.user.id.to_string();
    for data in [
        json!({"email": "mine@example.com", "emailVerified": true}),
        json!({"emailVerified": true}),
    ] {
        assert_error(
            &update(&app, &admin, &id, data).await,
            400,
            "YOU_CANNOT_SET_YOUR_OWN_EMAIL",
        );
    }
    let body = json!({"userId": id, "newPassword": "another keeper"});
    let refused = post(&app, &admin, "set-user-password", &body).await;
    assert_error(&refused, 400, "YOU_CANNOT_SET_YOUR_OWN_PASSWORD");
    let _ = update(&app, &admin, &id, json!({"name": "Keeper"})).await.expect(200);
    let _ = try_sign_in(&app, super::ADMIN, PASSWORD).await.expect(200);
}

/// CVE-2026-134311: an administrator's word about an address that the administrator has just written proves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_not_verified_by_being_written() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let _ = update(&app, &admin, &id, json!({"emailVerified": true}))
        .await
        .expect(200);
    let both = json!({"email": "countess@example.com", "emailVerified": true});
    let user = update(&app, &admin, &id, both).await.expect(200).json();
    assert_eq!(
        (&user["email"], &user["emailVerified"]),
        (&json!("countess@example.com"), &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_identifies_a_user_with_more_rights_is_written() {
    let app = start().await;
    let root = super::super_admin(&app, "root@example.com").await;
    let before = app.caller(&root).await.user;
    let admin = admin(&app).await;
    for data in [
        json!({"email": "mine@example.com"}),
        json!({"emailVerified": false}),
        json!({"email": "mine@example.com", "emailVerified": true}),
        json!({"username": "mine"}),
    ] {
        let refused = update(&app, &admin, &before.id.to_string(), data).await;
        assert_error(&refused, 403, "USER_HAS_A_HIGHER_ROLE");
    }
    assert_eq!(app.caller(&root).await.user, before);
}
