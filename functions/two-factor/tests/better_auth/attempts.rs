//! How often a second factor may be tried: at one sign-in, and at one account whatever sign-ins and addresses the attempts come from.
//! These limits hold with `RATE_LIMITS` off too.

use jiff::SignedDuration;
use serde_json::json;
use shared::testkit::TestApp;

use super::support::*;

/// Wrong codes, each at a sign-in of its own and from an address of its own.
async fn fail(app: &TestApp, times: u32) {
    for number in 0..times {
        let pending = challenge(app, EMAIL).await;
        let request = show(app, VERIFY_BACKUP, &pending, "00000-00000").from_ip(&format!("198.51.100.{number}"));
        assert_refused(&request.send().await, 401, "INVALID_BACKUP_CODE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_attempts_at_one_sign_in_and_then_a_mail_or_another_sign_in_is_needed() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    for number in 0..5 {
        let (path, code, refusal) = if number % 2 == 0 {
            (VERIFY_TOTP, ada.phone.wrong_code(&app), "INVALID_CODE")
        } else {
            (VERIFY_BACKUP, "00000-00000".to_owned(), "INVALID_BACKUP_CODE")
        };
        assert_refused(&show(&app, path, &pending, &code).send().await, 401, refusal);
    }
    for (path, code) in [
        (VERIFY_TOTP, ada.phone.code(&app)),
        (VERIFY_BACKUP, ada.backup_codes[0].clone()),
    ] {
        let answer = show(&app, path, &pending, &code).send().await;
        assert_refused(&answer, 400, "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE");
    }
    // Another sign-in has attempts of its own, and the right codes were not used up.
    let another = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &another, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    pass_by_mail(&app, &pending).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_failures_in_a_row_lock_the_account_for_all_its_sign_ins() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    fail(&app, 10).await;
    let pending = challenge(&app, EMAIL).await;
    for (path, code) in [
        (VERIFY_TOTP, ada.phone.code(&app)),
        (VERIFY_BACKUP, ada.backup_codes[0].clone()),
    ] {
        let answer = show(&app, path, &pending, &code).send().await;
        assert_refused(&answer, 429, "ACCOUNT_TEMPORARILY_LOCKED");
        assert_eq!(answer.header("retry-after"), Some("900"));
        assert_eq!(answer.header("x-retry-after"), Some("900"));
    }
    let _ = with_challenge(&app, SEND_OTP, &pending)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let mailed = show(&app, VERIFY_OTP, &pending, &mailed_code(&app)).send().await;
    assert_refused(&mailed, 429, "ACCOUNT_TEMPORARILY_LOCKED");
    // Others are not concerned, and nor is who is signed in.
    assert!(is_live(&app, &ada.token).await);
    let grace = enroll(&app, OTHER).await;
    let pending = challenge(&app, OTHER).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &grace.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lock_is_longer_than_the_one_before() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    fail(&app, 10).await;
    for minutes in [15, 30, 60, 60] {
        app.clock
            .advance(SignedDuration::from_mins(minutes) - SignedDuration::from_secs(1));
        let pending = challenge(&app, EMAIL).await;
        let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
        assert_refused(&answer, 429, "ACCOUNT_TEMPORARILY_LOCKED");
        assert_eq!(answer.header("retry-after"), Some("1"));
        app.clock.advance(SignedDuration::from_secs(1));
        fail(&app, 10).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_forgets_the_failures_before_it() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    for backup_code in &ada.backup_codes[..3] {
        fail(&app, 9).await;
        let pending = challenge(&app, EMAIL).await;
        let _ = show(&app, VERIFY_BACKUP, &pending, backup_code)
            .send()
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_ends_by_itself() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    fail(&app, 10).await;
    app.clock.advance(SignedDuration::from_mins(15));
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    fail(&app, 9).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_attempts_a_minute_from_one_address() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let ada = enroll(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let wrong = json!({"code": ada.phone.wrong_code(&app)});
    let try_from = |ip: &'static str| app.post(VERIFY_TOTP).cookie(&ada.token).json(&wrong).from_ip(ip).send();
    for _ in 0..5 {
        assert_refused(&try_from("198.51.100.1").await, 401, "INVALID_CODE");
    }
    assert_refused(&try_from("198.51.100.1").await, 429, "TOO_MANY_REQUESTS");
    assert_refused(&try_from("198.51.100.2").await, 401, "INVALID_CODE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_code_is_no_guess() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let ada = enroll(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_mins(1));
    for backup_code in &ada.backup_codes[..7] {
        let pending = challenge(&app, EMAIL).await;
        let _ = show(&app, VERIFY_BACKUP, &pending, backup_code)
            .send()
            .await
            .expect(200);
    }
    for failures in 0..6 {
        let pending = challenge(&app, EMAIL).await;
        let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.wrong_code(&app))
            .send()
            .await;
        assert_eq!(answer.status, if failures < 5 { 401 } else { 429 }, "{failures}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_limited_as_everywhere() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    for number in 0..7 {
        let request = with_password(&app, ENABLE, &token, WRONG).from_ip(&format!("198.51.100.{number}"));
        assert_refused(&request.send().await, 400, "INVALID_PASSWORD");
    }
    let request = with_password(&app, ENABLE, &token, PASSWORD).from_ip("198.51.100.77");
    assert_refused(&request.send().await, 429, "TOO_MANY_REQUESTS");
}
