//! The second factor of administrators: the field `otp` of `POST /admin/login`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::EmailAddress;
use shared::operations::Administrator;
use shared::testkit::platform::admin_login;
use shared::testkit::{PASSWORD, TestApp, TestRequest, race};
use totp_rs::Totp;

use super::{NEW_PASSWORD, ROOT, assert_refused, is_live, logged_in, start};

struct Phone(String);

impl Phone {
    fn code(&self, app: &TestApp) -> String {
        let totp = Totp::from_url(&self.0).expect("a URI that apps read");
        let second = app.clock.now().as_second();
        totp.generate(u64::try_from(second).expect("after 1970")).to_string()
    }

    /// A code that the phone shows neither now nor a step away.
    fn wrong_code(&self, app: &TestApp) -> String {
        let totp = Totp::from_url(&self.0).expect("a URI that apps read");
        let second = u64::try_from(app.clock.now().as_second()).expect("after 1970");
        let shown = [second - 30, second, second + 30].map(|at| totp.generate(at).to_string());
        let wrong = ["000000", "111111", "222222", "333333"].map(str::to_owned);
        wrong.into_iter().find(|code| !shown.contains(code)).expect("four")
    }
}

async fn enroll(app: &TestApp) -> Phone {
    let email = EmailAddress::parse(ROOT).expect("an address");
    let enrolled = app
        .core()
        .enroll_admin_totp(Administrator::operator(), &email, app.clock.now())
        .await;
    Phone(enrolled.expect("an administrator").uri)
}

fn login<'a>(app: &'a TestApp, password: &str, code: &str) -> TestRequest<'a> {
    let body = json!({"email": ROOT, "password": password, "otp": code});
    app.post("/v1/admin/login").json(&body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_needs_the_code() {
    let app = start().await;
    let before = logged_in(&app).await;
    let phone = enroll(&app).await;
    let token = before["accessToken"].as_str().expect("a token");
    assert!(
        !is_live(&app, token).await,
        "an earlier session has not shown the factor"
    );
    for answer in [
        admin_login(&app, ROOT, PASSWORD).await,
        login(&app, PASSWORD, "").send().await,
    ] {
        assert_refused(&answer, 403, "Second factor required", Some("SECOND_FACTOR_REQUIRED"));
    }
    for code in [phone.wrong_code(&app).as_str(), "12345", "abcdef"] {
        let answer = login(&app, PASSWORD, code).send().await;
        assert_refused(&answer, 403, "Second factor is wrong", Some("SECOND_FACTOR_INVALID"));
    }
    // The password is asked for first, so that the code says nothing without it.
    let answer = login(&app, "not the password", &phone.code(&app)).send().await;
    assert_refused(&answer, 401, "Invalid credentials", None);
    let body = login(&app, PASSWORD, &phone.code(&app)).send().await.expect(200).json();
    assert!(is_live(&app, body["accessToken"].as_str().expect("a token")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_one_session_of_sixteen() {
    let app = Arc::new(start().await);
    logged_in(&app).await;
    let phone = enroll(&app).await;
    let code = phone.code(&app);
    let request = code.clone();
    let answers = race::send_at_once(&app, move |app, _| login(app, PASSWORD, &request)).await;
    assert_eq!(race::count(&answers, 200), 1);
    // Attempts beyond ten may find the factor locked; none is answered otherwise.
    assert_eq!(
        race::count(&answers, 403) + race::count(&answers, 429),
        answers.len() - 1
    );
    app.clock.advance(SignedDuration::from_secs(30));
    let _ = login(&app, PASSWORD, &phone.code(&app)).send().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_codes_lock_the_factor() {
    let app = start().await;
    logged_in(&app).await;
    let phone = enroll(&app).await;
    for _ in 0..10 {
        let _ = login(&app, PASSWORD, &phone.wrong_code(&app)).send().await.expect(403);
    }
    let locked = login(&app, PASSWORD, &phone.code(&app)).send().await.expect(429);
    assert_eq!(locked.header("retry-after"), Some("900"));
    app.clock.advance(SignedDuration::from_mins(15));
    let _ = login(&app, PASSWORD, &phone.code(&app)).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_by_mail_does_not_turn_it_off() {
    let app = start().await;
    logged_in(&app).await;
    enroll(&app).await;
    let _ = super::reset::request(&app, ROOT).await.expect(200);
    let token = app.mailed_token("reset-password");
    let body = json!({"token": token, "newPassword": NEW_PASSWORD, "confirmPassword": NEW_PASSWORD});
    let _ = app
        .post("/v1/admin/password/reset-confirm")
        .json(&body)
        .send()
        .await
        .expect(200);
    let answer = admin_login(&app, ROOT, NEW_PASSWORD).await;
    assert_refused(&answer, 403, "Second factor required", Some("SECOND_FACTOR_REQUIRED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_app_replaces_the_old_one() {
    let app = start().await;
    logged_in(&app).await;
    let (lost, new) = (enroll(&app).await, enroll(&app).await);
    let _ = login(&app, PASSWORD, &lost.code(&app)).send().await.expect(403);
    let _ = login(&app, PASSWORD, &new.code(&app)).send().await.expect(200);
}
