//! Organizations that are suspended, frozen, or whose plan is over, in every contract.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::OrganizationRole::{Admin, Member};
use shared::domain::{OrganizationId, OrganizationPatch, OrganizationStatus, Patch};
use shared::testkit::platform::{assert_error, me};
use shared::testkit::{Answer, TestApp, text};

use super::join::{join, open};
use super::{change, delete, founded, get, invite, member, member_id, post, put, stored};
use crate::start;
use crate::support::{FINISH, OWNER, id_of, newcomer, sign_up, verified};

const READ_ONLY: &str = "The organization is frozen, or its plan has expired";

async fn set_status(app: &TestApp, organization: &str, status: OrganizationStatus) {
    let mut patch = OrganizationPatch::default();
    patch.account.status = Some(status);
    change(app, organization, &patch).await;
}

/// The memberships get the state of the organization, too.
async fn suspend(app: &TestApp, organization: &str, tokens: &[&str]) {
    set_status(app, organization, OrganizationStatus::Suspended).await;
    let id = OrganizationId::parse(organization).expect("an id");
    for token in tokens {
        app.change_user(token, |user| {
            let own = user.memberships.iter_mut().find(|own| own.organization_id == id);
            own.expect("a membership").suspended = true;
        })
        .await;
    }
}

async fn better_auth(app: &TestApp, token: &str, operation: &str, body: &Value) -> Answer {
    let path = format!("/api/auth/organization/{operation}");
    app.post(&path).bearer(token).json(body).send().await
}

async fn switch(app: &TestApp, token: &str, organization: &str) -> Answer {
    let request = app.post("/v1/auth/switch_org").bearer(token);
    request.json(&json!({"tenant_id": organization})).send().await
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "it is a list of operations")]
async fn members_of_a_frozen_organization_read_and_change_nothing() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let admin = member(&app, &id, "admin@example.com", Admin).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    open(&app, &id).await;
    let invited = invite(&app, &owner, &id, "joe@example.com", "MEMBER")
        .await
        .expect(201)
        .json();
    let token = app.mailed_token("invitation");
    let waiting = verified(&app, "zoe@example.com").await;
    let _ = invite(&app, &owner, &id, "zoe@example.com", "MEMBER").await.expect(201);
    let team = better_auth(
        &app,
        &owner,
        "create-team",
        &json!({"name": "One", "organizationId": id}),
    )
    .await;
    let team = text(&team.expect(200).json()["id"]);
    let _ = better_auth(&app, &owner, "set-active", &json!({"organizationId": id}))
        .await
        .expect(200);
    set_status(&app, &id, OrganizationStatus::Frozen).await;

    let shown = get(&app, &guest, &id).await.expect(200).json();
    assert_eq!(shown["status"], "FREEZE");
    for list in ["members", "invitations"] {
        let _ = get(&app, &owner, &format!("{id}/{list}")).await.expect(200);
    }
    let _ = switch(&app, &guest, &id).await.expect(200);
    let profile = me(&app, &guest).await;
    assert_eq!(profile["memberships"][0]["organization"]["status"], "FREEZE");

    let role = format!("{id}/members/{}", member_id(&app, &id, &guest).await);
    let user = id_of(&app, &guest).await;
    let rows = json!({"members": [{"email": "max@example.com", "role": "MEMBER"}]});
    let outsider = sign_up(&app, "out@example.com").await;
    for refused in [
        put(&app, &owner, &id, &json!({"slug": "other"})).await,
        invite(&app, &owner, &id, "max@example.com", "MEMBER").await,
        post(&app, &owner, &format!("{id}/members/bulk-invite"), &rows).await,
        put(&app, &owner, &format!("{role}/role"), &json!({"role": "ADMIN"})).await,
        put(&app, &owner, &format!("{role}/app-roles"), &json!({"app_roles": []})).await,
        delete(&app, &owner, &role).await,
        delete(&app, &owner, &format!("{id}/invitations/{}", text(&invited["id"]))).await,
        put(
            &app,
            &owner,
            &format!("{id}/transfer-ownership"),
            &json!({"newOwnerId": user}),
        )
        .await,
        join(&app, &outsider, &id).await,
    ] {
        assert_error(&refused, 403, READ_ONLY);
    }
    let pending = app
        .get("/api/auth/organization/list-user-invitations")
        .bearer(&waiting)
        .send()
        .await;
    let accept = json!({"invitationId": pending.expect(200).json()[0]["id"]});
    for (caller, operation, body) in [
        (
            &owner,
            "update",
            json!({"organizationId": id, "data": {"name": "Other"}}),
        ),
        (
            &owner,
            "invite-member",
            json!({"organizationId": id, "email": "max@example.com", "role": "member"}),
        ),
        (
            &owner,
            "remove-member",
            json!({"organizationId": id, "memberIdOrEmail": user}),
        ),
        (
            &owner,
            "update-member-role",
            json!({"organizationId": id, "memberId": user, "role": "admin"}),
        ),
        (&owner, "create-team", json!({"organizationId": id, "name": "Two"})),
        (&owner, "update-team", json!({"teamId": team, "data": {"name": "Two"}})),
        (&owner, "remove-team", json!({"teamId": team, "organizationId": id})),
        (&owner, "add-team-member", json!({"teamId": team, "userId": user})),
        (&waiting, "accept-invitation", accept),
    ] {
        let path = format!("/api/auth/organization/{operation}");
        let answer = app.post(&path).bearer(caller).undocumented().json(&body).send().await;
        let code = answer.json()["code"].clone();
        assert_eq!(
            (answer.status.as_u16(), code),
            (403, json!("ORGANIZATION_READ_ONLY")),
            "{operation}: {}",
            answer.text()
        );
    }
    let answer = app.post(FINISH).json(&newcomer(&token)).send().await.expect(400);
    assert_eq!(answer.json()["message"], READ_ONLY);
    let seen = stored(&app, &id).await;
    assert_eq!((seen.member_count, seen.open_invitations, seen.owner_count), (3, 2, 1));

    // A member may leave, and an owner may delete.
    let _ = better_auth(&app, &admin, "leave", &json!({"organizationId": id}))
        .await
        .expect(200);
    let _ = delete(&app, &owner, &id).await.expect(204);
}

