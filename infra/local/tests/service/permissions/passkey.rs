//! `passkey` registers passkeys, signs users in with them, and lets users manage them.

use serde_json::{Value, json};
use shared::testkit::Authenticator;

use super::people::{ADA, bearing, get_as, log_in, post_as, sign_up};
use super::stage::Stage;
use crate::client::{Answer, Call, Local};

const COOKIE: &str = "better-auth.better-auth-passkey.";

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    sign_up(&local, ADA).await;
    let jwt = log_in(&local, ADA).await;
    let (passkey, mut authenticator) = register(&local, &jwt).await;
    let _ = sign_in(&local, None, &mut authenticator).await;
    let _ = sign_in(&local, Some(&jwt), &mut authenticator).await;
    get_as(&local, &jwt, "/api/auth/passkey/list-user-passkeys").await;
    let renamed = json!({ "id": passkey["id"], "name": "renamed" });
    post_as(&local, &jwt, "/api/auth/passkey/update-passkey", renamed).await;
    let id = json!({ "id": passkey["id"] });
    post_as(&local, &jwt, "/api/auth/passkey/delete-passkey", id).await;
    a_passkey_that_was_deleted_is_refused(&local, &jwt, &mut authenticator).await;
}

async fn a_passkey_that_was_deleted_is_refused(local: &Local, token: &str, authenticator: &mut Authenticator) {
    let options = local.get("/api/auth/passkey/generate-authenticate-options");
    let asked = options.send().await.expect(200);
    let verify = local.post("/api/auth/passkey/verify-authentication");
    let answer = send(local, verify, &asked, &authenticator.get(&asked.json())).await;
    assert!(answer.status.is_client_error(), "{}", answer.text());
    // The response to another challenge registers nothing.
    let options = || bearing(local.get("/api/auth/passkey/generate-register-options"), token);
    let (asked, other) = (options().send().await.expect(200), options().send().await.expect(200));
    let verify = bearing(local.post("/api/auth/passkey/verify-registration"), token);
    let answer = send(local, verify, &asked, &authenticator.create(&other.json())).await;
    assert!(answer.status.is_client_error(), "{}", answer.text());
}

/// Registers a passkey of the session's user; returns the passkey and its authenticator.
pub async fn register(local: &Local, token: &str) -> (Value, Authenticator) {
    let mut authenticator = Authenticator::new(1);
    authenticator.origin = local.url();
    let options = local.get("/api/auth/passkey/generate-register-options");
    let asked = bearing(options, token).send().await.expect(200);
    let response = authenticator.create(&asked.json());
    let verify = bearing(local.post("/api/auth/passkey/verify-registration"), token);
    let registered = send(local, verify, &asked, &response).await.expect(200);
    (registered.json(), authenticator)
}

/// As a visitor, or as a signed-in user who is asked for their own passkeys.
pub async fn sign_in(local: &Local, token: Option<&str>, authenticator: &mut Authenticator) -> Answer {
    let options = local.get("/api/auth/passkey/generate-authenticate-options");
    let options = match token {
        Some(token) => bearing(options, token),
        None => options,
    };
    let asked = options.send().await.expect(200);
    let response = authenticator.get(&asked.json());
    let verify = local.post("/api/auth/passkey/verify-authentication");
    send(local, verify, &asked, &response).await.expect(200)
}

/// The authenticator's response, and the cookie of the ceremony.
async fn send(local: &Local, call: Call<'_>, asked: &Answer, response: &Value) -> Answer {
    let cookies = asked.headers.get_all("set-cookie").into_iter();
    let mut cookies = cookies.filter_map(|line| line.to_str().ok()?.split(';').next());
    let cookie = cookies.find(|cookie| cookie.starts_with(COOKIE)).expect("a challenge");
    let call = call.header("cookie", cookie).header("origin", &local.url());
    call.json(&json!({ "response": response })).send().await
}
