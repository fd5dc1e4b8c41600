//! `mail-outbox` sends the mail in the outbox, unless the address is suppressed.

use serde_json::json;

use super::admin::template;
use super::people::{ADA, GRACE, ROOT, create_admin, invite, post, post_as, press, sign_up, text};
use super::stage::Stage;
use super::two_factor::turn_on;
use crate::client::{Local, PASSWORD};

pub async fn story(stage: &Stage) {
    let settings = [
        "MAIL_CONFIGURATION_SET=reporting",
        "CONFIRM_DELETION_BY_MAIL=on",
        "RATE_LIMITS=off",
    ];
    every_mail_is_sent(&*stage.open(&settings).await).await;
    a_suppressed_address_is_taken_up(&*stage.open(&[]).await).await;
}

async fn every_mail_is_sent(local: &Local) {
    let session = sign_up(local, ADA).await;
    post(local, "/api/auth/request-password-reset", json!({ "email": ADA })).await;
    post_as(local, &session, "/api/auth/change-email", json!({ "newEmail": GRACE })).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "ten lanterns over Pskov" });
    post_as(local, &session, "/api/auth/change-password", change).await;
    post_as(local, &session, "/api/auth/delete-user", json!({})).await;
    invite(local, &session, "acme", "eve@example.com", "member").await;
    let session = turn_on(local, &sign_up(local, "joan@example.com").await).await;
    post_as(local, &session, "/api/auth/two-factor/send-otp", json!({})).await;
    create_admin(local, ROOT).await;
    let reset = json!({ "email": ROOT });
    post(local, "/v1/admin/password/reset-request", reset).await;
    let kinds: Vec<_> = local.mails().await.iter().map(|mail| mail["kind"].clone()).collect();
    let expected = [
        "verify-email",
        "reset-password",
        "change-email",
        "password-changed",
        "delete-user",
        "invitation",
        "verify-email",
        "credential-changed",
        "two-factor-otp",
        "reset-password",
    ];
    assert_eq!(kinds, expected);
    administrators_write_a_mail(local).await;
}

async fn administrators_write_a_mail(local: &Local) {
    let login = json!({ "email": ROOT, "password": PASSWORD });
    let token = text(&post(local, "/v1/admin/login", login).await["accessToken"]);
    post_as(local, &token, "/v1/admin/email-templates", template("Administered")).await;
    sign_up(local, "radia@example.com").await;
    let mails = local.mails().await;
    assert_eq!(mails.last().expect("a mail")["subject"], "Administered");
}

/// The profile shows it to the new owner, because no mail can.
async fn a_suppressed_address_is_taken_up(local: &Local) {
    let session = sign_up(local, ADA).await;
    press(local, "bounce").await;
    post_as(
        local,
        &session,
        "/api/auth/delete-user",
        json!({ "password": PASSWORD }),
    )
    .await;
    sign_up(local, ADA).await;
    assert_eq!(local.mails().await.len(), 1);
}
