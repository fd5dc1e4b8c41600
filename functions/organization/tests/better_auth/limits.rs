//! How many invitations and organizations there may be.

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::{MemberRoles, Membership, OrganizationId, OrganizationNumber, RoleName, TeamId, TeamMembership};
use shared::store::Changes;

use super::support::{ACCEPT, GUEST, OWNER, create, invite, joined, sign_up, verified};
use super::{assert_code, assert_error, call, post};
use crate::{start, start_with};

const TWO: &[(&str, &str)] = &[("ORGANIZATION_INVITATION_LIMIT", "2")];

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_invitations_wait_for_an_answer() {
    let app = start_with(TWO).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let first = invite(&app, &owner, "a@example.com", "member").await.expect(200).json();
    let _ = invite(&app, &owner, "b@example.com", "member").await.expect(200);
    let answer = invite(&app, &owner, "c@example.com", "member").await;
    assert_error(&answer, 403, "INVITATION_LIMIT_REACHED", "Invitation limit reached");
    // One that goes out again is no further one.
    let again = json!({"email": "a@example.com", "role": "member", "resend": true});
    let _ = call(&app, "invite-member", &owner, again).await.expect(200);
    // An answer, and a withdrawal, make room.
    let _ = call(&app, "cancel-invitation", &owner, json!({"invitationId": first["id"]}))
        .await
        .expect(200);
    let _ = invite(&app, &owner, "c@example.com", "member").await.expect(200);
    assert_code(
        &invite(&app, &owner, "d@example.com", "member").await,
        403,
        "INVITATION_LIMIT_REACHED",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn those_that_have_expired_make_room() {
    let app = start_with(TWO).await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let a = invite(&app, &owner, "a@example.com", "member").await.expect(200).json();
    app.clock.advance(SignedDuration::from_hours(24));
    let _ = invite(&app, &owner, "b@example.com", "member").await.expect(200);
    assert_code(
        &invite(&app, &owner, "c@example.com", "member").await,
        403,
        "INVITATION_LIMIT_REACHED",
    );
    app.clock.advance(SignedDuration::from_hours(24));
    let _ = invite(&app, &owner, "c@example.com", "member").await.expect(200);
    assert_code(
        &invite(&app, &owner, "d@example.com", "member").await,
        403,
        "INVITATION_LIMIT_REACHED",
    );
    // It counts no more, so withdrawing it makes no room either; a client sees it as it was.
    let answer = call(&app, "cancel-invitation", &owner, json!({"invitationId": a["id"]})).await;
    assert_code(&answer, 400, "INVITATION_NOT_FOUND");
    let listed = super::get(&app, "list-invitations", &owner).await.expect(200).json();
    assert_eq!(listed[0]["status"], "pending");
    let organization = OrganizationId::parse(&id).expect("an id");
    let found = app
        .core()
        .store
        .find_organization(organization)
        .await
        .expect("an answer");
    assert_eq!(found.expect("an organization").open_invitations, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_makes_room() {
    let app = start_with(&[("ORGANIZATION_INVITATION_LIMIT", "1")]).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    joined(&app, &owner, GUEST, "member").await;
    let _ = invite(&app, &owner, "b@example.com", "member").await.expect(200);
    assert_code(
        &invite(&app, &owner, "c@example.com", "member").await,
        403,
        "INVITATION_LIMIT_REACHED",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_a_member_of_only_so_many_organizations() {
    let app = start_with(&[("ORGANIZATION_LIMIT", "1")]).await;
    let (owner, guest) = (sign_up(&app, OWNER).await, verified(&app, GUEST).await);
    create(&app, &owner, "acme").await;
    create(&app, &guest, "own").await;
    let answer = call(&app, "create", &owner, json!({"name": "Second", "slug": "second"})).await;
    let code = "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS";
    assert_error(
        &answer,
        403,
        code,
        "You have reached the maximum number of organizations",
    );
    let invitation = invite(&app, &owner, GUEST, "member").await.expect(200).json();
    assert_code(
        &post(&app, ACCEPT, &guest, json!({"invitationId": invitation["id"]})).await,
        403,
        code,
    );
}

/// As many organizations as a deployment may allow, with as many roles and teams as there may be in each, are below what DynamoDB takes.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_user_is_where_fits_into_the_item() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let (mut user, now, entropy) = (app.caller(&token).await.user, app.clock.now(), &*app.core().entropy);
    let roles = (0..MemberRoles::MAX).map(|at| {
        let name = format!("{at}{}", "r".repeat(RoleName::MAX_LENGTH - 1));
        RoleName::parse(&name).expect("a name")
    });
    let roles = MemberRoles::of(roles).expect("roles");
    let team = |_| TeamMembership {
        team_id: TeamId::generate(now, entropy),
        joined_at: now,
    };
    user.memberships = (0..Membership::MAX)
        .map(|_| Membership {
            teams: (0..TeamMembership::MAX).map(team).collect(),
            ..Membership::new(
                OrganizationId::generate(now, entropy),
                OrganizationNumber(u64::MAX),
                roles.clone(),
                now,
            )
        })
        .collect();
    user.image = Some("i".repeat(2048));
    app.core()
        .store
        .commit(Changes::new().update_user(&user))
        .await
        .expect("a commit");
    assert_eq!(app.caller(&token).await.user.memberships.len(), 150);
    // The next one is refused in words.
    let answer = call(&app, "create", &token, json!({"name": "Next", "slug": "next"})).await;
    assert_code(&answer, 403, "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS");
}
