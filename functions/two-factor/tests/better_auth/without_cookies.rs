//! Clients without cookies complete a sign-in with the tokens in the headers of the responses.

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp, TestRequest};

use super::support::*;

/// The challenge of a sign-in, from the header for clients without cookies.
async fn pending(app: &TestApp) -> String {
    let answer = sign_in(app, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], true);
    let exposed = answer.headers.get_all("access-control-expose-headers").iter();
    assert!(exposed.into_iter().any(|name| name == "set-two-factor-token"));
    let token = answer.header("set-two-factor-token").expect("a challenge").to_owned();
    assert_eq!(cookie_of(&answer, CHALLENGE_COOKIE).as_deref(), Some(token.as_str()));
    token
}

fn show_bearer<'a>(app: &'a TestApp, path: &str, challenge: &str, body: &Value) -> TestRequest<'a> {
    app.post(path).bearer(challenge).json(body)
}

async fn assert_opens_session(app: &TestApp, answer: Answer) {
    let answer = answer.expect(200);
    let token = answer.header("set-auth-token").expect("a session").to_owned();
    assert_eq!(text(&answer.json()["token"]), token);
    assert_eq!(session_of(app, &token).await["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_second_factor_completes_a_sign_in_with_the_challenge_as_bearer_token() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let challenge = pending(&app).await;
    assert_eq!(session_of(&app, &challenge).await, Value::Null);
    let body = json!({"code": ada.phone.code(&app)});
    assert_opens_session(&app, show_bearer(&app, VERIFY_TOTP, &challenge, &body).send().await).await;

    let challenge = pending(&app).await;
    let _ = show_bearer(&app, SEND_OTP, &challenge, &json!({}))
        .send()
        .await
        .expect(200);
    let code = mailed_code(&app);
    let body = json!({"code": code});
    assert_opens_session(&app, show_bearer(&app, VERIFY_OTP, &challenge, &body).send().await).await;

    let challenge = pending(&app).await;
    let body = json!({"code": ada.backup_codes[0]});
    assert_opens_session(&app, show_bearer(&app, VERIFY_BACKUP, &challenge, &body).send().await).await;
    // A challenge is good once.
    let body = json!({"code": ada.backup_codes[1]});
    let answer = show_bearer(&app, VERIFY_BACKUP, &challenge, &body).send().await;
    assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_device_needs_no_cookie() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let challenge = pending(&app).await;
    let body = json!({"code": ada.phone.code(&app), "trustDevice": true});
    let answer = show_bearer(&app, VERIFY_TOTP, &challenge, &body)
        .send()
        .await
        .expect(200);
    let device = answer.header("set-trust-device-token").expect("a token").to_owned();
    let from_device = |device: &str| sign_in(&app, EMAIL, PASSWORD).header("x-trust-device-token", device);
    let answer = from_device(&device).send().await.expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
    let next = answer
        .header("set-trust-device-token")
        .expect("the next token")
        .to_owned();
    assert_ne!(next, device);
    let other = sign_in(&app, EMAIL, WRONG).header("x-trust-device-token", &next);
    assert_eq!(other.send().await.status, 401, "the device replaces no password");
    assert!(from_device(&next).send().await.expect(200).json()["token"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_cookie_of_a_challenge_or_a_trusted_device_does_not_hide_the_valid_one() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let spent = pending(&app).await;
    let body = json!({"code": ada.phone.code(&app), "trustDevice": true});
    let answer = show_bearer(&app, VERIFY_TOTP, &spent, &body).send().await.expect(200);
    let first = answer.header("set-trust-device-token").expect("a token").to_owned();
    next_step(&app);
    let live = pending(&app).await;
    let cookies = format!("{CHALLENGE_COOKIE}=nonsense; {CHALLENGE_COOKIE}={spent}; {CHALLENGE_COOKIE}={live}");
    let request = app
        .post(VERIFY_TOTP)
        .header("cookie", &cookies)
        .header("origin", ORIGIN);
    let answer = request.json(&body_with(&ada, &app)).send().await.expect(200);
    let second = answer.header("set-trust-device-token").expect("a token").to_owned();

    // The first device is signed in with until its first token is no longer a repetition, but an old copy.
    let browser = |cookies: String| {
        let request = sign_in(&app, EMAIL, PASSWORD).header("cookie", &cookies);
        request.header("origin", ORIGIN).send()
    };
    let _ = browser(format!("{TRUST_COOKIE}={first}")).await.expect(200);
    app.clock.advance(jiff::SignedDuration::from_secs(60));
    let answer = browser(format!("{TRUST_COOKIE}={first}; {TRUST_COOKIE}={second}")).await;
    assert_eq!(answer.expect(200).json()["user"]["email"], EMAIL);
}

fn body_with(ada: &Enrolled, app: &TestApp) -> Value {
    json!({"code": ada.phone.code(app), "trustDevice": true})
}
