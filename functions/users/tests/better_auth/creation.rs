//! Users that administrators make, and unmake.

use serde_json::json;

use super::{
    ADA, PASSWORD, admin, assert_error, is_live, post, sign_in, sign_up, start, start_with, text, try_sign_in,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_can_sign_in() {
    let app = start().await;
    let admin = admin(&app).await;
    let body = json!({
        "email": "Ada@Example.com", "password": PASSWORD, "name": "Ada Lovelace", "role": "user",
        "data": {"username": "Ada_L", "emailVerified": true, "image": "https://example.com/ada.png"},
    });
    let answer = post(&app, &admin, "create-user", &body).await.expect(200);
    assert!(answer.cookies().is_empty(), "it signs no user in");
    let user = &answer.json()["user"];
    assert_eq!(
        (&user["email"], &user["emailVerified"], &user["username"], &user["role"]),
        (&json!(ADA), &json!(true), &json!("ada_l"), &json!("user"))
    );
    assert!(is_live(&app, &sign_in(&app, ADA).await).await);
    let by_username = json!({"username": "ada_l", "password": PASSWORD});
    let _ = app
        .post("/api/auth/sign-in/username")
        .json(&by_username)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_come_as_a_text_or_as_a_list() {
    let app = start().await;
    let admin = admin(&app).await;
    for (number, (role, expected)) in [
        (json!("admin"), "admin"),
        (json!(["user", "admin"]), "user,admin"),
        (json!("user,admin"), "user,admin"),
        (json!(["admin", "user", "admin"]), "admin,user"),
        (json!(["user"]), "user"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"email": format!("u{number}@example.com"), "password": PASSWORD, "name": "U", "role": role});
        let answer = post(&app, &admin, "create-user", &body).await.expect(200);
        assert_eq!(answer.json()["user"]["role"], expected);
    }
    let body = json!({"email": ADA, "password": PASSWORD, "name": "U", "role": "emperor"});
    let refused = post(&app, &admin, "create-user", &body).await;
    assert_error(&refused, 400, "YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_in_a_new_user_are_reported_and_nothing_is_created() {
    let app = start().await;
    let admin = admin(&app).await;
    let _ = sign_up(&app, "taken@example.com").await;
    let with = |change: &[(&str, serde_json::Value)]| {
        let mut body = json!({"email": ADA, "password": PASSWORD, "name": "Ada"});
        for (name, value) in change {
            body[*name] = value.clone();
        }
        body
    };
    for (body, code) in [
        (
            with(&[("email", json!("taken@example.com"))]),
            "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
        ),
        (with(&[("email", json!("nothing"))]), "INVALID_EMAIL"),
        (with(&[("password", json!("short"))]), "PASSWORD_TOO_SHORT"),
        (with(&[("password", json!("ostiary2026!"))]), "PASSWORD_COMPROMISED"),
        (with(&[("password", json!(ADA))]), "PASSWORD_COMPROMISED"),
        (with(&[("name", json!(null))]), "VALIDATION_ERROR"),
        (
            with(&[("data", json!({"twoFactorEnabled": true}))]),
            "FIELD_NOT_ALLOWED",
        ),
        (with(&[("data", json!({"id": "x"}))]), "FIELD_NOT_ALLOWED"),
        (with(&[("data", json!("{not json"))]), "VALIDATION_ERROR"),
        (with(&[("data", json!({"username": "x"}))]), "USERNAME_TOO_SHORT"),
    ] {
        assert_error(&post(&app, &admin, "create-user", &body).await, 400, code);
    }
    let _ = try_sign_in(&app, ADA, PASSWORD).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_user_is_gone_and_the_address_is_free() {
    let app = start().await;
    let (session, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let body = json!({ "userId": id });
    let answer = post(&app, &admin, "remove-user", &body).await.expect(200);
    assert_eq!(answer.json(), json!({"success": true}));
    assert!(!is_live(&app, &session).await);
    let _ = try_sign_in(&app, ADA, PASSWORD).await.expect(401);
    assert_error(&post(&app, &admin, "remove-user", &body).await, 404, "USER_NOT_FOUND");
    let _ = sign_up(&app, ADA).await;
    let own = app.caller(&admin).await.user.id.to_string();
    let refused = post(&app, &admin, "remove-user", &json!({ "userId": own })).await;
    assert_error(&refused, 400, "YOU_CANNOT_REMOVE_YOURSELF");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_password_is_the_one_that_opens_and_ends_what_the_old_one_opened() {
    let app = start().await;
    let (session, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let body = json!({"userId": id, "newPassword": "ten lanterns over Pskov"});
    let answer = post(&app, &admin, "set-user-password", &body).await.expect(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert!(!is_live(&app, &session).await);
    let _ = try_sign_in(&app, ADA, PASSWORD).await.expect(401);
    let _ = try_sign_in(&app, ADA, "ten lanterns over Pskov").await.expect(200);
    assert_eq!(text(&json!(app.last_mail("password-changed").to[0])), ADA);
    let short = post(
        &app,
        &admin,
        "set-user-password",
        &json!({"userId": id, "newPassword": "short"}),
    )
    .await;
    assert_error(&short, 400, "PASSWORD_TOO_SHORT");
    for guessable in [ADA, "ostiary2026!"] {
        let body = json!({"userId": id, "newPassword": guessable});
        let answer = post(&app, &admin, "set-user-password", &body).await;
        assert_error(&answer, 400, "PASSWORD_COMPROMISED");
    }
}

/// One of the devices that knew the old password may be an attacker's.
#[tokio::test(flavor = "multi_thread")]
async fn a_set_password_forgets_the_devices_that_have_signed_in_before() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let (_, id) = sign_up(&app, ADA).await;
    let device = try_sign_in(&app, ADA, PASSWORD).await.expect(200);
    let device = device.header("x-device-token").expect("a token").to_owned();
    let admin = admin(&app).await;
    let body = json!({"userId": id, "newPassword": "ten lanterns over Pskov"});
    let _ = post(&app, &admin, "set-user-password", &body).await.expect(200);
    let attempt = |password: &str, ip: &str| {
        let body = json!({"email": ADA, "password": password});
        app.post("/api/auth/sign-in/email").json(&body).from_ip(ip)
    };
    for number in 0..7 {
        let _ = attempt("wrong", &format!("198.51.100.{number}"))
            .send()
            .await
            .expect(401);
    }
    let known = attempt("ten lanterns over Pskov", "203.0.113.1").header("x-device-token", &device);
    let _ = known.send().await.expect(429);
}