/// The end of a plan changes no item: it is decided when the organization is read or written.
#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_read_only_once_its_plan_is_over() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let mut patch = OrganizationPatch::default();
    patch.account.plan_expires_at = Patch::Set(app.clock.now() + SignedDuration::from_hours(1));
    change(&app, &id, &patch).await;
    let shown = get(&app, &owner, &id).await.expect(200).json();
    assert_eq!(
        (&shown["status"], &shown["planExpiresAt"]),
        (&json!("PLAN_ACTIVE"), &json!("2026-01-31T13:00:00.000Z"))
    );
    let role = format!("{id}/members/{}/role", member_id(&app, &id, &guest).await);
    let _ = put(&app, &owner, &role, &json!({"role": "ADMIN"})).await.expect(200);

    app.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(
        get(&app, &owner, &id).await.expect(200).json()["status"],
        "PLAN_EXPIRED"
    );
    for refused in [
        put(&app, &owner, &role, &json!({"role": "MEMBER"})).await,
        put(&app, &owner, &id, &json!({"slug": "other"})).await,
        invite(&app, &owner, &id, "joe@example.com", "MEMBER").await,
    ] {
        assert_error(&refused, 403, READ_ONLY);
    }
    patch.account.plan_expires_at = Patch::Clear;
    change(&app, &id, &patch).await;
    let _ = put(&app, &owner, &role, &json!({"role": "MEMBER"})).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_acts_for_a_suspended_organization() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    shared::testkit::better_auth::verify_email(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    open(&app, &id).await;
    let switched = switch(&app, &owner, &id).await.expect(200).json();
    let (access, refresh) = (text(&switched["access_token"]), text(&switched["refresh_token"]));
    assert_eq!(
        app.caller(&access).await.session.active_organization,
        Some(stored(&app, &id).await.id)
    );
    suspend(&app, &id, &[&owner, &guest]).await;
    let message = "The organization is suspended";
    for refused in [
        get(&app, &owner, &id).await,
        get(&app, &guest, "slug/acme").await,
        get(&app, &owner, &format!("{id}/members")).await,
        put(&app, &owner, &id, &json!({"slug": "other"})).await,
        delete(&app, &owner, &id).await,
        invite(&app, &owner, &id, "joe@example.com", "MEMBER").await,
        switch(&app, &guest, &id).await,
    ] {
        assert_error(&refused, 403, message);
    }
    let outsider = sign_up(&app, "out@example.com").await;
    assert_error(&join(&app, &outsider, &id).await, 404, "Organization not found");
    assert_error(&get(&app, &outsider, &id).await, 404, "Organization not found");
    // The claims are gone at the next check, and a refresh goes on without the organization.
    assert_eq!(app.caller(&access).await.session.active_organization, None);
    let body = json!({"refresh_token": refresh});
    let refreshed = app.post("/v1/auth/refresh").json(&body).send().await.expect(200).json();
    let claims = crate::teams::change_team::claims(&text(&refreshed["access_token"]));
    assert_eq!((&claims["org"], &claims["org_role"]), (&Value::Null, &Value::Null));
    assert_eq!(me(&app, &owner).await["email"], OWNER);
}

/// The user would get a new one with the first plan of its kind.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_personal_organization_is_not_replaced() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let solo = text(&me(&app, &token).await["solo_org_id"]);
    suspend(&app, &solo, &[&token]).await;
    let profile = me(&app, &token).await;
    assert_eq!(
        (&profile["solo_org_id"], &profile["solo_org"]["status"]),
        (&json!(solo), &json!("SUSPENDED"))
    );
    assert_eq!(profile["memberships"], json!([]));
    assert_eq!(app.caller(&token).await.user.memberships.len(), 1);
}
