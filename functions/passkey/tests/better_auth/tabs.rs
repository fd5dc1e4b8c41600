//! Several ceremonies at a time in one browser, and ceremonies of clients without cookies.

use serde_json::{Value, json};
use shared::testkit::{Answer, Authenticator, ORIGIN, TestRequest};

use super::{
    ADA, Asked, COOKIE, ask_to_register, ask_to_sign_in, asked, assert_no_challenge, list, send_authentication,
    send_registration, session_of, sign_up, start, start_with, user_with_passkey,
};

const OPTIONS: &str = "/api/auth/passkey/generate-authenticate-options";

/// The value of the `Cookie` header of a browser that has begun all of these.
fn jar<'a>(begun: impl IntoIterator<Item = &'a Asked>) -> String {
    let cookies = begun.into_iter().map(|asked| asked.cookie.as_str());
    cookies.collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_ceremony_does_not_end_the_first() {
    let app = start().await;
    let (token, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let [first, second] = [ask_to_sign_in(&app).await, ask_to_sign_in(&app).await];
    let registration = ask_to_register(&app, &token).await;
    let cookies = jar([&first, &second, &registration]);

    let response = Authenticator::new(2).create(&registration.options);
    let _ = send_registration(&app, &token, &cookies, &response).await.expect(200);
    assert_eq!(list(&app, &token).await.len(), 2);
    for asked in [&first, &second] {
        let response = authenticator.get(&asked.options);
        let answer = send_authentication(&app, &cookies, &response).await.expect(200);
        let (name, _) = asked.cookie.split_once('=').expect("a cookie");
        let cleared: Vec<_> = answer
            .cookies()
            .into_iter()
            .filter(|line| line.starts_with(COOKIE))
            .collect();
        assert_eq!(cleared, [format!("{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")]);
        // Each is good once, and its repetition does not use up another one.
        assert_no_challenge(&send_authentication(&app, &cookies, &response).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_to_no_pending_challenge_uses_none_of_several_up() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let [first, second] = [ask_to_sign_in(&app).await, ask_to_sign_in(&app).await];
    let elsewhere = ask_to_sign_in(&app).await.options;
    let cookies = jar([&first, &second]);
    let response = authenticator.get(&elsewhere);
    assert_no_challenge(&send_authentication(&app, &cookies, &response).await);
    for asked in [&first, &second] {
        let response = authenticator.get(&asked.options);
        let _ = send_authentication(&app, &cookies, &response).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_more_than_five_gives_way() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let mut begun = Vec::new();
    for _ in 0..5 {
        let answer = app.get(OPTIONS).header("cookie", &jar(&begun)).send().await.expect(200);
        assert_eq!(answer.cookies().len(), 1);
        begun.push(asked(&answer));
    }
    let answer = app.get(OPTIONS).header("cookie", &jar(&begun)).send().await.expect(200);
    let (oldest, _) = begun[0].cookie.split_once('=').expect("a cookie");
    let lines = answer.cookies();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0],
        format!("{oldest}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0")
    );
    // A name that this service never gave is not repeated to the browser.
    let planted = format!("{}; {COOKIE}.a%0d%0ab=1", jar(&begun));
    let answer = app.get(OPTIONS).header("cookie", &planted).send().await.expect(200);
    assert!(answer.cookies()[0].starts_with(oldest));

    let response = authenticator.get(&begun[4].options);
    let _ = send_authentication(&app, &jar(&begun), &response).await.expect(200);
}

/// The token of a ceremony, from the header for clients without cookies.
fn token_of(answer: &Answer) -> String {
    answer.header("set-passkey-token").expect("a token").to_owned()
}

async fn authenticate(request: TestRequest<'_>, response: &Value) -> Answer {
    request.json(&json!({"response": response})).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_cookies_registers_and_signs_in() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let request = app.get("/api/auth/passkey/generate-register-options").bearer(&token);
    let answer = request.send().await.expect(200);
    let mut authenticator = Authenticator::new(1);
    let response = authenticator.create(&answer.json());
    let register = || app.post("/api/auth/passkey/verify-registration").bearer(&token);
    assert_no_challenge(&authenticate(register(), &response).await);
    let with_token = register().header("x-passkey-token", &token_of(&answer));
    let _ = authenticate(with_token, &response).await.expect(200);

    let path = "/api/auth/passkey/verify-authentication";
    for header in ["authorization", "x-passkey-token"] {
        let answer = app.get(OPTIONS).send().await.expect(200);
        let token = token_of(&answer);
        let value = if header == "authorization" {
            format!("Bearer {token}")
        } else {
            token
        };
        let response = authenticator.get(&answer.json());
        let answer = authenticate(app.post(path).header(header, &value), &response)
            .await
            .expect(200);
        let session = answer.header("set-auth-token").expect("a session").to_owned();
        assert_eq!(session_of(&app, &session).await["user"]["email"], ADA);
        assert_no_challenge(&authenticate(app.post(path).header(header, &value), &response).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_ceremony_signs_no_user_in() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let answer = app.get(OPTIONS).send().await.expect(200);
    assert_eq!(session_of(&app, &token_of(&answer)).await, Value::Null);
    // A challenge of a registration, and one of another browser, are no challenges of this sign-in.
    let other = app.get(OPTIONS).send().await.expect(200);
    let response = authenticator.get(&answer.json());
    let request = app.post("/api/auth/passkey/verify-authentication");
    let request = request
        .header("x-passkey-token", &token_of(&other))
        .header("origin", ORIGIN);
    assert_eq!(authenticate(request, &response).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_android_app_registers_and_signs_in() {
    let own = "android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    let app = start_with(&[("PASSKEY_ORIGINS", own)]).await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    let others = [
        ORIGIN,
        "android:apk-key-hash:AAAAQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
    ];
    for (origin, status) in others.map(|other| (other, 400)).into_iter().chain([(own, 200)]) {
        let request = app.get("/api/auth/passkey/generate-register-options").bearer(&token);
        let answer = request.send().await.expect(200);
        let response = authenticator.create_with(&answer.json(), |draft| draft.client_data["origin"] = json!(origin));
        let request = app.post("/api/auth/passkey/verify-registration").bearer(&token);
        let answer = authenticate(request.header("x-passkey-token", &token_of(&answer)), &response).await;
        assert_eq!(answer.status, status, "{origin} {}", answer.text());
    }
    for (origin, status) in others.map(|other| (other, 400)).into_iter().chain([(own, 200)]) {
        let answer = app.get(OPTIONS).send().await.expect(200);
        let response = authenticator.get_with(&answer.json(), |draft| draft.client_data["origin"] = json!(origin));
        let request = app
            .post("/api/auth/passkey/verify-authentication")
            .bearer(&token_of(&answer));
        let answer = authenticate(request, &response).await;
        assert_eq!(answer.status, status, "{origin} {}", answer.text());
    }
}
