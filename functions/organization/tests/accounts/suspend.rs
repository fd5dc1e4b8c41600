//! An account that is not active, in every contract.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::domain::OrganizationStatus;
use shared::testkit::accounts::{assert_error, login, refresh, validate};
use shared::testkit::race::all_at_once;
use shared::testkit::{PASSWORD, TestApp, text};

use super::{account, acme, create, member, organization, show, super_admin, update};
use crate::{start, support};

const COACH: &str = "coach@example.com";

async fn set_status(app: &TestApp, root: &str, created: &Value, status: &str) {
    let changed = update(app, root, &text(&created["id"]), &json!({"status": status})).await;
    assert_eq!(account(changed, 200)["status"], status);
}

async fn verified_coach(app: &TestApp, created: &Value) -> String {
    let token = member(app, created, COACH, &["coach"]).await;
    let now = app.caller(&token).await.user.created_at;
    app.change_user(&token, |user| user.email_verified_at = Some(now)).await;
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_acts_for_a_suspended_account_in_any_contract() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let id = text(&created["id"]);
    let coach = verified_coach(&app, &created).await;
    let root = super_admin(&app).await;
    let tokens = login(&app, COACH, PASSWORD).await.expect(200).json()["data"].clone();
    assert_eq!(tokens["user"]["accountId"], created["accountId"]);
    let active = json!({"organizationId": id});
    let set_active = async || {
        let request = app
            .post("/api/auth/organization/set-active")
            .bearer(&coach)
            .json(&active);
        request.send().await.status.as_u16()
    };
    assert_eq!(set_active().await, 200);

    set_status(&app, &root, &created, "INACTIVE").await;
    // accounts
    let refused = login(&app, COACH, PASSWORD).await;
    assert_error(&refused, 403, "ACCOUNT_INACTIVE", "The account is not active");
    let invalid = validate(&app, &tokens["accessToken"], "access").await;
    assert_error(&invalid, 401, "INVALID_TOKEN", "The token is not valid");
    let refused = show(&app, &coach, &id).await;
    assert_error(&refused, 403, "ACCOUNT_INACTIVE", "The account is not active");
    // The session may go on without the account: its new token names none.
    let refreshed = refresh(&app, &tokens["refreshToken"]).await.expect(200).json()["data"].clone();
    let invalid = validate(&app, &refreshed["accessToken"], "access").await;
    assert_error(&invalid, 401, "INVALID_TOKEN", "The token is not valid");
    // better_auth
    assert_eq!(app.caller(&coach).await.session.active_organization, None);
    assert_eq!(set_active().await, 403);
    let listed = app.get("/api/auth/organization/list").bearer(&coach).send().await;
    assert_eq!(listed.expect(200).json(), json!([]));
    // teams
    let team = json!({"teamId": id});
    let switched = app.post("/auth/change-team").bearer(&coach).json(&team).send().await;
    assert_eq!(switched.status, 403);
    // platform
    let profile = app.get("/v1/auth/me").bearer(&coach).send().await.expect(200).json();
    assert!(!profile.to_string().contains(&id));

    assert_eq!(account(show(&app, &root, &id).await, 200)["status"], "INACTIVE");
    set_status(&app, &root, &created, "ACTIVE").await;
    assert_eq!(
        login(&app, COACH, PASSWORD).await.expect(200).json()["data"]["user"]["accountId"],
        created["accountId"]
    );
    assert_eq!(set_active().await, 200);
    let valid = validate(&app, &refreshed["accessToken"], "access").await;
    let _ = valid.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_joins_a_suspended_account_or_administers_it() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let id = text(&created["id"]);
    let owner = member(&app, &created, "owner@example.com", &["owner"]).await;
    let root = super_admin(&app).await;
    let guest = json!({"email": support::GUEST, "role": "member", "organizationId": id});
    let _ = app
        .post(support::INVITE)
        .bearer(&owner)
        .json(&guest)
        .send()
        .await
        .expect(200);
    let invitation = app.mailed_token("invitation");
    set_status(&app, &root, &created, "INACTIVE").await;
    let joined = app
        .post(support::FINISH)
        .json(&support::newcomer(&invitation))
        .send()
        .await;
    assert_eq!(joined.status, 400, "{}", joined.text());
    let invite = json!({"email": "later@example.com", "role": "member", "organizationId": id});
    let invited = app.post(support::INVITE).bearer(&owner).json(&invite).send().await;
    assert!(invited.status.is_client_error(), "{}", invited.text());
    let refused = update(&app, &owner, &id, &json!({"accountName": "Acme Works"})).await;
    assert_eq!(refused.status, 403);
    assert_eq!(organization(&app, &created).await.name, "Acme Corp");
}

/// The states of all memberships are those of the account, whichever request was the last.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_and_a_reactivation_at_once_leave_one_state() {
    let app = Arc::new(start().await);
    let created = account(create(&app, None, &acme()).await, 201);
    let mut members = Vec::new();
    for number in 0..5 {
        members.push(member(&app, &created, &format!("coach{number}@example.com"), &["coach"]).await);
    }
    let root = super_admin(&app).await;
    let requests = (0..6).map(|number| {
        let (app, root, created) = (Arc::clone(&app), root.clone(), created.clone());
        async move {
            let status = if number % 2 == 0 { "INACTIVE" } else { "ACTIVE" };
            let changed = update(&app, &root, &text(&created["id"]), &json!({"status": status})).await;
            assert_eq!(changed.status, 200, "{}", changed.text());
        }
    });
    all_at_once(requests).await;
    let organization = organization(&app, &created).await;
    let is_suspended = organization.status == OrganizationStatus::Suspended;
    for (user, membership) in app.core().store.list_members(organization.id).await.expect("an answer") {
        assert_eq!(membership.suspended, is_suspended);
        let user = app
            .core()
            .store
            .find_user(user)
            .await
            .expect("an answer")
            .expect("a user");
        assert_eq!(user.membership(organization.id).is_none(), is_suspended);
    }
}

/// A request that was cut off after its first commit is completed by its repetition.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_suspension_completes_what_was_cut_off() {
    let app = start().await;
    let created = account(create(&app, None, &acme()).await, 201);
    let coach = verified_coach(&app, &created).await;
    let root = super_admin(&app).await;
    let seen = organization(&app, &created).await;
    let mut patch = shared::domain::OrganizationPatch::default();
    patch.account.status = Some(OrganizationStatus::Suspended);
    let changes = shared::store::Changes::new().update_organization(&seen, &patch, seen.created_at);
    app.core().store.commit(changes).await.expect("a commit");
    assert!(app.caller(&coach).await.user.membership(seen.id).is_some());
    set_status(&app, &root, &created, "INACTIVE").await;
    assert!(app.caller(&coach).await.user.membership(seen.id).is_none());
}
