//! `POST /two-factor/send-otp` and `/two-factor/verify-otp`.

use jiff::SignedDuration;
use serde_json::json;
use shared::testkit::{Answer, TestApp};

use super::support::*;

async fn send(app: &TestApp, challenge: &str) -> Answer {
    with_challenge(app, SEND_OTP, challenge).json(&json!({})).send().await
}

/// The code that was mailed for the sign-in.
async fn code_for(app: &TestApp, challenge: &str) -> String {
    assert_eq!(send(app, challenge).await.expect(200).json(), json!({"status": true}));
    mailed_code(app)
}

fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_code_completes_the_sign_in() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let code = code_for(&app, &pending).await;
    let mail = app.last_mail("two-factor-otp");
    assert_eq!(mail.to, [EMAIL]);
    assert!(!mail.subject.contains(&code));
    let answer = show(&app, VERIFY_OTP, &pending, &code).send().await.expect(200);
    let token = text(&answer.json()["token"]);
    assert_eq!(cookie_of(&answer, SESSION_COOKIE).as_deref(), Some(token.as_str()));
    assert!(clears(&answer, CHALLENGE_COOKIE));
    assert_eq!(session_of(&app, &token).await["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_code_is_good_once() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let _ = app
        .post(SEND_OTP)
        .cookie(&ada.token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let code = json!({"code": mailed_code(&app)});
    let verify = async |token: &str| app.post(VERIFY_OTP).cookie(token).json(&code).send().await;
    let renewed = text(&verify(&ada.token).await.expect(200).json()["token"]);
    assert_refused(&verify(&renewed).await, 400, "OTP_HAS_EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_code_is_good_for_three_minutes() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let late = code_for(&app, &pending).await;
    app.clock.advance(SignedDuration::from_mins(3));
    assert_refused(
        &show(&app, VERIFY_OTP, &pending, &late).send().await,
        400,
        "OTP_HAS_EXPIRED",
    );
    let in_time = code_for(&app, &pending).await;
    app.clock
        .advance(SignedDuration::from_mins(3) - SignedDuration::from_millis(1));
    let _ = show(&app, VERIFY_OTP, &pending, &in_time).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_asking_there_is_no_code() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let answer = show(&app, VERIFY_OTP, &pending, "123456").send().await;
    assert_refused(&answer, 400, "OTP_HAS_EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_the_sign_in_that_asked_for_it() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let (first, second) = (challenge(&app, EMAIL).await, challenge(&app, EMAIL).await);
    let code = code_for(&app, &first).await;
    assert_refused(
        &show(&app, VERIFY_OTP, &second, &code).send().await,
        400,
        "OTP_HAS_EXPIRED",
    );
    let own = code_for(&app, &second).await;
    if own != code {
        assert_refused(
            &show(&app, VERIFY_OTP, &second, &code).send().await,
            401,
            "INVALID_CODE",
        );
    }
    let _ = show(&app, VERIFY_OTP, &first, &code).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_code_takes_the_place_of_the_older_one() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let first = code_for(&app, &pending).await;
    let second = code_for(&app, &pending).await;
    assert_ne!(first, second);
    assert_refused(
        &show(&app, VERIFY_OTP, &pending, &first).send().await,
        401,
        "INVALID_CODE",
    );
    let _ = show(&app, VERIFY_OTP, &pending, &second).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_attempts_at_one_code_and_then_another_is_needed() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let code = code_for(&app, &pending).await;
    for _ in 0..5 {
        let answer = show(&app, VERIFY_OTP, &pending, other_than(&code)).send().await;
        assert_refused(&answer, 401, "INVALID_CODE");
    }
    let answer = show(&app, VERIFY_OTP, &pending, &code).send().await;
    assert_refused(&answer, 400, "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE");
    // The sign-in goes on waiting.
    assert!(answer.cookies().is_empty());
    let _ = show(&app, VERIFY_OTP, &pending, &code_for(&app, &pending).await)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_code_turns_the_second_factor_on_in_a_session() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let _ = app
        .post(SEND_OTP)
        .cookie(&token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let code = json!({"code": mailed_code(&app)});
    let answer = app.post(VERIFY_OTP).cookie(&token).json(&code).send().await.expect(200);
    let renewed = text(&answer.json()["token"]);
    assert_eq!(answer.json()["user"]["twoFactorEnabled"], true);
    assert!(is_live(&app, &renewed).await && !is_live(&app, &token).await);
    let asked = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(asked.json()["twoFactorMethods"], json!(["otp"]));
}

/// The mailed code of a session with the age, of a user who has verified the address or not.
async fn turn_on_after(age: SignedDuration, is_verified: bool) -> (TestApp, Answer) {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    if is_verified {
        verify_email(&app).await;
    }
    app.clock.advance(age);
    let asked = app.post(SEND_OTP).cookie(&token).json(&json!({})).send().await;
    let _ = asked.expect(200);
    let code = json!({"code": mailed_code(&app)});
    let answer = app.post(VERIFY_OTP).cookie(&token).json(&code).send().await;
    (app, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_fresh_session_with_a_verified_address_turns_the_second_factor_on_by_mail() {
    for (hours, is_verified, code) in [(25, true, "SESSION_NOT_FRESH"), (0, false, "EMAIL_NOT_VERIFIED")] {
        let (app, answer) = turn_on_after(SignedDuration::from_hours(hours), is_verified).await;
        assert_refused(&answer, 403, code);
        let signed_in = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
        assert!(signed_in.json()["token"].is_string(), "it is off");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_leaves_for_a_sign_in_that_is_over() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    app.aws.faults().set(local_aws::Service::Ses, local_aws::Mode::Error);
    let _ = send(&app, &pending).await.expect(200);
    app.aws.faults().set(local_aws::Service::Ses, local_aws::Mode::Off);
    let _ = app
        .post("/api/auth/revoke-sessions")
        .cookie(&ada.token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    app.deliver_mail().await;
    assert_eq!(app.count_mails("two-factor-otp"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_five_codes_in_a_quarter_of_an_hour() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    let ask = |number: u8| {
        let request = app.post(SEND_OTP).cookie(&token).json(&json!({}));
        request.from_ip(&format!("198.51.100.{number}")).send()
    };
    for number in 0..5 {
        let _ = ask(number).await.expect(200);
    }
    let answer = ask(5).await;
    assert_refused(&answer, 429, "TOO_MANY_REQUESTS");
    assert!(answer.header("retry-after").is_some());
    assert_eq!(app.count_mails("two-factor-otp"), 5);
}
