//! `organization` creates organizations, and adds and removes members.

use std::time::Duration;

use serde_json::{Value, json};

use super::pages::{FACTORS, person, prove, send};
use super::people::{
    ADA, GRACE, bearing, get_as, invite, join, log_in, mailed, make_key, post, post_as, sign_up, text,
};
use super::stage::Stage;
use crate::client::{Local, PASSWORD};

const EVE: &str = "eve@example.com";

pub async fn story(stage: &Stage) {
    for mode in ["SIGNING_MODE=kms", "SIGNING_MODE=wrapped"] {
        a_team_grows(&*stage.open(&[mode]).await).await;
    }
    members_come_and_go(&*stage.open(&["RATE_LIMITS=off"]).await).await;
    for settings in [
        &[
            "LIMIT_REQUEST_MAIL=100/60",
            "LIMIT_SIGN_IN=100/60",
            "LIMIT_SIGN_UP=100/60",
        ][..],
        &["RATE_LIMITS=off"],
    ] {
        invitations_are_answered_on_the_page(&*stage.open(settings).await).await;
    }
    room_is_made_for_an_invitation(stage).await;
    a_key_stands_for_a_session(&*stage.open(&["API_KEY_SESSIONS=on"]).await).await;
}

async fn ask(local: &Local, token: &str, what: &str) -> Value {
    get_as(local, token, &format!("/api/auth/organization/{what}")).await
}

async fn order(local: &Local, token: &str, what: &str, body: Value) -> Value {
    post_as(local, token, &format!("/api/auth/organization/{what}"), body).await
}

async fn a_team_grows(local: &Local) {
    sign_up(local, ADA).await;
    let jwt = log_in(local, ADA).await;
    let (id, _) = invite(local, &jwt, "acme", GRACE, "member").await;
    // Whether a user is a member already is stored with the user.
    sign_up(local, EVE).await;
    let eve = json!({ "email": EVE, "role": "member", "organizationId": id });
    order(local, &jwt, "invite-member", eve).await;
    let again = json!({ "email": GRACE, "role": "admin", "organizationId": id, "resend": true });
    order(local, &jwt, "invite-member", again).await;
    let invitation = mailed(local, "invitation").await;
    post(local, "/auth/validate-invitation-token", json!({ "token": invitation })).await;
    join(local, &invitation).await;
    let check = json!({ "token": invitation });
    let join = json!({ "token": invitation, "firstName": "Grace", "lastName": "Hopper", "newPassword": PASSWORD });
    for (path, body) in [
        ("/auth/validate-invitation-token", check),
        ("/auth/finish-invitation", join),
    ] {
        let refused = local.post(path).json(&body).send().await;
        assert!(refused.status.is_client_error(), "{}", refused.text());
    }
    post_as(local, &jwt, "/auth/change-team", json!({ "teamId": id })).await;
    // The plan of a user permits one business organization, and this user owns another one.
    let founder = sign_up(local, "max@example.com").await;
    a_platform_organization_grows(local, &founder).await;
    an_account_is_created_and_changed(local, &jwt, &id).await;
}

async fn a_platform_organization_grows(local: &Local, owner: &str) {
    let call = |method: &str, path: &str| bearing(local.call(method, &format!("/v1/organizations{path}")), owner);
    let new = json!({ "name": "Platform", "slug": "platform", "region": "UK" });
    let id = text(&call("POST", "").json(&new).send().await.expect(201).json()["tenantId"]);
    let rows = json!({ "members": [{ "email": "joe@example.com", "role": "MEMBER" }] });
    let invited = call("POST", &format!("/{id}/members/bulk-invite")).json(&rows);
    invited.send().await.expect(201);
    call("GET", "/slug/platform").send().await.expect(200);
    call("GET", &format!("/{id}/invitations")).send().await.expect(200);
    let open = json!({ "slug": "platform", "openJoin": true });
    call("PUT", &format!("/{id}")).json(&open).send().await.expect(200);
    let guest = sign_up(local, "zoe@example.com").await;
    post_as(local, &guest, &format!("/v1/organizations/{id}/join"), json!({})).await;
    let members = call("GET", &format!("/{id}/members")).send().await.expect(200).json();
    let joined = &members["data"][1];
    let to = json!({ "newOwnerId": joined["user"]["id"] });
    let transferred = call("PUT", &format!("/{id}/transfer-ownership")).json(&to);
    transferred.send().await.expect(200);
}

/// The organization is an account, too, and its owner the administrator.
async fn an_account_is_created_and_changed(local: &Local, admin: &str, id: &str) {
    let account = json!({
        "accountName": "Looms", "adminName": "Lin Chen", "adminEmail": "lin@example.com", "adminRole": "ADMIN",
    });
    post(local, "/accounts/v1/accounts", account).await;
    let path = format!("/accounts/v1/accounts/{id}");
    get_as(local, admin, &path).await;
    let change = bearing(local.call("PUT", &path), admin).json(&json!({ "accountName": "Acme Works" }));
    change.send().await.expect(200);
}

