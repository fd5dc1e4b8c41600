//! Requests that were under way when their session was ended. One that loses a race looks at its session again before
//! it goes on.

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::{
    EmailAddress, MemberRoles, OrganizationId, OrganizationPatch, OrganizationRole, RoleName, TeamId, UserId,
};
use shared::operations::{Caller, ChangeMemberRoles, ChangeTeamMember, InviteMember, MemberName, RemoveMember};
use shared::store::Changes;
use shared::testkit::TestApp;

use super::call;
use super::support::{GUEST, OWNER, create, id_of, invite, joined, sign_up, verified};
use crate::start;

/// The user is written, with other roles, so that whatever was decided upon the roles as they were loses its race.
async fn move_user(app: &TestApp, caller: &Caller) {
    let found = app.core().store.find_user(caller.user.id).await.expect("an answer");
    let mut user = found.expect("a user");
    let names = ["owner", "admin"].map(|name| RoleName::parse(name).expect("a name"));
    for membership in &mut user.memberships {
        membership.roles = MemberRoles::of(names.clone()).expect("roles");
    }
    let halves = user.memberships.iter();
    let changes = halves.fold(Changes::new(), |changes, half| changes.update_member(&user, half));
    app.core()
        .store
        .commit(changes.update_user(&user))
        .await
        .expect("a commit");
}

async fn end(app: &TestApp, token: &str) {
    let _ = app.post("/api/auth/sign-out").bearer(token).send().await.expect(200);
}

struct Scene {
    app: TestApp,
    id: OrganizationId,
    team: TeamId,
    member: UserId,
    caller: Caller,
    token: String,
}

async fn scene() -> Scene {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let id = create(&app, &token, "acme").await;
    let member = joined(&app, &token, GUEST, "member").await;
    let member = UserId::parse(&id_of(&app, &member).await).expect("an id");
    let caller = app.caller(&token).await;
    let id = OrganizationId::parse(&id).expect("an id");
    let team = app
        .core()
        .create_team(&caller, id, "Blue".to_owned(), app.clock.now())
        .await;
    Scene {
        team: team.expect("a team").id,
        app,
        id,
        member,
        caller,
        token,
    }
}

/// What each operation says whose caller was read before all that happened.
async fn outcomes(scene: &Scene) -> Vec<(&'static str, String)> {
    let Scene {
        app,
        id,
        team,
        member,
        caller,
        ..
    } = scene;
    let (core, now, id, team) = (app.core(), app.clock.now(), *id, *team);
    let invite = InviteMember {
        message: None,
        owners_rank_admins: false,
        organization_id: id,
        email: EmailAddress::parse("roe@example.com").expect("an address"),
        roles: OrganizationRole::Member.into(),
        teams: Vec::new(),
        client_ip: String::new(),
    };
    let roles = ChangeMemberRoles {
        owners_rank_admins: false,
        organization_id: id,
        user_id: *member,
        roles: OrganizationRole::Admin.into(),
    };
    let team_member = || ChangeTeamMember {
        organization_id: id,
        team: (id, team),
        user_id: *member,
    };
    let patch = OrganizationPatch {
        name: Some("Other".to_owned()),
        ..OrganizationPatch::default()
    };
    let removal = RemoveMember {
        owners_rank_admins: false,
        organization_id: id,
        member: MemberName::User(*member),
    };
    let name = || "Red".to_owned();
    let owner = core.assure(caller.clone(), now).expect("a recent sign-in");
    vec![
        ("invite", format!("{:?}", core.invite_member(caller, invite, now).await)),
        (
            "roles",
            format!("{:?}", core.change_member_roles(caller, roles, now).await),
        ),
        (
            "create team",
            format!("{:?}", core.create_team(caller, id, name(), now).await),
        ),
        (
            "update team",
            format!("{:?}", core.update_team(caller, (id, team), Some(name()), now).await),
        ),
        (
            "add to team",
            format!("{:?}", core.add_team_member(caller, team_member(), now).await),
        ),
        (
            "update",
            format!("{:?}", core.update_organization(caller, id, patch, now).await),
        ),
        (
            "remove",
            format!("{:?}", core.remove_member(caller, removal, now).await),
        ),
        (
            "remove team",
            format!("{:?}", core.remove_team(caller, (id, team), now).await),
        ),
        (
            "delete",
            format!("{:?}", core.delete_organization(&owner, id, now).await),
        ),
        ("leave", format!("{:?}", core.leave_organization(caller, id, now).await)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_a_race_and_the_session_changes_nothing() {
    let scene = scene().await;
    move_user(&scene.app, &scene.caller).await;
    end(&scene.app, &scene.token).await;
    for (operation, outcome) in outcomes(&scene).await {
        assert_eq!(outcome, "Err(Interrupted(SessionGone))", "{operation}");
    }
    let store = &scene.app.core().store;
    let organization = store.find_organization(scene.id).await.expect("an answer");
    let organization = organization.expect("an organization");
    assert_eq!((organization.name.as_str(), organization.member_count), ("Acme", 2));
    assert_eq!(store.list_teams(scene.id).await.expect("an answer").len(), 1);
    assert_eq!(organization.open_invitations, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_a_race_alone_goes_on() {
    let scene = scene().await;
    move_user(&scene.app, &scene.caller).await;
    for (operation, outcome) in outcomes(&scene).await {
        // The last one is of an organization that the one before has deleted.
        assert_eq!(
            outcome.starts_with("Ok("),
            operation != "leave",
            "{operation}: {outcome}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_session_no_user_joins_or_withdraws() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let guest = verified(&app, GUEST).await;
    let founded = json!({"name": "Own", "slug": "own"});
    let invitation = invite(&app, &owner, GUEST, "member").await.expect(200).json();
    let (organization, invitation) =
        shared::contract::better_auth::organization::invitation_named(invitation["id"].as_str().expect("an id"));
    let (before, inviting) = (app.caller(&guest).await, app.caller(&owner).await);
    let _ = call(&app, "create", &guest, founded).await.expect(200);
    move_user(&app, &inviting).await;
    end(&app, &guest).await;
    end(&app, &owner).await;
    let now = app.clock.now();
    let joined = app
        .core()
        .join_organization(&before, organization, invitation, now)
        .await;
    assert_eq!(format!("{joined:?}"), "Err(Interrupted(SessionGone))");
    let canceled = app
        .core()
        .cancel_invitation(&inviting, organization, invitation, now)
        .await;
    assert_eq!(format!("{canceled:?}"), "Err(Interrupted(SessionGone))");
    assert_eq!(organization.to_string(), id);
}
