//! `session` signs users in: by password, by invitation, by refresh token; and shows and ends their sessions.

use std::time::Duration;

use serde_json::json;

use super::people::{self, ADA, GRACE, bearing, describe, get_as, log_in, make_key, post, post_as, sign_up, text};
use super::stage::Stage;
use crate::client::{Folder, Local, PASSWORD, options};

pub async fn story(stage: &Stage) {
    people_come(&*stage.open(&[]).await).await;
    people_come_with_a_username(&*stage.open(&[]).await).await;
    people_come_back(&*stage.open(&[]).await).await;
    failures_are_counted(&*stage.open(&[]).await).await;
    people_come_to_their_account(&*stage.open(&["VERIFICATION_REQUIRED=none"]).await).await;
    people_come_to_the_platform(&*stage.open(&["VERIFICATION_REQUIRED=none"]).await).await;
    an_invited_user_logs_in(&*stage.open(&["VERIFICATION_REQUIRED=none"]).await).await;
    sessions_end(&*stage.open(&["RATE_LIMITS=off"]).await).await;
    let wrapped = stage.open(&["SIGNING_MODE=wrapped"]).await;
    sign_up(&wrapped, ADA).await;
    log_in(&wrapped, ADA).await;
    a_key_stands_for_a_session(&*stage.open(&["API_KEY_SESSIONS=on"]).await).await;
    a_session_is_extended(stage).await;
    a_hash_is_replaced(stage).await;
}

async fn people_come(local: &Local) {
    let ada = sign_up(local, ADA).await;
    let again = json!({ "name": "Ada", "email": ADA, "password": PASSWORD });
    local
        .post("/api/auth/sign-up/email")
        .json(&again)
        .send()
        .await
        .expect(422);
    let grace = json!({ "email": GRACE, "password": PASSWORD, "first_name": "Grace", "last_name": "Hopper" });
    post(local, "/api/auth/signup", grace).await;
    let (_, invitation) = people::invite(local, &ada, "acme", "eve@example.com", "member").await;
    let eve = json!({ "first_name": "Eve", "last_name": "Roe", "password": PASSWORD, "invite_token": invitation });
    post(local, "/api/auth/signup_invite", eve.clone()).await;
    let again = local.post("/api/auth/signup_invite").json(&eve).send().await;
    assert!(again.status.is_client_error(), "{}", again.text());
}

async fn people_come_with_a_username(local: &Local) {
    post(local, "/api/auth/is-username-available", json!({ "username": "ada" })).await;
    let ada = json!({ "name": "Ada", "email": ADA, "password": PASSWORD, "username": "ada" });
    post(local, "/api/auth/sign-up/email", ada).await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    post(local, "/api/auth/sign-in/username", credentials).await;
}

async fn people_come_back(local: &Local) {
    sign_up(local, ADA).await;
    let wrong = json!({ "email": ADA, "password": "a wrong guess" });
    local
        .post("/api/auth/sign-in/email")
        .json(&wrong)
        .send()
        .await
        .expect(401);
    let jwt = log_in(local, ADA).await;
    get_as(local, &jwt, "/api/auth/get-session").await;
    let body = json!({ "captchaToken": "x", "credentials": { "email": ADA, "password": PASSWORD } });
    let tokens = post(local, "/auth/sign-in", body).await;
    let refresh = json!({ "refreshToken": tokens["refreshToken"] });
    post(local, "/auth/refresh-token", refresh).await;
}

async fn failures_are_counted(local: &Local) {
    let ada = json!({ "name": "Ada", "email": ADA, "password": PASSWORD, "username": "ada" });
    post(local, "/api/auth/sign-up/email", ada).await;
    let sign_in = async |password: &str, device: &str| {
        let credentials = json!({ "email": ADA, "password": password });
        let call = local.post("/api/auth/sign-in/email").header("x-device-token", device);
        call.json(&credentials).send().await
    };
    let device = sign_in(PASSWORD, "")
        .await
        .expect(200)
        .header("x-device-token")
        .to_owned();
    sign_in(PASSWORD, &device).await.expect(200);
    sign_in("a wrong guess", &device).await.expect(401);
    let wrong = json!({ "username": "ada", "password": "a wrong guess" });
    local
        .post("/api/auth/sign-in/username")
        .json(&wrong)
        .send()
        .await
        .expect(401);
    let body = json!({ "captchaToken": "x", "credentials": { "email": ADA, "password": PASSWORD } });
    let tokens = post(local, "/auth/sign-in", body).await;
    post_as(local, &text(&tokens["accessToken"]), "/api/auth/sign-out", json!({})).await;
    let refresh = json!({ "refreshToken": tokens["refreshToken"] });
    local
        .post("/auth/refresh-token")
        .json(&refresh)
        .send()
        .await
        .expect(401);
}

