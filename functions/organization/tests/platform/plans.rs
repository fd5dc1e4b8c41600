//! What a changed plan does. A changed record holds for the next request, in every contract.

use std::sync::Arc;

use serde_json::json;
use shared::domain::{OrganizationKind, OrganizationRole, Plan, PlanTerms};
use shared::testkit::accounts::Account;
use shared::testkit::platform::{assert_error, login, set_plan, set_seats_of_starter};
use shared::testkit::race::{CROWD, exactly_one_wins};
use shared::testkit::{Answer, PASSWORD, TestApp, text};

use super::join::{join, open};
use super::races::one_of_sixteen_is_invited;
use super::{PATH, founded, get, invite, member, set_seats, stored};
use crate::start;
use crate::support::{ACCEPT, FINISH, GUEST, INVITE, OWNER, newcomer, sign_up, verified};

async fn create(app: &TestApp, token: &str, slug: &str) -> Answer {
    let body = json!({"name": "Acme", "slug": slug, "region": "UK"});
    app.post(PATH).bearer(token).json(&body).send().await
}

/// The platform contract says 409, the framework's words are those of a limit.
async fn is_full(app: &TestApp, owner: &str, id: &str) -> bool {
    let email = format!("late-{}@example.com", stored(app, id).await.open_invitations);
    let refused = invite(app, owner, id, &email, "MEMBER").await;
    if refused.status == 201 {
        return false;
    }
    let body = json!({"organizationId": id, "email": email, "role": "member"});
    let other = app.post(INVITE).bearer(owner).json(&body).send().await;
    assert_error(&refused, 409, "No seat is left");
    assert_eq!(other.status, 403, "{}", other.text());
    assert_eq!(other.json()["code"], "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED");
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_number_of_members_refuses_the_next_invitation() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let _ = invite(&app, &owner, &id, "one@example.com", "MEMBER").await.expect(201);
    set_seats_of_starter(&app, 2, 2).await;
    assert!(is_full(&app, &owner, &id).await);
    let shown = get(&app, &owner, &id).await.expect(200).json();
    assert_eq!(
        (&shown["maxMembers"], &shown["maxActiveMembers"]),
        (&json!(2), &json!(2))
    );
    set_seats_of_starter(&app, 3, 3).await;
    assert!(!is_full(&app, &owner, &id).await);
    assert!(is_full(&app, &owner, &id).await);
    // A number that an administrator gives the organization precedes that of its plan.
    set_seats(&app, &id, 4, 2).await;
    let shown = get(&app, &owner, &id).await.expect(200).json();
    assert_eq!(
        (&shown["maxMembers"], &shown["maxActiveMembers"]),
        (&json!(4), &json!(2))
    );
    assert!(!is_full(&app, &owner, &id).await);
    assert!(is_full(&app, &owner, &id).await);
}

/// A commit that does not read the organization honors its own number, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_its_own_precedes_the_plan_at_an_acceptance() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let _ = invite(&app, &owner, &id, GUEST, "MEMBER").await.expect(201);
    let token = app.mailed_token("invitation");
    set_seats_of_starter(&app, 1, 1).await;
    let _ = app.post(FINISH).json(&newcomer(&token)).send().await.expect(400);
    set_seats(&app, &id, 2, 2).await;
    let _ = app.post(FINISH).json(&newcomer(&token)).send().await.expect(200);
}

