//! Step-up: when a second factor is shown in a session, another session takes its place, so that no copy of an older token
//! gains its rights. Access tokens say what was shown since the second factor was last turned on.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::testkit::race::{count, race};
use shared::testkit::{Answer, TestApp};

use super::support::*;

/// An access token, and the refresh token beside it.
type Tokens = (String, String);

async fn sign_up_for_tokens(app: &TestApp) -> Tokens {
    let tokens = shared::testkit::teams::sign_up(app, EMAIL).await;
    (text(&tokens["accessToken"]), text(&tokens["refreshToken"]))
}

/// The tokens of the session that took the place of the caller's.
async fn renewed(app: &TestApp, answer: &Answer) -> Tokens {
    let token = answer.header("set-refresh-token").expect("a refresh token");
    let mut exposed = answer.headers.get_all("access-control-expose-headers").iter();
    assert!(exposed.any(|name| name == "set-refresh-token"), "{:?}", answer.headers);
    shared::testkit::teams::tokens_of(&refresh(app, token).await.expect(200))
}

fn amr(access: &str) -> Value {
    let payload = access.split('.').nth(1).expect("a JWT");
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice::<Value>(&payload).expect("JSON")["amr"].take()
}

async fn assert_dead(app: &TestApp, (access, refresh_token): &Tokens) {
    assert!(!is_live(app, access).await);
    let _ = app.get("/auth/me").bearer(access).send().await.expect(401);
    let _ = refresh(app, refresh_token).await.expect(401);
}

