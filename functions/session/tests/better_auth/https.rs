//! Behind an https address the cookies have other names and attributes.

use serde_json::{Value, json};
use shared::testkit::TestApp;

use super::{EMAIL, PASSWORD, sign_up, start_with, token_of};

const PUBLIC: &str = "https://auth.example.com";

async fn start_behind_https() -> TestApp {
    start_with(&[("PUBLIC_URL", PUBLIC)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_kept_off_plain_http() {
    let app = start_behind_https().await;
    sign_up(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": false});
    let answer = app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200);
    let token = token_of(&answer);
    assert_eq!(
        answer.cookies(),
        [
            format!("__Secure-better-auth.session_token={token}; HttpOnly; SameSite=Lax; Secure; Path=/"),
            "__Secure-better-auth.dont_remember=true; HttpOnly; SameSite=Lax; Secure; Path=/".to_owned(),
        ]
    );
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200);
    let token = token_of(&answer);
    let cookie = format!("__Secure-better-auth.session_token={token}");
    assert_eq!(
        answer.cookies(),
        [format!(
            "{cookie}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800"
        )]
    );
    let request = app
        .post("/api/auth/sign-out")
        .header("cookie", &cookie)
        .header("origin", PUBLIC);
    assert_eq!(
        request.send().await.expect(200).cookies(),
        ["session_token", "session_data", "dont_remember"]
            .map(|name| format!("__Secure-better-auth.{name}=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_cookie_with_the_prefix_counts() {
    let app = start_behind_https().await;
    let token = sign_up(&app, EMAIL).await;
    let path = "/api/auth/get-session";
    let session = |cookie: String| app.get(path).header("cookie", &cookie).send();
    let answer = session(format!("__Secure-better-auth.session_token={token}")).await;
    assert_eq!(answer.expect(200).json()["user"]["email"], EMAIL);
    let answer = session(format!("better-auth.session_token={token}")).await;
    assert_eq!(answer.expect(200).json(), Value::Null);
}
