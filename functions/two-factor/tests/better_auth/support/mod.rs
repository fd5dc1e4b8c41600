//! Users, their telephones and their browsers.

pub(crate) use crate::{start, start_with};
use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::session::AuthenticationMethod;
pub use shared::testkit::better_auth::{
    assert_code as assert_refused, clears, cookie_line, cookie_of, is_live, session_of, sign_in_request as sign_in,
    sign_up, verify_email,
};
pub use shared::testkit::teams::refresh;
use shared::testkit::{Answer, TestApp, TestRequest};
pub use shared::testkit::{ORIGIN, PASSWORD, text};
use totp_rs::Totp;

pub const EMAIL: &str = "ada@example.com";
pub const OTHER: &str = "grace@example.com";
pub const WRONG: &str = "not the password";

pub const ENABLE: &str = "/api/auth/two-factor/enable";
pub const DISABLE: &str = "/api/auth/two-factor/disable";
pub const GET_URI: &str = "/api/auth/two-factor/get-totp-uri";
pub const VERIFY_TOTP: &str = "/api/auth/two-factor/verify-totp";
pub const SEND_OTP: &str = "/api/auth/two-factor/send-otp";
pub const VERIFY_OTP: &str = "/api/auth/two-factor/verify-otp";
pub const GENERATE: &str = "/api/auth/two-factor/generate-backup-codes";
pub const VERIFY_BACKUP: &str = "/api/auth/two-factor/verify-backup-code";

pub const CHALLENGE_COOKIE: &str = "better-auth.two_factor";
pub const SESSION_COOKIE: &str = "better-auth.session_token";
pub const TRUST_COOKIE: &str = "better-auth.trust_device";

/// The telephone: what was read from the QR code.
#[derive(Debug, Clone)]
pub struct Phone(String);

impl Phone {
    pub fn scan(answer: &Answer) -> Self {
        Self(text(&answer.json()["totpURI"]))
    }

    /// What it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_at(app, SignedDuration::ZERO)
    }

    /// What it will show, or has shown.
    pub fn code_at(&self, app: &TestApp, later: SignedDuration) -> String {
        let second = (app.clock.now() + later).as_second();
        let totp = Totp::from_url(&self.0).expect("a URI that apps read");
        totp.generate(u64::try_from(second).expect("after 1970")).to_string()
    }

    /// One that it does not show now, nor did or will a step away.
    pub fn wrong_code(&self, app: &TestApp) -> String {
        let shown: Vec<String> = [-30, 0, 30]
            .map(|seconds| self.code_at(app, SignedDuration::from_secs(seconds)))
            .into();
        let wrong = ["000000", "111111", "222222", "333333"];
        wrong
            .into_iter()
            .find(|code| !shown.iter().any(|s| s == code))
            .expect("four")
            .to_owned()
    }
}

/// A user with a second factor, and all that belongs to it.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// Of the session in which it was turned on.
    pub token: String,
    pub phone: Phone,
    pub backup_codes: Vec<String>,
}

pub fn with_password<'a>(app: &'a TestApp, path: &str, token: &str, password: &str) -> TestRequest<'a> {
    app.post(path).cookie(token).json(&json!({"password": password}))
}

/// A user whose second factor is an app. The clock is at a step whose code was not used yet.
pub async fn enroll(app: &TestApp, email: &str) -> Enrolled {
    let token = sign_up(app, email).await;
    enroll_again(app, &token).await
}

pub async fn enroll_again(app: &TestApp, token: &str) -> Enrolled {
    let enabled = with_password(app, ENABLE, token, PASSWORD).send().await.expect(200);
    let phone = Phone::scan(&enabled);
    let verified = app
        .post(VERIFY_TOTP)
        .cookie(token)
        .json(&json!({"code": phone.code(app)}))
        .send()
        .await
        .expect(200);
    next_step(app);
    Enrolled {
        token: text(&verified.json()["token"]),
        backup_codes: backup_codes(&enabled),
        phone,
    }
}

/// A session of the same user that a trusted browser began: the second factor was not shown for it.
pub async fn unverified_session(app: &TestApp, token: &str) -> String {
    let methods = vec![AuthenticationMethod::Password, AuthenticationMethod::TrustedDevice];
    app.further_session(token, |session| session.methods = methods).await
}

/// The telephone shows another code.
pub fn next_step(app: &TestApp) {
    app.clock.advance(SignedDuration::from_secs(30));
}

pub fn backup_codes(answer: &Answer) -> Vec<String> {
    let codes = answer.json()["backupCodes"].clone();
    serde_json::from_value(codes).expect("a list of codes")
}

/// What a sign-in that waits for its second factor left in the browser.
pub async fn challenge(app: &TestApp, email: &str) -> String {
    let answer = sign_in(app, email, PASSWORD).send().await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], true);
    cookie_of(&answer, CHALLENGE_COOKIE).expect("a challenge")
}

/// What a sign-in of `teams` that waits for its second factor gives for an access token, and for a refresh token.
pub async fn teams_sign_in(app: &TestApp) -> (String, String) {
    let body = json!({"credentials": {"email": EMAIL, "password": PASSWORD}, "captchaToken": "unused"});
    let answer = app.post("/auth/sign-in").json(&body).send().await.expect(200);
    let tokens = answer.json();
    assert_eq!(tokens["isTwoFactorEnable"], true);
    assert!(answer.cookies().is_empty());
    (text(&tokens["accessToken"]), text(&tokens["refreshToken"]))
}

/// A code, or none, shown by the browser that has the challenge.
pub fn show<'a>(app: &'a TestApp, path: &str, challenge: &str, code: &str) -> TestRequest<'a> {
    with_challenge(app, path, challenge).json(&json!({"code": code}))
}

pub fn with_challenge<'a>(app: &'a TestApp, path: &str, challenge: &str) -> TestRequest<'a> {
    app.post(path)
        .header("cookie", &format!("{CHALLENGE_COOKIE}={challenge}"))
        .header("origin", ORIGIN)
}

/// Shows a mailed code for a session; the session's new token.
pub async fn show_mailed_code(app: &TestApp, token: &str) -> String {
    let _ = app
        .post(SEND_OTP)
        .cookie(token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let code = json!({"code": mailed_code(app)});
    let answer = app.post(VERIFY_OTP).cookie(token).json(&code).send().await.expect(200);
    text(&answer.json()["token"])
}

/// Has a code mailed to the user who is signing in, and shows it.
pub async fn pass_by_mail(app: &TestApp, challenge: &str) {
    let asked = with_challenge(app, SEND_OTP, challenge).json(&json!({})).send().await;
    let _ = asked.expect(200);
    let _ = show(app, VERIFY_OTP, challenge, &mailed_code(app))
        .send()
        .await
        .expect(200);
}

/// The code in the newest mail.
pub fn mailed_code(app: &TestApp) -> String {
    let text = app.last_mail("two-factor-otp").text.expect("a text part");
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    text.lines().find(is_code).expect("a code").to_owned()
}
