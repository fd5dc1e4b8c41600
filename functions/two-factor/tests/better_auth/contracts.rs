//! What each contract gives for a password alone, when its user asks for a second factor.

use serde_json::json;

use super::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn better_auth_gives_a_challenge_and_no_session() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let answer = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(
        answer.json(),
        json!({"twoFactorRedirect": true, "twoFactorMethods": ["totp", "otp"]})
    );
    assert!(clears(&answer, SESSION_COOKIE));
    assert_eq!(answer.header("set-auth-token"), None);
    let line = cookie_line(&answer, CHALLENGE_COOKIE).expect("a challenge");
    for attribute in ["Max-Age=600", "Path=/", "HttpOnly", "SameSite=Lax"] {
        assert!(line.contains(attribute), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_by_username_waits_too() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let name = json!({"username": "ada_lovelace"});
    let _ = app
        .post("/api/auth/update-user")
        .cookie(&ada.token)
        .json(&name)
        .send()
        .await
        .expect(200);
    let body = json!({"username": "ada_lovelace", "password": PASSWORD});
    let answer = app
        .post("/api/auth/sign-in/username")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], true);
    assert!(clears(&answer, SESSION_COOKIE));
    let pending = cookie_of(&answer, CHALLENGE_COOKIE).expect("a challenge");
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_https_the_challenge_is_kept_off_plain_http() {
    let app = start_with(&[("PUBLIC_URL", "https://auth.example.com")]).await;
    let token = sign_up(&app, EMAIL).await;
    let enabled = app
        .post(ENABLE)
        .bearer(&token)
        .json(&json!({"password": PASSWORD}))
        .send()
        .await;
    let phone = Phone::scan(&enabled.expect(200));
    let code = json!({"code": phone.code(&app), "trustDevice": true});
    let verified = app
        .post(VERIFY_TOTP)
        .bearer(&token)
        .json(&code)
        .send()
        .await
        .expect(200);
    let asked = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    for (answer, name) in [
        (&asked, CHALLENGE_COOKIE),
        (&verified, TRUST_COOKIE),
        (&verified, SESSION_COOKIE),
    ] {
        let line = cookie_line(answer, &format!("__Secure-{name}")).expect("the cookie");
        assert!(line.contains("Secure"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn basic_refuses_because_it_has_nothing_between_a_token_and_none() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let answer = app.post("/api/auth/login").json(&body).send().await.expect(401);
    assert!(answer.json().get("access_token").is_none() && answer.cookies().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_gives_a_refresh_token_that_works_once_the_second_factor_was_shown() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let (pending, refresh_token) = teams_sign_in(&app).await;
    assert!(pending.starts_with("sfc_"), "no JWT before the second factor");
    let _ = refresh(&app, &refresh_token).await.expect(401);
    let _ = app.get("/auth/me").bearer(&pending).send().await.expect(401);

    let code = json!({"code": ada.phone.code(&app)});
    let answer = app
        .post(VERIFY_TOTP)
        .bearer(&pending)
        .json(&code)
        .send()
        .await
        .expect(200);
    assert!(is_live(&app, &text(&answer.json()["token"])).await);
    let tokens = refresh(&app, &refresh_token).await.expect(200).json();
    let jwt = text(&tokens["accessToken"]);
    assert_eq!(jwt.split('.').count(), 3);
    let me = app.get("/auth/me").bearer(&jwt).send().await.expect(200);
    assert_eq!(me.json()["isTwoFactorEnable"], true);
    assert_eq!(session_of(&app, &jwt).await["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_was_tried_too_early_still_works_later() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let (pending, refresh_token) = teams_sign_in(&app).await;
    for _ in 0..3 {
        let _ = refresh(&app, &refresh_token).await.expect(401);
    }
    let code = json!({"code": ada.backup_codes[0]});
    let _ = app
        .post(VERIFY_BACKUP)
        .bearer(&pending)
        .json(&code)
        .send()
        .await
        .expect(200);
    let _ = refresh(&app, &refresh_token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn verifying_an_address_opens_no_session_without_the_second_factor() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    let ada = enroll(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    let answer = app
        .get(&format!("/api/auth/verify-email?token={token}"))
        .send()
        .await
        .expect(200);
    assert!(cookie_of(&answer, SESSION_COOKIE).is_none());
    assert_eq!(answer.header("set-auth-token"), None);
    let pending = cookie_of(&answer, CHALLENGE_COOKIE).expect("a challenge");

    // The mailbox began it, so a mail does not complete it.
    let mailed = with_challenge(&app, SEND_OTP, &pending).json(&json!({})).send().await;
    assert_refused(&mailed, 400, "OTP_NOT_ENABLED");
    assert_eq!(app.count_mails("two-factor-otp"), 0);
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}