async fn members_come_and_go(local: &Local) {
    let ada = sign_up(local, ADA).await;
    let grace = verified(local, GRACE).await;
    let eve = verified(local, EVE).await;
    let (id, invitation) = invite(local, &ada, "acme", GRACE, "admin").await;
    ask(local, &grace, "list-user-invitations").await;
    ask(local, &grace, &format!("get-invitation?id={invitation}")).await;
    order(
        local,
        &grace,
        "accept-invitation",
        json!({ "invitationId": invitation }),
    )
    .await;
    for decision in ["reject-invitation", "cancel-invitation"] {
        let invitation = order(
            local,
            &ada,
            "invite-member",
            json!({ "email": EVE, "role": "member", "organizationId": id }),
        );
        let invitation = json!({ "invitationId": invitation.await["id"] });
        let who = if decision == "reject-invitation" { &eve } else { &ada };
        order(local, who, decision, invitation).await;
    }
    everybody_looks(local, &ada, &id).await;
    get_as(local, &ada, "/v1/app-roles/available").await;
    let unknown = bearing(local.get("/v1/app-roles/available/HR"), &ada);
    unknown.send().await.expect(404);
    let members = ask(local, &ada, &format!("list-members?organizationId={id}")).await;
    let members = members["members"].as_array().expect("members").iter();
    let mut member = members
        .filter(|member| member["role"] == "admin")
        .map(|member| text(&member["id"]));
    let member = member.next_back().expect("an admin");
    let role = json!({ "memberId": member, "role": "member", "organizationId": id });
    order(local, &ada, "update-member-role", role).await;
    order(
        local,
        &ada,
        "remove-member",
        json!({ "memberIdOrEmail": GRACE, "organizationId": id }),
    )
    .await;
    order(
        local,
        &ada,
        "invite-member",
        json!({ "email": EVE, "role": "owner", "organizationId": id }),
    )
    .await;
    let invitation = mailed(local, "invitation").await;
    order(local, &eve, "accept-invitation", json!({ "invitationId": invitation })).await;
    order(local, &ada, "leave", json!({ "organizationId": id })).await;
    order(
        local,
        &eve,
        "invite-member",
        json!({ "email": GRACE, "role": "member", "organizationId": id }),
    )
    .await;
    order(local, &eve, "set-active", json!({ "organizationId": id })).await;
    let policy = json!({ "resource": "document", "action": "read", "conditions": {} });
    post_as(local, &eve, "/v1/policies", policy).await;
    order(local, &eve, "delete", json!({ "organizationId": id })).await;
}

async fn everybody_looks(local: &Local, ada: &str, id: &str) {
    order(local, ada, "check-slug", json!({ "slug": "free" })).await;
    order(local, ada, "set-active", json!({ "organizationId": id })).await;
    let data = json!({ "organizationId": id, "data": { "name": "Acme", "slug": "acme-2" } });
    order(local, ada, "update", data).await;
    let permissions = json!({ "organizationId": id, "permissions": { "member": ["create"] } });
    order(local, ada, "has-permission", permissions).await;
    for question in [
        "get-active-member",
        "get-active-member-role",
        "get-full-organization?organizationSlug=acme-2",
        "get-organization",
        "list",
        "list-invitations",
    ] {
        ask(local, ada, question).await;
    }
}

async fn invitations_are_answered_on_the_page(local: &Local) {
    let ada = sign_up(local, ADA).await;
    let (id, _) = invite(local, &ada, "acme", GRACE, "member").await;
    for factor in FACTORS {
        let person = person(local, factor).await;
        let body = json!({ "email": person.email, "role": "member", "organizationId": id });
        order(local, &ada, "invite-member", body).await;
        let token = mailed(local, "invitation").await;
        let page = local.get(&format!("/link/invitation?token={token}")).send().await;
        page.expect(200);
        let joined = prove(local, "/link/invitation", &token, &person).await;
        assert!(joined.text().contains("You have joined"), "{}", joined.text());
    }
    // A user whose address is not verified, and one who has forgotten the password.
    sign_up(local, EVE).await;
    let body = json!({ "email": EVE, "role": "member", "organizationId": id });
    order(local, &ada, "invite-member", body).await;
    let token = mailed(local, "invitation").await;
    for field in [("password", PASSWORD), ("forgotten", "yes")] {
        let fields = [("token", token.clone()), (field.0, field.1.to_owned())];
        send(local, "/link/invitation", &fields, "").await.expect(200);
    }
}

/// A user whose address is verified.
pub async fn verified(local: &Local, email: &str) -> String {
    let session = sign_up(local, email).await;
    let verify = format!("/api/auth/verify-email?token={}", mailed(local, "verify-email").await);
    local.get(&verify).send().await.expect(200);
    session
}

/// Expired invitations count until the limit is reached.
async fn room_is_made_for_an_invitation(stage: &Stage) {
    let local = stage
        .open(&["ORGANIZATION_INVITATION_LIMIT=1", "INVITATION_LIFETIME_SECONDS=1"])
        .await;
    let session = sign_up(&local, ADA).await;
    let (id, _) = invite(&local, &session, "acme", GRACE, "member").await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let eve = json!({ "email": EVE, "role": "member", "organizationId": id });
    order(&local, &session, "invite-member", eve).await;
}

async fn a_key_stands_for_a_session(local: &Local) {
    let session = sign_up(local, ADA).await;
    let (id, _) = invite(local, &session, "acme", GRACE, "member").await;
    let (_, key) = make_key(local, &session).await;
    let call = local
        .post("/api/auth/organization/invite-member")
        .header("x-api-key", &key);
    let eve = json!({ "email": EVE, "role": "member", "organizationId": id });
    call.json(&eve).send().await.expect(200);
}