/// An organization of another type, or with another plan, keeps its own terms.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_holds_for_its_type_and_plan_only() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let none = |terms: &mut PlanTerms| (terms.max_members, terms.max_active_members) = (1, 1);
    set_plan(&app, OrganizationKind::Solo, Plan::TeamStarter, none).await;
    set_plan(&app, OrganizationKind::Business, Plan::TeamGrowth, none).await;
    assert!(!is_full(&app, &owner, &id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_number_of_active_members_holds_at_every_acceptance() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    open(&app, &id).await;
    let guest = verified(&app, GUEST).await;
    let _ = invite(&app, &owner, &id, GUEST, "MEMBER").await.expect(201);
    let _ = invite(&app, &owner, &id, "joe@example.com", "MEMBER").await.expect(201);
    let token = app.mailed_token("invitation");
    set_seats_of_starter(&app, 100, 1).await;
    let path = "/api/auth/organization/list-user-invitations";
    let pending = app.get(path).bearer(&guest).send().await.expect(200).json();
    let accept = json!({"invitationId": text(&pending[0]["id"])});
    let accepted = async || app.post(ACCEPT).bearer(&guest).json(&accept).send().await;
    let refused = accepted().await.expect(403).json();
    assert_eq!(refused["code"], "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED");
    let finish = async || app.post(FINISH).json(&newcomer(&token)).send().await;
    let refused = finish().await.expect(400).json();
    assert_eq!(refused["message"], "The team has no free seat");
    let eve = sign_up(&app, "another@example.com").await;
    assert_error(&join(&app, &eve, &id).await, 409, "No seat is left");
    // The login succeeds, and the invitation waits.
    let _ = login(&app, GUEST, PASSWORD).await.expect(200);
    assert_eq!(stored(&app, &id).await.member_count, 1);
    set_seats_of_starter(&app, 100, 2).await;
    let _ = login(&app, GUEST, PASSWORD).await.expect(200);
    assert_eq!(stored(&app, &id).await.member_count, 2);
    let _ = finish().await.expect(400);
    set_seats_of_starter(&app, 100, 3).await;
    let _ = finish().await.expect(200);
    assert_error(&join(&app, &eve, &id).await, 409, "No seat is left");
    set_seats_of_starter(&app, 100, 4).await;
    let _ = join(&app, &eve, &id).await.expect(201);
}

/// An invitation does not outlive the seats that its plan had when it was sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_number_of_members_holds_for_invitations_that_were_sent_before() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    verified(&app, GUEST).await;
    let _ = invite(&app, &owner, &id, GUEST, "MEMBER").await.expect(201);
    set_seats_of_starter(&app, 1, 100).await;
    let _ = login(&app, GUEST, PASSWORD).await.expect(200);
    assert_eq!(stored(&app, &id).await.member_count, 1);
    set_seats_of_starter(&app, 2, 100).await;
    let _ = login(&app, GUEST, PASSWORD).await.expect(200);
    assert_eq!(stored(&app, &id).await.member_count, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_of_the_personal_organization_decides_about_business_organizations() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let set = async |may: bool, owned: u32, active: u32| {
        set_plan(&app, OrganizationKind::Solo, Plan::SoloFree, |terms| {
            terms.can_create_business_org = may;
            (terms.max_business_orgs, terms.max_active_business_orgs) = (owned, active);
        })
        .await;
    };
    let refused = async |slug: &str| {
        let answer = create(&app, &token, slug).await;
        assert_error(&answer, 403, "The plan does not allow another organization");
    };
    set(false, 5, 5).await;
    refused("first").await;
    set(true, 0, 5).await;
    refused("first").await;
    set(true, 5, 0).await;
    refused("first").await;
    set(true, 2, 2).await;
    let _ = create(&app, &token, "first").await.expect(201);
    let _ = create(&app, &token, "second").await.expect(201);
    refused("third").await;
    set(true, 3, 2).await;
    refused("third").await;
    set(true, 3, 3).await;
    let _ = create(&app, &token, "third").await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_invitations_one_gets_the_last_seat_of_a_lowered_plan() {
    let app = Arc::new(start().await);
    let (owner, id) = founded(&app).await;
    set_seats_of_starter(&app, 2, 2).await;
    one_of_sixteen_is_invited(&app, owner, &id).await;
}

/// The number of active members is decided where the organization is not read.
#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_acceptances_one_gets_the_last_active_seat_of_a_lowered_plan() {
    let app = Arc::new(start().await);
    let (owner, id) = founded(&app).await;
    let mut tokens = Vec::new();
    for at in 0..CROWD {
        let email = format!("user{at}@example.com");
        let _ = invite(&app, &owner, &id, &email, "MEMBER").await.expect(201);
        tokens.push(app.mailed_token("invitation"));
    }
    set_seats_of_starter(&app, 100, 2).await;
    exactly_one_wins(&app, 200, &[400], move |app, at| {
        app.post(FINISH).json(&newcomer(&tokens[at]))
    })
    .await;
    assert_eq!(stored(&app, &id).await.member_count, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seats_of_an_account_follow_its_plan() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 50).await;
    let path = format!("/accounts/v1/accounts/{}", account.id);
    let shown = async || app.get(&path).bearer(&account.owner).send().await.expect(200).json();
    assert_eq!(shown().await["data"]["maxUsers"], 50);
    set_seats_of_starter(&app, 1, 1).await;
    assert_eq!(shown().await["data"]["maxUsers"], 1);
    set_seats_of_starter(&app, 10, 1).await;
    assert_eq!(shown().await["data"]["maxUsers"], 10);
    // Every seat of an account may be active.
    let _ = member(
        &app,
        &account.id.to_string(),
        "eve@example.com",
        OrganizationRole::Member,
    )
    .await;
    let body = json!({"organizationId": account.id.to_string(), "email": "max@example.com", "role": "member"});
    let invited = app.post(INVITE).bearer(&account.owner).json(&body).send().await;
    let _ = invited.expect(200);
    let token = app.mailed_token("invitation");
    let _ = app.post(FINISH).json(&newcomer(&token)).send().await.expect(200);
}

/// One query more than the same in an organization without a plan.
#[tokio::test(flavor = "multi_thread")]
async fn the_seats_of_a_plan_are_one_query() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let planless = crate::support::create(&app, &owner, "planless").await;
    let cost = async |id: &str| {
        let invited = invite(&app, &owner, id, GUEST, "MEMBER").await.expect(201);
        let shown = get(&app, &owner, id).await.expect(200);
        (invited.usage.dynamodb, shown.usage.dynamodb)
    };
    let (invited, shown) = cost(&planless).await;
    assert_eq!(cost(&id).await, (invited + 1, shown + 1));
}
