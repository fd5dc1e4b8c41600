//! `password` changes passwords, with the old one or with the token of a mail.

use serde_json::json;

use super::people::{ADA, GRACE, log_in, mailed, make_key, post, post_as, sign_up};
use super::stage::Stage;
use super::{passkey, social};
use crate::client::{Local, PASSWORD};

const NEXT: &str = "ten lanterns over Pskov";

pub async fn story(stage: &Stage) {
    by_mail(&*stage.open(&[]).await).await;
    by_password(&*stage.open(&[]).await).await;
    of_a_strangers_account(&*stage.open(&[&social::providers().await]).await).await;
}

async fn by_mail(local: &Local) {
    sign_up(local, ADA).await;
    post(local, "/api/auth/request-password-reset", json!({ "email": ADA })).await;
    let token = mailed(local, "reset-password").await;
    let callback = format!("/api/auth/reset-password/{token}?callbackURL=/new-password");
    local.get(&callback).send().await.expect(302);
    post(local, "/auth/validate-restore-token", json!({ "token": token })).await;
    post(
        local,
        "/api/auth/reset-password",
        json!({ "token": token, "newPassword": NEXT }),
    )
    .await;
}

async fn by_password(local: &Local) {
    sign_up(local, ADA).await;
    let jwt = log_in(local, ADA).await;
    let change =
        |current: &str| json!({ "currentPassword": current, "newPassword": NEXT, "revokeOtherSessions": true });
    let wrong = super::people::bearing(local.post("/api/auth/change-password"), &jwt);
    wrong.json(&change("a wrong guess")).send().await.expect(400);
    post_as(
        local,
        &jwt,
        "/api/auth/verify-password",
        json!({ "password": PASSWORD }),
    )
    .await;
    post_as(local, &jwt, "/api/auth/change-password", change(PASSWORD)).await;
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
