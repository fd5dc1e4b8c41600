//! `profile` lets users change their profile and address, and delete their account.

use serde_json::json;

use super::organization::verified;
use super::pages::{FACTORS, person, prove};
use super::people::{
    ADA, GRACE, bearing, describe, get_as, invite, join, log_in, mailed, make_key, plant, post, post_as, sign_up,
};
use super::stage::Stage;
use super::{passkey, password, social};
use crate::client::{Local, PASSWORD, options};

pub async fn story(stage: &Stage) {
    the_profile_changes(&*stage.open(&[]).await).await;
    password::activate_account(&*stage.open(&[]).await).await;
    an_administrator_has_mails_sent_again(&*stage.open(&[]).await).await;
    the_address_changes(&*stage.open(&["SIGN_IN_AFTER_VERIFICATION=on"]).await).await;
    an_invited_user_verifies_the_address(&*stage.open(&[]).await).await;
    the_last_member_goes(&*stage.open(&[]).await).await;
    one_of_two_owners_goes(&*stage.open(&["RATE_LIMITS=off"]).await).await;
    the_owner_of_an_address_did_not_sign_up(&*stage.open(&["RATE_LIMITS=off"]).await).await;
    let limits = ["LIMIT_REQUEST_MAIL=100/60", "LIMIT_SIGN_IN=100/60"];
    for settings in [&limits[..], &["RATE_LIMITS=off"]] {
        let settings = [settings, &["CONFIRM_DELETION_BY_MAIL=on"]].concat();
        users_delete_their_accounts_on_the_page(&*stage.open(&settings).await).await;
    }
    one_of_two_administrators_goes(stage).await;
    who_came_from_a_provider_goes(&*stage.open(&[&social::providers().await]).await).await;
}

/// Of an invited user of an account, alone and in a list.
async fn an_administrator_has_mails_sent_again(local: &Local) {
    let owner = verified(local, ADA).await;
    let organization = json!({ "name": "Acme", "slug": "acme" });
    post_as(local, &owner, "/api/auth/organization/create", organization).await;
    let credentials = json!({ "email": ADA, "password": PASSWORD });
    let login = post(local, "/accounts/v1/auth/login", credentials).await;
    let user = json!({ "email": GRACE, "role": "COACH", "accountId": login["data"]["user"]["accountId"] });
    post_as(local, &owner, "/accounts/v1/users", user).await;
    mailed(local, "account-invitation").await;
    let one = json!({ "emailId": GRACE });
    post_as(local, &owner, "/accounts/v1/users/resend-verification", one).await;
    let list = json!({ "users": [{ "email": GRACE }, { "email": "nobody@example.com" }] });
    post_as(local, &owner, "/accounts/v1/users/verification-reminders", list).await;
}

async fn the_profile_changes(local: &Local) {
    sign_up(local, ADA).await;
    let jwt = log_in(local, ADA).await;
    get_as(local, &jwt, "/auth/me").await;
    for change in [
        json!({ "name": "Ada Lovelace" }),
        json!({ "username": "ada" }),
        json!({ "username": "lovelace" }),
    ] {
        post_as(local, &jwt, "/api/auth/update-user", change).await;
    }
    let wrong = bearing(local.post("/api/auth/delete-user"), &jwt).json(&json!({ "password": "a wrong guess" }));
    wrong.send().await.expect(400);
    post(local, "/v1/auth/resend-verification", json!({ "email": ADA })).await;
    // The first request for the profile creates an organization.
    get_as(local, &jwt, "/v1/auth/me").await;
    for phone in ["+441632960961", "+441632960962"] {
        describe(local, &jwt, json!({ "phone": phone })).await;
    }
}

async fn the_address_changes(local: &Local) {
    let session = sign_up(local, ADA).await;
    post(local, "/api/auth/send-verification-email", json!({ "email": ADA })).await;
    let verify = async |kind: &str| {
        let path = format!("/api/auth/verify-email?token={}", mailed(local, kind).await);
        local.get(&path).send().await.expect(200);
    };
    verify("verify-email").await;
    post_as(local, &session, "/api/auth/change-email", json!({ "newEmail": GRACE })).await;
    let change = mailed(local, "change-email").await;
    verify("change-email").await;
    let spent = format!("/api/auth/verify-email?token={change}");
    local.get(&spent).send().await.expect(401);
}

/// The verification at the platform accepts the invitation.
async fn an_invited_user_verifies_the_address(local: &Local) {
    let owner = sign_up(local, ADA).await;
    invite(local, &owner, "acme", GRACE, "member").await;
    sign_up(local, GRACE).await;
    let token = json!({ "token": mailed(local, "verify-email").await });
    post(local, "/v1/auth/verify-email", token).await;
}

/// Deletes a user, and with the user an organization and its invitations.
async fn the_last_member_goes(local: &Local) {
    let session = sign_up(local, ADA).await;
    invite(local, &session, "acme", GRACE, "member").await;
    let password = json!({ "password": PASSWORD });
    post_as(local, &session, "/api/auth/delete-user", password).await;
}

async fn one_of_two_owners_goes(local: &Local) {
    let session = sign_up(local, ADA).await;
    make_key(local, &session).await;
    passkey::register(local, &session).await;
    let (_, invitation) = invite(local, &session, "acme", GRACE, "owner").await;
    join(local, &invitation).await;
    post_as(local, &session, "/api/auth/delete-user", json!({})).await;
}

/// From a browser without a session.
async fn users_delete_their_accounts_on_the_page(local: &Local) {
    for factor in FACTORS {
        let person = person(local, factor).await;
        post_as(local, &person.session, "/api/auth/delete-user", json!({})).await;
        let token = mailed(local, "delete-user").await;
        let deleted = prove(local, "/link/delete-user", &token, &person).await;
        assert!(deleted.text().contains("Your account is deleted"), "{}", deleted.text());
    }
}

async fn one_of_two_administrators_goes(stage: &Stage) {
    let mut options = options(&[]);
    options.admin = Some(
        format!("root@example.com:{PASSWORD}")
            .parse()
            .expect("an administrator"),
    );
    let local = stage.with(options).await;
    sign_up(&local, ADA).await;
    let credentials = json!({ "email": ADA, "password": PASSWORD });
    let ada = post(&local, "/api/auth/sign-in/email", credentials).await;
    let root = log_in(&local, "root@example.com").await;
    let role = json!({ "userId": ada["user"]["id"], "role": "admin" });
    post_as(&local, &root, "/api/auth/admin/set-role", role).await;
    let password = json!({ "password": PASSWORD });
    post_as(&local, &root, "/api/auth/delete-user", password).await;
}

async fn who_came_from_a_provider_goes(local: &Local) {
    let token = social::come_from_a_provider(local).await;
    post_as(local, &token, "/api/auth/delete-user", json!({})).await;
}

async fn the_owner_of_an_address_did_not_sign_up(local: &Local) {
    plant(local, ADA).await;
    post(local, "/api/auth/send-verification-email", json!({ "email": ADA })).await;
    let form = format!("token={}&didNotSignUp=yes", mailed(local, "verify-email").await);
    let answer = local
        .post("/link/verify-email")
        .header("content-type", "application/x-www-form-urlencoded");
    answer.body(form).send().await.expect(200);
}
