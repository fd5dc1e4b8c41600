//! `POST /two-factor/get-totp-uri`: the secret once more.

use super::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn another_telephone_shows_the_same_codes() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let answer = with_password(&app, GET_URI, &ada.token, PASSWORD)
        .send()
        .await
        .expect(200);
    let other = Phone::scan(&answer);
    assert_eq!(other.code(&app), ada.phone.code(&app));
    let uri = text(&answer.json()["totpURI"]);
    assert!(uri.starts_with("otpauth://totp/Ostiary:ada%40example.com?"), "{uri}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_no_code_has_confirmed_can_be_seen_again_too() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let enabled = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    let shown = with_password(&app, GET_URI, &token, PASSWORD).send().await.expect(200);
    assert_eq!(text(&shown.json()["totpURI"]), text(&enabled.json()["totpURI"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_app_there_is_none() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let answer = with_password(&app, GET_URI, &token, PASSWORD).send().await;
    assert_refused(&answer, 400, "TOTP_NOT_ENABLED");
}
