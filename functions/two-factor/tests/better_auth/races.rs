//! Race conditions: with sixteen requests at once, what must happen once happens once.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use shared::testkit::race::{CROWD, count, race};
use shared::testkit::{Answer, TestApp};

use super::support::*;

/// The codes of the attempts that lost.
fn codes(answers: &[Answer]) -> BTreeSet<String> {
    let lost = answers.iter().filter(|answer| answer.status != 200);
    lost.map(|answer| text(&answer.json()["code"])).collect()
}

fn set_of(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// As many sign-ins as fit below the account's limit, and the same code for all of them.
async fn challenges(app: &TestApp, number: usize) -> Vec<String> {
    let mut challenges = Vec::new();
    for _ in 0..number {
        challenges.push(challenge(app, EMAIL).await);
    }
    challenges
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_show_one_code_of_the_app_one_signs_in() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let pending = challenges(&app, CROWD).await;
    let code = ada.phone.code(&app);
    let answers = race(&app, |number, app| {
        let (pending, code) = (pending[number].clone(), code.clone());
        async move { show(&app, VERIFY_TOTP, &pending, &code).send().await }
    })
    .await;
    assert_eq!(count(&answers, 200), 1, "{:?}", codes(&answers));
    let allowed = set_of(&["INVALID_CODE", "ACCOUNT_TEMPORARILY_LOCKED", "SERVICE_UNAVAILABLE"]);
    assert!(codes(&answers).is_subset(&allowed), "{:?}", codes(&answers));
}

/// Four requests of each contender are sixty-four at once.
#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_verifications_of_one_code_one_succeeds_and_all_are_answered() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let pending = challenges(&app, 4 * CROWD).await;
    let code = ada.phone.code(&app);
    let answers = race(&app, |number, app| {
        let (pending, code) = (pending[4 * number..][..4].to_vec(), code.clone());
        async move {
            let verify = |at: usize| show(&app, VERIFY_TOTP, &pending[at], &code).send();
            <[Answer; 4]>::from(tokio::join!(verify(0), verify(1), verify(2), verify(3)))
        }
    })
    .await;
    let answers: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(answers.len(), 64);
    assert_eq!(count(&answers, 200), 1, "{:?}", codes(&answers));
    let allowed = set_of(&["INVALID_CODE", "ACCOUNT_TEMPORARILY_LOCKED"]);
    assert!(codes(&answers).is_subset(&allowed), "{:?}", codes(&answers));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_complete_one_sign_in_one_gets_the_session() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let codes_of_all = ada.backup_codes.clone();
    let answers = race(&app, |number, app| {
        let (pending, code) = (pending.clone(), codes_of_all[number % 4].clone());
        async move { show(&app, VERIFY_BACKUP, &pending, &code).send().await }
    })
    .await;
    assert_eq!(count(&answers, 200), 1, "{:?}", codes(&answers));
    let sessions = app
        .get("/api/auth/list-sessions")
        .cookie(&ada.token)
        .send()
        .await
        .expect(200);
    assert_eq!(sessions.json().as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_show_one_backup_code_one_signs_in() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let pending = challenges(&app, CROWD).await;
    let answers = race(&app, |number, app| {
        let (pending, code) = (pending[number].clone(), ada.backup_codes[0].clone());
        async move { show(&app, VERIFY_BACKUP, &pending, &code).send().await }
    })
    .await;
    assert_eq!(count(&answers, 200), 1, "{:?}", codes(&answers));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_show_one_mailed_code_one_succeeds() {
    let app = Arc::new(start().await);
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
    let answers = race(&app, |_, app| {
        let (token, code) = (token.clone(), code.clone());
        async move { app.post(VERIFY_OTP).cookie(&token).json(&code).send().await }
    })
    .await;
    assert_eq!(count(&answers, 200), 1, "{:?}", codes(&answers));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_guesses_at_one_sign_in_five_are_looked_at() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let wrong = ada.phone.wrong_code(&app);
    let answers = race(&app, |_, app| {
        let (pending, wrong) = (pending.clone(), wrong.clone());
        async move { show(&app, VERIFY_TOTP, &pending, &wrong).send().await }
    })
    .await;
    let looked_at: u32 = answers.iter().map(|answer| answer.usage.kms).sum();
    assert!(looked_at <= 5, "{looked_at}");
    let invalid = answers
        .iter()
        .filter(|answer| answer.json()["code"] == "INVALID_CODE")
        .count();
    assert_eq!(u32::try_from(invalid).expect("few"), looked_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_guesses_at_one_account_ten_are_looked_at() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let pending = challenges(&app, CROWD).await;
    let wrong = ada.phone.wrong_code(&app);
    let answers = race(&app, |number, app| {
        let (pending, wrong) = (pending[number].clone(), wrong.clone());
        async move { show(&app, VERIFY_TOTP, &pending, &wrong).send().await }
    })
    .await;
    let looked_at: u32 = answers.iter().map(|answer| answer.usage.kms).sum();
    assert!(looked_at <= 10, "{looked_at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tabs_of_one_trusted_browser_sign_in_at_once_and_keep_one_token() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let body = json!({"code": ada.phone.code(&app), "trustDevice": true});
    let trusted = with_challenge(&app, VERIFY_TOTP, &pending)
        .json(&body)
        .send()
        .await
        .expect(200);
    let browser = cookie_of(&trusted, TRUST_COOKIE).expect("a cookie");
    let answers = race(&app, |_, app| {
        let cookie = format!("{TRUST_COOKIE}={browser}");
        async move {
            let request = sign_in(&app, EMAIL, PASSWORD).header("cookie", &cookie);
            request.header("origin", ORIGIN).send().await
        }
    })
    .await;
    let tokens: BTreeSet<_> = answers.iter().map(|answer| cookie_of(answer, TRUST_COOKIE)).collect();
    assert_eq!(count(&answers, 200), CROWD);
    assert!(answers.iter().all(|answer| answer.json()["token"].is_string()));
    assert_eq!(tokens.len(), 1, "one successor");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_turn_it_on_at_once_the_user_has_one_second_factor() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let answers = race(&app, |_, app| {
        let token = token.clone();
        async move { with_password(&app, ENABLE, &token, PASSWORD).send().await }
    })
    .await;
    let mut working = 0;
    for enabled in answers.iter().filter(|answer| answer.status == 200) {
        let code = json!({"code": Phone::scan(enabled).code(&app)});
        let answer = app.post(VERIFY_TOTP).bearer(&token).json(&code).send().await;
        working += usize::from(answer.status == 200);
        if answer.status == 200 {
            break;
        }
        app.clock.advance(jiff::SignedDuration::from_mins(16));
    }
    assert_eq!(working, 1);
}