/// A session of a trusted browser, which has not shown the second factor.
async fn trusted_session(app: &TestApp, ada: &Enrolled) -> String {
    let pending = challenge(app, EMAIL).await;
    let body = json!({"code": ada.phone.code(app), "trustDevice": true});
    let answer = with_challenge(app, VERIFY_TOTP, &pending).json(&body).send().await;
    let browser = cookie_of(&answer.expect(200), TRUST_COOKIE).expect("a trusted browser");
    next_step(app);
    let request = sign_in(app, EMAIL, PASSWORD).header("cookie", &format!("{TRUST_COOKIE}={browser}"));
    let answer = request.header("origin", ORIGIN).send().await.expect(200);
    text(&answer.json()["token"])
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_from_before_the_second_factor_was_turned_on_are_dead() {
    let app = start().await;
    let old = sign_up_for_tokens(&app).await;
    let enabled = app.post(ENABLE).bearer(&old.0).json(&json!({"password": PASSWORD}));
    let phone = Phone::scan(&enabled.send().await.expect(200));
    let answer = app
        .post(VERIFY_TOTP)
        .bearer(&old.0)
        .json(&json!({"code": phone.code(&app)}))
        .send()
        .await
        .expect(200);
    assert_dead(&app, &old).await;
    let new = renewed(&app, &answer).await;
    assert!(is_live(&app, &new.0).await);
    assert!(is_live(&app, &text(&answer.json()["token"])).await);

    let off = app.post(DISABLE).bearer(&new.0).json(&json!({"password": PASSWORD}));
    let answer = off.send().await.expect(200);
    assert_dead(&app, &new).await;
    let newer = renewed(&app, &answer).await;
    assert!(is_live(&app, &newer.0).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_replaces_the_session_and_keeps_its_choices() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let organization = json!({"name": "Acme", "slug": "acme"});
    let old = trusted_session(&app, &ada).await;
    let _ = app
        .post("/api/auth/organization/create")
        .cookie(&old)
        .json(&organization)
        .send()
        .await
        .expect(200);
    let before = app.caller(&old).await.session;
    assert!(before.active_organization.is_some());
    let answer = app
        .post(VERIFY_TOTP)
        .cookie(&old)
        .json(&json!({"code": ada.phone.code(&app)}))
        .send()
        .await
        .expect(200);
    assert_eq!(answer.header("set-refresh-token"), None, "the browser has a cookie");
    let new = cookie_of(&answer, SESSION_COOKIE).expect("a new token");
    assert_eq!(answer.header("set-auth-token"), Some(new.as_str()));
    assert!(!is_live(&app, &old).await);
    let after = app.caller(&new).await.session;
    assert_ne!((after.id, after.refresh.family), (before.id, before.refresh.family));
    assert_eq!(after.active_organization, before.active_organization);
    assert_eq!(
        (after.ip_address, after.remember_me),
        (before.ip_address, before.remember_me)
    );

    // A handle of the old session revokes nothing of the new one.
    let revoke = json!({"token": before.id.to_string()});
    let _ = app
        .post("/api/auth/revoke-session")
        .cookie(&new)
        .json(&revoke)
        .send()
        .await
        .expect(200);
    assert!(is_live(&app, &new).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_verification_makes_an_old_session_fresh() {
    for path in [VERIFY_TOTP, VERIFY_BACKUP, VERIFY_OTP] {
        let app = start().await;
        let ada = enroll(&app, EMAIL).await;
        app.clock.advance(jiff::SignedDuration::from_hours(25));
        let change = async |token: &str| {
            let body = json!({"newEmail": OTHER});
            app.post("/api/auth/change-email")
                .cookie(token)
                .json(&body)
                .send()
                .await
        };
        assert_refused(&change(&ada.token).await, 403, "SESSION_NOT_FRESH");
        let code = match path {
            VERIFY_TOTP => ada.phone.code(&app),
            VERIFY_BACKUP => ada.backup_codes[0].clone(),
            _ => {
                let asked = app.post(SEND_OTP).cookie(&ada.token).json(&json!({})).send().await;
                let _ = asked.expect(200);
                mailed_code(&app)
            }
        };
        let wrong = app
            .post(path)
            .cookie(&ada.token)
            .json(&json!({"code": ada.phone.wrong_code(&app)}));
        let _ = wrong.send().await.expect(401);
        assert_refused(&change(&ada.token).await, 403, "SESSION_NOT_FRESH");
        let code = json!({"code": code});
        let answer = app.post(path).cookie(&ada.token).json(&code).send().await.expect(200);
        let renewed = cookie_of(&answer, SESSION_COOKIE).expect("a new token");
        assert!(!is_live(&app, &ada.token).await, "{path}");
        let _ = change(&renewed).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_step_ups_of_one_session_one_wins() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    let old = trusted_session(&app, &ada).await;
    let answers = race(&app, |number, app| {
        let (old, code) = (old.clone(), json!({"code": ada.backup_codes[number % 4]}));
        async move { app.post(VERIFY_BACKUP).cookie(&old).json(&code).send().await }
    })
    .await;
    let texts: Vec<_> = answers.iter().map(Answer::text).collect();
    assert_eq!(count(&answers, 200), 1, "{texts:?}");
    assert!(answers.iter().all(|answer| answer.status.as_u16() < 500), "{texts:?}");
    assert!(!is_live(&app, &old).await);
    let winner = answers.iter().position(|answer| answer.status == 200).expect("one");
    let new = cookie_of(&answers[winner], SESSION_COOKIE).expect("a new token");
    assert!(is_live(&app, &new).await);

    // The codes of the others are not spent.
    app.clock.advance(jiff::SignedDuration::from_hours(2));
    let pending = challenge(&app, EMAIL).await;
    let unused = (0..4).find(|number| *number != winner % 4).expect("three");
    let _ = show(&app, VERIFY_BACKUP, &pending, &ada.backup_codes[unused])
        .send()
        .await
        .expect(200);
}

/// A refresh and a step-up at once: whatever comes first, no token of the old session survives.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_does_not_save_a_session_from_its_step_up() {
    let app = Arc::new(start().await);
    let old = sign_up_for_tokens(&app).await;
    let enabled = app.post(ENABLE).bearer(&old.0).json(&json!({"password": PASSWORD}));
    let phone = Phone::scan(&enabled.send().await.expect(200));
    let code = json!({"code": phone.code(&app)});
    let answers = race(&app, |number, app| {
        let (old, code) = (old.clone(), code.clone());
        async move {
            if number == 7 {
                app.post(VERIFY_TOTP).bearer(&old.0).json(&code).send().await
            } else {
                refresh(&app, &old.1).await
            }
        }
    })
    .await;
    assert_eq!(answers[7].status, 200, "{}", answers[7].text());
    let _ = renewed(&app, &answers[7]).await;
    assert_dead(&app, &old).await;
    for answer in answers.iter().filter(|answer| answer.json()["accessToken"].is_string()) {
        assert_dead(&app, &shared::testkit::teams::tokens_of(answer)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn access_tokens_name_what_was_shown_since_the_second_factor_was_turned_on() {
    let app = start().await;
    let tokens = sign_up_for_tokens(&app).await;
    verify_email(&app).await;
    assert_eq!(amr(&tokens.0), json!(["pwd"]));
    let password = json!({"password": PASSWORD});
    let enabled = app.post(ENABLE).bearer(&tokens.0).json(&password).send().await;
    let code = json!({"code": Phone::scan(&enabled.expect(200)).code(&app)});
    let on = app.post(VERIFY_TOTP).bearer(&tokens.0).json(&code).send().await;
    let tokens = renewed(&app, &on.expect(200)).await;
    assert_eq!(amr(&tokens.0), json!(["pwd", "otp"]));

    let off = app.post(DISABLE).bearer(&tokens.0).json(&password).send().await;
    let tokens = renewed(&app, &off.expect(200)).await;
    assert_eq!(amr(&tokens.0), json!(["pwd"]), "it was turned off");
    let by_mail = json!({"password": PASSWORD, "method": "otp"});
    let on = app.post(ENABLE).bearer(&tokens.0).json(&by_mail).send().await;
    let tokens = renewed(&app, &on.expect(200)).await;
    assert_eq!(amr(&tokens.0), json!(["pwd"]), "the code was shown to an earlier one");

    let asked = app.post(SEND_OTP).bearer(&tokens.0).json(&json!({})).send().await;
    let _ = asked.expect(200);
    let code = json!({"code": mailed_code(&app)});
    let shown = app.post(VERIFY_OTP).bearer(&tokens.0).json(&code).send().await;
    let tokens = renewed(&app, &shown.expect(200)).await;
    assert_eq!(amr(&tokens.0), json!(["pwd", "otp"]));
}