async fn people_come_to_their_account(local: &Local) {
    let grace = json!({ "email": GRACE, "password": PASSWORD, "first_name": "Grace", "last_name": "Hopper" });
    post(local, "/api/auth/signup", grace).await;
    let body = json!({ "email": GRACE, "password": PASSWORD, "rememberMe": true });
    let tokens = post(local, "/accounts/v1/auth/login", body).await["data"].clone();
    let body = json!({ "token": tokens["accessToken"] });
    post(local, "/accounts/v1/auth/validate-token", body).await;
    let body = json!({ "refreshToken": tokens["refreshToken"] });
    let tokens = post(local, "/accounts/v1/auth/refresh-token", body).await["data"].clone();
    let body = json!({ "token": tokens["refreshToken"], "tokenType": "refresh" });
    post(local, "/accounts/v1/auth/validate-token", body).await;
}

const NUMBER: &str = "+441632960961";

async fn people_come_to_the_platform(local: &Local) {
    post(
        local,
        "/v1/auth/register",
        json!({ "email": ADA, "password": PASSWORD }),
    )
    .await;
    let login = |identifier: &str, password: &str| {
        let body = json!({ "identifier": identifier, "password": password });
        local.post("/v1/auth/login").json(&body)
    };
    let tokens = login(ADA, PASSWORD).send().await.expect(200).json();
    describe(local, &text(&tokens["access_token"]), json!({ "phone": NUMBER })).await;
    login(NUMBER, "a wrong guess").send().await.expect(401);
    let tokens = login(NUMBER, PASSWORD).send().await.expect(200).json();
    // Without failures before it, a login checks the counter and writes nothing there.
    login(NUMBER, PASSWORD).send().await.expect(200);
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    let tokens = post(local, "/v1/auth/refresh", body).await;
    post_as(local, &text(&tokens["access_token"]), "/v1/auth/logout", json!({})).await;
}

/// A login at the platform accepts the invitation; then the session acts for the organization.
async fn an_invited_user_logs_in(local: &Local) {
    sign_up(local, GRACE).await;
    let verify = people::mailed(local, "verify-email").await;
    local
        .get(&format!("/api/auth/verify-email?token={verify}"))
        .send()
        .await
        .expect(200);
    let owner = sign_up(local, ADA).await;
    let (organization, _) = people::invite(local, &owner, "acme", GRACE, "member").await;
    let login = json!({ "identifier": GRACE, "password": PASSWORD });
    let tokens = post(local, "/v1/auth/login", login).await;
    let switch = json!({ "tenant_id": organization });
    post_as(local, &text(&tokens["access_token"]), "/v1/auth/switch_org", switch).await;
}

async fn sessions_end(local: &Local) {
    sign_up(local, ADA).await;
    let credentials = json!({ "email": ADA, "password": PASSWORD });
    let session = async || text(&post(local, "/api/auth/sign-in/email", credentials.clone()).await["token"]);
    let (one, other) = (session().await, session().await);
    get_as(local, &one, "/api/auth/list-sessions").await;
    get_as(local, &one, "/api/auth/token").await;
    post_as(local, &one, "/api/auth/revoke-session", json!({ "token": other })).await;
    post_as(local, &one, "/api/auth/revoke-other-sessions", json!({})).await;
    post_as(local, &one, "/api/auth/revoke-sessions", json!({})).await;
    let last = session().await;
    post_as(local, &last, "/api/auth/sign-out", json!({})).await;
}

async fn a_key_stands_for_a_session(local: &Local) {
    let (_, key) = make_key(local, &sign_up(local, ADA).await).await;
    let answer = local
        .get("/api/auth/get-session")
        .header("x-api-key", &key)
        .send()
        .await;
    assert_eq!(answer.expect(200).json()["user"]["email"], ADA);
}

async fn a_session_is_extended(stage: &Stage) {
    let local = stage.open(&["SESSION_UPDATE_AGE_SECONDS=1"]).await;
    let session = sign_up(&local, ADA).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let answer = bearing(local.get("/api/auth/get-session"), &session).send().await;
    assert!(answer.expect(200).header("set-cookie").contains("session_token"));
}

/// The cost of hashing was raised after the hash was stored.
async fn a_hash_is_replaced(stage: &Stage) {
    let folder = Folder::new();
    for cost in ["ARGON2_ITERATIONS=1", "ARGON2_ITERATIONS=2"] {
        let mut options = options(&[cost]);
        options.data = Some(folder.0.clone());
        let local = stage.with(options).await;
        if cost.ends_with('1') {
            sign_up(&local, ADA).await;
        } else {
            log_in(&local, ADA).await;
        }
    }
}
