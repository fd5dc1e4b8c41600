//! What a request may cost: calls to AWS, with all limits counted.

use serde_json::json;
use shared::testkit::{Answer, TestApp};

use super::support::*;

/// Calls to DynamoDB and to KMS.
fn calls(answer: &Answer) -> (u32, u32) {
    (answer.usage.dynamodb, answer.usage.kms)
}

async fn start_limited() -> TestApp {
    start_with(&[("RATE_LIMITS", "on")]).await
}

fn next_minute(app: &TestApp) {
    app.clock.advance(jiff::SignedDuration::from_mins(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_three_calls_whatever_it_leads_to() {
    let app = start_limited().await;
    let ada = enroll(&app, EMAIL).await;
    let asked = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(calls(&asked), (3, 0));
    let pending = cookie_of(&asked, CHALLENGE_COOKIE).expect("a challenge");
    let body = json!({"code": ada.phone.code(&app), "trustDevice": true});
    let trusted = with_challenge(&app, VERIFY_TOTP, &pending)
        .json(&body)
        .send()
        .await
        .expect(200);
    let mut browser = cookie_of(&trusted, TRUST_COOKIE).expect("a cookie");
    for _ in 0..2 {
        let cookie = format!("{TRUST_COOKIE}={browser}");
        let request = sign_in(&app, EMAIL, PASSWORD)
            .header("cookie", &cookie)
            .header("origin", ORIGIN);
        let spared = request.send().await.expect(200);
        assert_eq!(calls(&spared), (3, 0));
        browser = cookie_of(&spared, TRUST_COOKIE).expect("a cookie");
    }
}

/// The session check, the read, the count, KMS, the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_right_is_four_calls_and_one_of_kms() {
    let app = start_limited().await;
    let ada = enroll(&app, EMAIL).await;
    next_minute(&app);
    for (path, code) in [
        (VERIFY_TOTP, ada.phone.code(&app)),
        (VERIFY_BACKUP, ada.backup_codes[0].clone()),
    ] {
        let pending = challenge(&app, EMAIL).await;
        let answer = show(&app, path, &pending, &code).send().await.expect(200);
        assert_eq!(calls(&answer), (4, 1), "{path}");
    }
    let pending = challenge(&app, EMAIL).await;
    let sent = with_challenge(&app, SEND_OTP, &pending)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert_eq!(calls(&sent), (4, 0));
    let answer = show(&app, VERIFY_OTP, &pending, &mailed_code(&app))
        .send()
        .await
        .expect(200);
    assert_eq!(calls(&answer), (4, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_wrong_is_three_calls_and_one_of_kms() {
    let app = start_limited().await;
    let ada = enroll(&app, EMAIL).await;
    next_minute(&app);
    let pending = challenge(&app, EMAIL).await;
    for (path, code) in [
        (VERIFY_TOTP, ada.phone.wrong_code(&app)),
        (VERIFY_BACKUP, "00000-00000".to_owned()),
    ] {
        let answer = show(&app, path, &pending, &code).send().await.expect(401);
        assert_eq!(calls(&answer), (3, 1), "{path}");
    }
}

/// ... and so an attacker cannot cause calls of KMS by guessing.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_looked_at_costs_no_kms() {
    let app = start_with(&[]).await;
    let ada = enroll(&app, EMAIL).await;
    for _ in 0..2 {
        let pending = challenge(&app, EMAIL).await;
        for _ in 0..5 {
            let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.wrong_code(&app))
                .send()
                .await
                .expect(401);
        }
    }
    let pending = challenge(&app, EMAIL).await;
    let locked = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(429);
    assert_eq!(calls(&locked), (2, 0));
    let nobody = show(&app, VERIFY_TOTP, "nonsense", "123456").send().await.expect(401);
    assert_eq!(calls(&nobody), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn managing_it_is_three_calls_and_reading_the_secret_one_more() {
    let app = start_limited().await;
    let token = sign_up(&app, EMAIL).await;
    let enabled = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    assert_eq!(calls(&enabled), (3, 2));
    let code = json!({"code": Phone::scan(&enabled).code(&app)});
    let verified = app
        .post(VERIFY_TOTP)
        .cookie(&token)
        .json(&code)
        .send()
        .await
        .expect(200);
    assert_eq!(calls(&verified), (4, 1));
    let token = text(&verified.json()["token"]);
    // The secret is read for itself, and a commit requires that there was room for the attempt at the password.
    for (path, expected) in [(GET_URI, (4, 1)), (GENERATE, (3, 1)), (DISABLE, (3, 0))] {
        let answer = with_password(&app, path, &token, PASSWORD).send().await.expect(200);
        assert_eq!(calls(&answer), expected, "{path}");
    }
}
