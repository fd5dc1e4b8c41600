//! Bans: who is banned is out everywhere at once.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::UserStatus;
use shared::store::Changes;

use super::{
    ADA, PASSWORD, admin, assert_error, is_live, post, post_undocumented, sign_in, sign_up, start, try_sign_in,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_user_is_out_everywhere_at_once() {
    let app = start().await;
    let (session, id) = sign_up(&app, ADA).await;
    let login = app
        .post("/api/auth/login")
        .json(&json!({"email": ADA, "password": PASSWORD}));
    let jwt = login.send().await.expect(200).json()["access_token"]
        .as_str()
        .expect("a JWT")
        .to_owned();
    let credentials = json!({"credentials": {"email": ADA, "password": PASSWORD}, "captchaToken": "unused"});
    let teams = app
        .post("/auth/sign-in")
        .json(&credentials)
        .send()
        .await
        .expect(200)
        .json();
    let admin = admin(&app).await;
    let body = json!({"userId": id, "banReason": "spam"});
    let user = post(&app, &admin, "ban-user", &body).await.expect(200).json()["user"].clone();
    assert_eq!(
        (&user["banned"], &user["banReason"], &user["banExpires"]),
        (&json!(true), &json!("spam"), &Value::Null)
    );
    assert!(!is_live(&app, &session).await && !is_live(&app, &jwt).await);
    let refresh = json!({"refreshToken": teams["refreshToken"]});
    let _ = app.post("/auth/refresh-token").json(&refresh).send().await.expect(401);
    assert_error(&try_sign_in(&app, ADA, PASSWORD).await, 403, "BANNED_USER");
    let _ = app.post("/auth/sign-in").json(&credentials).send().await.expect(400);
    let _ = app
        .post("/api/auth/login")
        .json(&json!({"email": ADA, "password": PASSWORD}))
        .send()
        .await
        .expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_says_why_and_until_when() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let ban = async |seconds: Value| {
        let body = json!({"userId": id, "banExpiresIn": seconds});
        post(&app, &admin, "ban-user", &body).await.expect(200).json()["user"].clone()
    };
    let user = ban(json!(3600)).await;
    assert_eq!(
        (&user["banReason"], &user["banExpires"]),
        (&json!("No reason"), &json!("2026-01-31T13:00:00.000Z"))
    );
    assert_eq!(ban(json!("60")).await["banExpires"], "2026-01-31T12:01:00.000Z");
    assert_eq!(ban(json!(0)).await["banExpires"], Value::Null);
    // A negative time is no ban for good.
    for wrong in [json!("soon"), json!(-1), json!("-60")] {
        let refused = post(&app, &admin, "ban-user", &json!({"userId": id, "banExpiresIn": wrong})).await;
        assert_error(&refused, 400, "VALIDATION_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_after_the_ban_is_no_longer_banned() {
    let app = start().await;
    let (session, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let body = json!({"userId": id, "banExpiresIn": 3600});
    let _ = post(&app, &admin, "ban-user", &body).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(3599));
    assert_error(&try_sign_in(&app, ADA, PASSWORD).await, 403, "BANNED_USER");
    app.clock.advance(SignedDuration::from_secs(1));
    let user = try_sign_in(&app, ADA, PASSWORD).await.expect(200).json()["user"].clone();
    assert_eq!((&user["banned"], &user["banReason"]), (&json!(false), &Value::Null));
    assert!(!is_live(&app, &session).await, "sessions of before do not come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_can_be_lifted_and_administrators_cannot_ban_themselves() {
    let app = start().await;
    let (session, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let _ = post(&app, &admin, "ban-user", &json!({ "userId": id }))
        .await
        .expect(200);
    let user = post(&app, &admin, "unban-user", &json!({ "userId": id }))
        .await
        .expect(200)
        .json()["user"]
        .clone();
    assert_eq!((&user["banned"], &user["banReason"]), (&json!(false), &Value::Null));
    assert!(is_live(&app, &sign_in(&app, ADA).await).await && !is_live(&app, &session).await);
    let own = app.caller(&admin).await.user.id.to_string();
    let refused = post(&app, &admin, "ban-user", &json!({ "userId": own })).await;
    assert_error(&refused, 400, "YOU_CANNOT_BAN_YOURSELF");
    let update = json!({"userId": own, "data": {"banned": true}});
    let refused = post_undocumented(&app, &admin, "update-user", &update).await;
    assert_error(&refused, 400, "YOU_CANNOT_BAN_YOURSELF");
    assert!(is_live(&app, &admin).await);
}

/// A ban that is over, or lifted, does not admit a user who was refused before it.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_was_before_a_ban_the_user_is_after_it() {
    let app = start().await;
    let admin = admin(&app).await;
    for (number, status) in [UserStatus::Suspended, UserStatus::Pending, UserStatus::Deleted]
        .into_iter()
        .enumerate()
    {
        let (token, id) = sign_up(&app, &format!("user{number}@example.com")).await;
        let mut user = app.caller(&token).await.user;
        user.status = status.clone();
        let changes = Changes::new().update_user(&user);
        app.core().store.commit(changes).await.expect("a commit");
        let status_now = async || {
            app.core()
                .store
                .find_user(user.id)
                .await
                .expect("an answer")
                .expect("a user")
                .status
        };
        let of_user = json!({ "userId": id });
        for _ in 0..2 {
            let banned = post(&app, &admin, "ban-user", &of_user).await.expect(200).json();
            assert_eq!(banned["user"]["banned"], true);
        }
        let lifted = post(&app, &admin, "unban-user", &of_user).await.expect(200).json();
        assert_eq!(
            (&lifted["user"]["banned"], status_now().await),
            (&json!(false), status.clone())
        );

        let an_hour = json!({"userId": id, "banExpiresIn": 3600});
        let _ = post(&app, &admin, "ban-user", &an_hour).await.expect(200);
        app.clock.advance(SignedDuration::from_hours(2));
        let email = format!("user{number}@example.com");
        assert_ne!(
            try_sign_in(&app, &email, PASSWORD).await.status.as_u16(),
            200,
            "{status:?}"
        );
    }
}
