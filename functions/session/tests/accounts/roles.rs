//! The role of a user in an account, and the account in which a session acts.

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{
    InvitationId, MemberRoles, Membership, OrganizationDetails, OrganizationId, OrganizationNumber, OrganizationRole,
    PlatformRole, RoleName, Slug,
};
use shared::operations::{CreateOrganization, InviteMember};
use shared::testkit::TestApp;

use super::{
    EMAIL, PASSWORD, assert_failure, assert_invalid_token, data, give_roles, logged_in, login, sessions_of, sign_up,
    start_with, start_with_ada, text, validate, verify,
};

const NO_ROLE: &str = "The user has no role in an account";

fn roles(user: &Value) -> Vec<&str> {
    let roles = user["roles"].as_array().expect("a list");
    assert!(roles.iter().all(|role| role["status"] == "ACTIVE"));
    roles
        .iter()
        .map(|role| role["name"].as_str().expect("a name"))
        .collect()
}

/// Another organization of the user, which is the active one of that session from then on; its number and its id.
async fn found(app: &TestApp, token: &str, name: &str) -> (Value, Value) {
    let command = CreateOrganization {
        name: name.to_owned(),
        slug: Slug::parse(name).expect("a slug"),
        logo: None,
        metadata: None,
        seats: None,
        details: OrganizationDetails::default(),
    };
    let caller = app.caller(token).await;
    let founded = app.core().create_organization(&caller, command, app.clock.now()).await;
    let founded = founded.expect("an organization");
    (json!(founded.number.0), json!(founded.id.to_string()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_are_those_that_the_membership_names() {
    let app = start_with_ada().await;
    for (given, expected) in [
        (["owner"].as_slice(), ["ADMIN"].as_slice()),
        (&["admin", "coach"], &["ADMIN", "COACH"]),
        (&["member", "Coach", "COACH", "group_admin"], &["COACH", "GROUP_ADMIN"]),
        (&["sponsor", "manager", "admin"], &["ADMIN", "SPONSOR", "MANAGER"]),
        (&["coachee", "associate", "super_admin"], &["COACHEE", "ASSOCIATE"]),
    ] {
        give_roles(&app, EMAIL, given).await;
        let user = logged_in(&app, EMAIL).await["user"].clone();
        assert_eq!(roles(&user), expected);
        assert_eq!(
            (&user["role"], &user["activeRoleName"]),
            (&json!(expected[0]), &json!(expected[0]))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_platform_makes_super_admins() {
    let app = start_with_ada().await;
    give_roles(&app, EMAIL, &["member", "coach"]).await;
    app.change_user_of(EMAIL, |user| user.roles = [PlatformRole::SuperAdmin].into())
        .await;
    let user = logged_in(&app, EMAIL).await["user"].clone();
    assert_eq!(roles(&user), ["SUPER_ADMIN", "COACH"]);
    // They need an account like everybody.
    app.change_user_of(EMAIL, |user| user.memberships.clear()).await;
    assert_failure(&login(&app, EMAIL, PASSWORD).await, 403, "FORBIDDEN", NO_ROLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_role_in_an_account_learns_so_with_the_right_password() {
    let app = start_with_ada().await;
    let before = sessions_of(&app, EMAIL).await;
    for names in [
        ["member"].as_slice(),
        &["SUPER_ADMIN", "ADMIN"],
        &["designer", "member"],
    ] {
        give_roles(&app, EMAIL, names).await;
        assert_failure(&login(&app, EMAIL, PASSWORD).await, 403, "FORBIDDEN", NO_ROLE);
        let wrong = login(&app, EMAIL, "not the password").await;
        assert_failure(&wrong, 401, "INVALID_CREDENTIALS", "Email or password is wrong");
    }
    app.change_user_of(EMAIL, |user| user.memberships.clear()).await;
    assert_failure(&login(&app, EMAIL, PASSWORD).await, 403, "FORBIDDEN", NO_ROLE);
    assert_eq!(sessions_of(&app, EMAIL).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_the_one_that_the_user_starts_in() {
    let app = start_with_ada().await;
    let own = json!(app.user_of(EMAIL).await.memberships[0].organization_number.0);
    let session = text(&logged_in(&app, EMAIL).await["accessToken"]);
    let (other, _) = found(&app, &session, "other").await;
    assert_ne!(own, other);
    assert_eq!(logged_in(&app, EMAIL).await["user"]["accountId"], own);
    let second = app.user_of(EMAIL).await.memberships[1].organization_id;
    app.change_user_of(EMAIL, |user| user.default_organization = Some(second))
        .await;
    let data = logged_in(&app, EMAIL).await;
    assert_eq!(data["user"]["accountId"], other);
    let caller = app.caller(&text(&data["accessToken"])).await;
    assert_eq!(caller.session.active_organization, Some(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_starts_in_none_acts_in_the_one_joined_first() {
    let app = start_with_ada().await;
    let first = app.user_of(EMAIL).await.memberships[0].clone();
    app.change_user_of(EMAIL, |user| user.default_organization = None).await;
    let data = logged_in(&app, EMAIL).await;
    assert_eq!(data["user"]["accountId"], first.organization_number.0);
    let caller = app.caller(&text(&data["accessToken"])).await;
    assert_eq!(caller.session.active_organization, Some(first.organization_id));
    // So the other services hear the same of the token.
    for (token, kind) in [("accessToken", "access"), ("refreshToken", "refresh")] {
        let validated = validate(&app, &data[token], kind).await;
        assert_eq!(
            super::data(&validated)["user"]["accountId"],
            first.organization_number.0
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_for_the_account_that_its_session_acts_for() {
    let app = start_with_ada().await;
    let token = logged_in(&app, EMAIL).await["accessToken"].clone();
    let (other, _) = found(&app, &text(&token), "other").await;
    let validated = data(&validate(&app, &token, "access").await);
    assert_eq!(validated["user"]["accountId"], other);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_user_without_a_role_is_invalid() {
    let app = start_with_ada().await;
    let tokens = logged_in(&app, EMAIL).await;
    let both = [("accessToken", "access"), ("refreshToken", "refresh")];
    give_roles(&app, EMAIL, &["member"]).await;
    for (token, kind) in both {
        assert_invalid_token(&validate(&app, &tokens[token], kind).await);
    }
    give_roles(&app, EMAIL, &["coach"]).await;
    for (token, kind) in both {
        let validated = data(&validate(&app, &tokens[token], kind).await);
        assert_eq!(validated["user"]["role"], "COACH");
    }
    // Removed from the one that the session acts for, and in another by now.
    let now = app.clock.now();
    let elsewhere = OrganizationId::generate(now, &*app.core().entropy);
    app.change_user_of(EMAIL, |user| {
        user.memberships = vec![Membership::new(
            elsewhere,
            OrganizationNumber(4711),
            OrganizationRole::Owner,
            now,
        )];
    })
    .await;
    for (token, kind) in both {
        assert_invalid_token(&validate(&app, &tokens[token], kind).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_another_contract_signs_in_once_there_is_an_account() {
    let app = super::start().await;
    let grace = json!({"email": "grace@example.com", "password": PASSWORD, "name": "Grace Hopper"});
    let answer = app
        .post("/api/auth/sign-up/email")
        .json(&grace)
        .send()
        .await
        .expect(200);
    verify(&app, "grace@example.com").await;
    let session = answer.json()["token"].clone();
    assert_failure(
        &login(&app, "grace@example.com", PASSWORD).await,
        403,
        "FORBIDDEN",
        NO_ROLE,
    );
    assert_invalid_token(&validate(&app, &session, "access").await);
    let (number, _) = found(&app, &text(&session), "hopper").await;
    let user = logged_in(&app, "grace@example.com").await["user"].clone();
    assert_eq!((&user["accountId"], &user["role"]), (&number, &json!("ADMIN")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_member_knows_the_number_of_the_account() {
    let settings = [("ORGANIZATION_ROLES", r#"{"coach": {"project": ["read"]}}"#)];
    let app = start_with(&settings).await;
    let (ada, guest) = (sign_up(&app, EMAIL).await, sign_up(&app, "eve@example.com").await);
    let (number, id) = found(&app, &ada, "acme").await;
    let invite = InviteMember {
        message: None,
        owners_rank_admins: false,
        organization_id: text(&id).parse().expect("an id"),
        email: "eve@example.com".parse().expect("an address"),
        roles: MemberRoles::of([RoleName::parse("coach").expect("a name")]).expect("roles"),
        teams: Vec::new(),
        client_ip: String::new(),
    };
    let organization = invite.organization_id;
    let now = app.clock.now();
    let sent = app.core().invite_member(&app.caller(&ada).await, invite, now).await;
    let invitation: InvitationId = sent.expect("an invitation").id;
    verify(&app, "eve@example.com").await;
    let guest = app.caller(&guest).await;
    let joined = app
        .core()
        .join_organization(&guest, organization, invitation, now)
        .await;
    assert_eq!(
        json!(joined.expect("a member").membership.organization_number.0),
        number
    );
    app.change_user_of("eve@example.com", |user| {
        user.default_organization = Some(organization);
    })
    .await;
    let user = logged_in(&app, "eve@example.com").await["user"].clone();
    assert_eq!((&user["accountId"], &user["role"]), (&number, &json!("COACH")));
}
