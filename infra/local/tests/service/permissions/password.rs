//! `password` changes passwords, with the old one or with the token of a mail.

use serde_json::{Value, json};

use super::people::{ADA, GRACE, describe, log_in, mailed, make_key, plant, post, post_as, sign_up, text};
use super::stage::Stage;
use super::{passkey, social};
use crate::client::{Local, PASSWORD};

/// A password of four classes.
pub const STRONG: &str = "Seven bridges, 1 river";
const NEXT: &str = "ten lanterns over Pskov";

pub async fn story(stage: &Stage) {
    by_mail(&*stage.open(&[]).await).await;
    by_password(&*stage.open(&[]).await).await;
    in_an_account(&*stage.open(&[]).await).await;
    of_a_strangers_account(&*stage.open(&[&social::providers().await]).await).await;
    of_a_strangers_organizations(&*stage.open(&["RATE_LIMITS=off"]).await).await;
}

async fn by_mail(local: &Local) {
    let ada = json!({ "name": "Ada", "email": ADA, "password": PASSWORD, "username": "ada" });
    post(local, "/api/auth/sign-up/email", ada).await;
    // The first reset of an unverified address would drop the username, whose attempts a later one forgives.
    let verify = format!("/api/auth/verify-email?token={}", mailed(local, "verify-email").await);
    local.get(&verify).send().await.expect(200);
    let jwt = log_in(local, ADA).await;
    describe(local, &jwt, json!({ "phone": "+441632960961" })).await;
    post(local, "/v1/auth/forgot-password", json!({ "email": ADA })).await;
    let token = mailed(local, "reset-password").await;
    let callback = format!("/api/auth/reset-password/{token}?callbackURL=/new-password");
    local.get(&callback).send().await.expect(302);
    post(local, "/auth/validate-restore-token", json!({ "token": token })).await;
    let reset = json!({ "token": token, "newPassword": NEXT });
    post(local, "/api/auth/reset-password", reset.clone()).await;
    let spent = json!({ "token": token });
    for (path, body) in [
        ("/auth/validate-restore-token", &spent),
        ("/api/auth/reset-password", &reset),
    ] {
        let refused = local.post(path).json(body).send().await;
        assert!(refused.status.is_client_error(), "{}", refused.text());
    }
}

/// The first administrator of an account, from the activation mail to another password.
async fn in_an_account(local: &Local) {
    let setup = activate_account(local).await;
    let set = json!({ "email": ADA, "token": setup, "password": STRONG });
    post(local, "/accounts/v1/auth/set-password", set).await;
    post(local, "/accounts/v1/auth/forgot-password", json!({ "email": ADA })).await;
    let reset = json!({ "token": mailed(local, "reset-password").await, "newPassword": "Eight bridges, 2 rivers" });
    post(local, "/accounts/v1/auth/reset-password", reset).await;
    let session = json!({ "email": ADA, "password": "Eight bridges, 2 rivers" });
    let session = post(local, "/accounts/v1/auth/login", session).await;
    let change = json!({ "currentPassword": "Eight bridges, 2 rivers", "newPassword": STRONG });
    let jwt = text(&session["data"]["accessToken"]);
    post_as(local, &jwt, "/accounts/v1/auth/change-password", change).await;
}

/// The token that sets the first password.
pub async fn activate_account(local: &Local) -> Value {
    activate_account_of(local, ADA).await
}

pub async fn activate_account_of(local: &Local, email: &str) -> Value {
    let account = json!({ "accountName": "Analytical Engines", "adminName": "Ada Lovelace", "adminEmail": email, "adminRole": "ADMIN" });
    post(local, "/accounts/v1/accounts", account).await;
    let token = json!({ "token": mailed(local, "activate-account").await });
    let verified = post(local, "/accounts/v1/auth/verify-email", token).await;
    verified["data"]["passwordSetupToken"].clone()
}

async fn by_password(local: &Local) {
    sign_up(local, ADA).await;
    let jwt = log_in(local, ADA).await;
    let change = |current: &str, new: &str, revoke: bool| json!({ "currentPassword": current, "newPassword": new, "revokeOtherSessions": revoke });
    post_as(local, &jwt, "/api/auth/change-password", change(PASSWORD, NEXT, false)).await;
    let wrong = super::people::bearing(local.post("/api/auth/change-password"), &jwt);
    let wrong = wrong.json(&change("a wrong guess", PASSWORD, true));
    wrong.send().await.expect(400);
    let proof = json!({ "password": NEXT });
    post_as(local, &jwt, "/api/auth/verify-password", proof).await;
    post_as(local, &jwt, "/api/auth/change-password", change(NEXT, PASSWORD, true)).await;
}

/// The user who reads the mailbox has the account alone, whatever a stranger has prepared in it.
async fn of_a_strangers_account(local: &Local) {
    let jwt = social::come_from_a_provider(local).await;
    make_key(local, &jwt).await;
    passkey::register(local, &jwt).await;
    post(local, "/api/auth/request-password-reset", json!({ "email": GRACE })).await;
    let reset = json!({ "token": mailed(local, "reset-password").await, "newPassword": NEXT });
    post(local, "/api/auth/reset-password", reset).await;
}

async fn of_a_strangers_organizations(local: &Local) {
    plant(local, ADA).await;
    post(local, "/api/auth/request-password-reset", json!({ "email": ADA })).await;
    let reset = json!({ "token": mailed(local, "reset-password").await, "newPassword": NEXT });
    post(local, "/api/auth/reset-password", reset).await;
}
