//! `two-factor` enables and disables second factors, and completes sign-ins with them.

use serde_json::{Value, json};
use shared::clock::{Clock as _, SystemClock};
use totp_rs::Totp;

use super::passkey;
use super::people::{ADA, bearing, log_in, post_as, sign_up, text};
use super::stage::Stage;
use crate::client::{Answer, Local, PASSWORD};

pub async fn story(stage: &Stage) {
    for settings in [&[][..], &["RATE_LIMITS=off"]] {
        with_every_factor(&*stage.open(settings).await).await;
    }
}

async fn with_every_factor(local: &Local) {
    sign_up(local, ADA).await;
    let token = log_in(local, ADA).await;
    let (_, mut authenticator) = passkey::register(local, &token).await;
    let token = turn_on(local, &token).await;
    with_password(local, &token, "get-totp-uri").await;
    let wrong = bearing(local.post("/api/auth/two-factor/get-totp-uri"), &token);
    wrong
        .json(&json!({ "password": "a wrong guess" }))
        .send()
        .await
        .expect(400);
    let codes = with_password(local, &token, "generate-backup-codes").await;

    let challenge = challenge(local).await;
    answer(local, &challenge, "send-otp", json!({})).await;
    let code = text(&local.last_mail("two-factor-otp").await["otp"]);
    answer(
        local,
        &challenge,
        "verify-otp",
        json!({ "code": code, "trustDevice": true }),
    )
    .await;
    // A passkey from before the second factor is trusted after this.
    let again = challenge_of(&passkey::sign_in(local, None, &mut authenticator).await);
    let code = json!({ "code": codes["backupCodes"][0] });
    let session = answer(local, &again, "verify-backup-code", code).await.json();
    with_password(local, &text(&session["token"]), "disable").await;
}

/// Enables TOTP as the second factor; returns the new session token.
pub async fn turn_on(local: &Local, token: &str) -> String {
    let enabled = with_password(local, token, "enable").await;
    let app = Totp::from_url(text(&enabled["totpURI"])).expect("a URI that apps read");
    let now = u64::try_from(SystemClock.now().as_second()).expect("after 1970");
    let code = json!({ "code": app.generate(now).to_string() });
    text(&post_as(local, token, "/api/auth/two-factor/verify-totp", code).await["token"])
}

async fn with_password(local: &Local, token: &str, what: &str) -> Value {
    let call = bearing(local.post(&format!("/api/auth/two-factor/{what}")), token);
    call.json(&json!({ "password": PASSWORD }))
        .send()
        .await
        .expect(200)
        .json()
}

/// The cookie of a sign-in that is pending its second factor.
async fn challenge(local: &Local) -> String {
    let credentials = json!({ "email": ADA, "password": PASSWORD });
    let answer = local
        .post("/api/auth/sign-in/email")
        .json(&credentials)
        .send()
        .await
        .expect(200);
    challenge_of(&answer)
}

fn challenge_of(answer: &Answer) -> String {
    let mut lines = answer
        .headers
        .get_all("set-cookie")
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    let line = lines.find(|line| line.starts_with("better-auth.two_factor="));
    line.and_then(|line| line.split(';').next())
        .expect("a challenge")
        .to_owned()
}

async fn answer(local: &Local, challenge: &str, what: &str, body: Value) -> Answer {
    let call = local
        .post(&format!("/api/auth/two-factor/{what}"))
        .header("cookie", challenge);
    call.header("origin", &local.url()).json(&body).send().await.expect(200)
}
