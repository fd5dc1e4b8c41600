//! How often, and how many.

use serde_json::json;
use shared::testkit::{Answer, Authenticator, authenticator::encode};

use super::{
    ADA, ORIGIN, ask_to_register, assert_error, list, register, send_registration, sign_up, start, start_with,
};

const OPTIONS: &str = "/api/auth/passkey/generate-authenticate-options";

fn is_limited(answer: &Answer) -> bool {
    answer.status == 429 && answer.json()["code"] == "TOO_MANY_REQUESTS" && answer.header("retry-after").is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_asks_for_thirty_challenges_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    for _ in 0..30 {
        let _ = app.get(OPTIONS).send().await.expect(200);
    }
    assert!(is_limited(&app.get(OPTIONS).send().await));
    assert!(is_limited(&app.post(OPTIONS).send().await));
    let _ = app.get(OPTIONS).from_ip("192.0.2.2").send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_tries_to_sign_in_five_times_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    authenticator.credential_id = vec![9; 32];
    for _ in 0..5 {
        assert_eq!(super::sign_in(&app, &mut authenticator).await.status, 401);
    }
    assert!(is_limited(&super::sign_in(&app, &mut authenticator).await));
    // Together with other ways of signing in.
    let body = json!({"email": ADA, "password": super::PASSWORD});
    assert!(is_limited(
        &app.post("/api/auth/sign-in/email").json(&body).send().await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_fails_to_register_five_times_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, ADA).await;
    for seed in 1..=6 {
        register(&app, &token, &mut Authenticator::new(seed)).await;
    }
    let asked = ask_to_register(&app, &token).await;
    let response = Authenticator::new(7).create(&asked.options);
    for number in 0..7 {
        let answer = send_registration(&app, &token, &asked.cookie, &response).await;
        // The challenge is spent by the first answer.
        assert_eq!(answer.status.is_success(), number == 0, "{}", answer.text());
        assert_eq!(is_limited(&answer), number == 6, "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_sign_in_with_a_passkey_is_no_guess() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    for _ in 0..12 {
        let _ = super::sign_in(&app, &mut authenticator).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_twenty_passkeys_at_most() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    for seed in 1..=20 {
        register(&app, &token, &mut Authenticator::new(seed)).await;
    }
    let asked = ask_to_register(&app, &token).await;
    let response = Authenticator::new(21).create(&asked.options);
    let answer = send_registration(&app, &token, &asked.cookie, &response).await;
    assert_error(
        &answer,
        400,
        "TOO_MANY_PASSKEYS",
        "You may have 20 passkeys. Delete one first.",
    );
    let id = list(&app, &token).await[7]["id"].clone();
    let request = app.post("/api/auth/passkey/delete-passkey").bearer(&token);
    let _ = request.json(&json!({"id": id})).send().await.expect(200);
    register(&app, &token, &mut Authenticator::new(21)).await;
    assert_eq!(list(&app, &token).await.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_has_a_limit() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let asked = ask_to_register(&app, &token).await;
    let mut response = Authenticator::new(1).create(&asked.options);
    response["response"]["attestationObject"] = json!(encode(&vec![0; 64 * 1024]));
    let request = app
        .post("/api/auth/passkey/verify-registration")
        .bearer(&token)
        .undocumented();
    let request = request.header("cookie", &asked.cookie).header("origin", ORIGIN);
    let answer = request.json(&json!({"response": response})).send().await;
    assert_eq!(answer.status, 413);
}
