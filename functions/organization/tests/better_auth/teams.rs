//! Teams: `create-team`, `update-team`, `remove-team`, `list-teams`, `set-active-team`, and who is in them.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::Team;
use shared::testkit::{Answer, TestApp};

use super::support::{ACCEPT, GUEST, OWNER, at_once, create, id_of, joined, sign_up, verified};
use super::{assert_code, assert_error, call, get, post};
use crate::start;

/// The id of a new team of the active organization.
async fn team(app: &TestApp, token: &str, name: &str) -> String {
    let answer = call(app, "create-team", token, json!({"name": name})).await.expect(200);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

async fn add(app: &TestApp, token: &str, team: &str, user: &str) -> Answer {
    call(app, "add-team-member", token, json!({"teamId": team, "userId": user})).await
}

async fn session(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await.expect(200);
    answer.json()["session"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_made_renamed_and_taken_away() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let made = call(&app, "create-team", &owner, json!({"name": "Engines"})).await;
    let (made, time) = (made.expect(200).json(), "2026-01-31T12:00:00.000Z");
    let expected = json!({
        "id": made["id"], "name": "Engines", "organizationId": id, "createdAt": time, "updatedAt": time,
    });
    assert_eq!(made, expected);
    assert_eq!(
        get(&app, "list-teams", &owner).await.expect(200).json(),
        json!([expected])
    );
    app.clock.advance(SignedDuration::from_mins(1));
    let rename = json!({"teamId": made["id"], "data": {"name": "Looms"}});
    let renamed = call(&app, "update-team", &owner, rename).await.expect(200).json();
    assert_eq!(
        (&renamed["name"], &renamed["createdAt"], &renamed["updatedAt"]),
        (&json!("Looms"), &json!(time), &json!("2026-01-31T12:01:00.000Z"))
    );
    let same = json!({"teamId": made["id"], "data": {}});
    assert_eq!(
        call(&app, "update-team", &owner, same).await.expect(200).json(),
        renamed
    );
    let full = get(&app, "get-full-organization", &owner).await.expect(200).json();
    assert_eq!(full["teams"], json!([renamed]));

    let body = json!({"teamId": made["id"]});
    let removed = call(&app, "remove-team", &owner, body.clone()).await.expect(200);
    assert_eq!(removed.json(), json!({"message": "Team removed successfully."}));
    let again = call(&app, "remove-team", &owner, body).await;
    assert_error(&again, 400, "TEAM_NOT_FOUND", "Team not found");
    assert_eq!(get(&app, "list-teams", &owner).await.expect(200).json(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_may_not_change_teams_gets_the_reason() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let outsider = sign_up(&app, "out@example.com").await;
    for (operation, body, by_member, by_outsider) in [
        (
            "create-team",
            json!({"name": "Mine", "organizationId": id}),
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_TEAMS_IN_THIS_ORGANIZATION",
            "YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION",
        ),
        (
            "update-team",
            json!({"teamId": engines, "data": {"name": "Mine", "organizationId": id}}),
            "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_TEAM",
            "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_TEAM",
        ),
        (
            "remove-team",
            json!({"teamId": engines, "organizationId": id}),
            "YOU_ARE_NOT_ALLOWED_TO_DELETE_TEAMS_IN_THIS_ORGANIZATION",
            "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_TEAM",
        ),
    ] {
        assert_code(&call(&app, operation, &member, body.clone()).await, 403, by_member);
        assert_code(&call(&app, operation, &outsider, body.clone()).await, 403, by_outsider);
        let path = format!("/api/auth/organization/{operation}");
        let _ = app.post(&path).json(&body).send().await.expect(401);
    }
    let listed = get(&app, &format!("list-teams?organizationId={id}"), &outsider).await;
    let message = "You are not allowed to access this organization as an owner";
    assert_error(&listed, 403, "YOU_ARE_NOT_ALLOWED_TO_ACCESS_THIS_ORGANIZATION", message);
    assert_eq!(
        get(&app, "list-teams", &member).await.expect(200).json()[0]["id"],
        engines
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_active_organization_one_is_to_be_named() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    for (operation, body) in [
        ("create-team", json!({"name": "Mine"})),
        ("update-team", json!({"teamId": "x", "data": {}})),
        ("remove-team", json!({"teamId": "x"})),
        ("add-team-member", json!({"teamId": "x", "userId": "x"})),
        ("remove-team-member", json!({"teamId": "x", "userId": "x"})),
        ("set-active-team", json!({"teamId": "x"})),
    ] {
        let answer = call(&app, operation, &owner, body).await;
        assert_error(&answer, 400, "NO_ACTIVE_ORGANIZATION", "No active organization");
    }
    for operation in ["list-teams", "list-user-teams?userId=x"] {
        assert_code(&get(&app, operation, &owner).await, 400, "NO_ACTIVE_ORGANIZATION");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_team_is_not_found() {
    let app = start().await;
    let (owner, other) = (sign_up(&app, OWNER).await, sign_up(&app, GUEST).await);
    create(&app, &owner, "acme").await;
    create(&app, &other, "other").await;
    let theirs = team(&app, &other, "Theirs").await;
    let own = id_of(&app, &owner).await;
    for id in [theirs.as_str(), "nonsense", ""] {
        for (operation, body) in [
            ("update-team", json!({"teamId": id, "data": {"name": "Mine"}})),
            ("remove-team", json!({"teamId": id})),
            ("add-team-member", json!({"teamId": id, "userId": own})),
            ("remove-team-member", json!({"teamId": id, "userId": own})),
            (
                "invite-member",
                json!({"teamId": id, "email": "roe@example.com", "role": "member"}),
            ),
        ] {
            let answer = call(&app, operation, &owner, body).await;
            assert_error(&answer, 400, "TEAM_NOT_FOUND", "Team not found");
        }
    }
    let listed = get(&app, &format!("list-team-members?teamId={theirs}"), &owner).await;
    assert_code(&listed, 400, "USER_IS_NOT_A_MEMBER_OF_THE_TEAM");
    let answer = call(&app, "set-active-team", &owner, json!({"teamId": theirs})).await;
    assert_code(&answer, 400, "TEAM_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_the_wrong_form_is_refused() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    for (operation, body) in [
        ("create-team", json!({"name": ""})),
        ("create-team", json!({"name": "x".repeat(257)})),
        ("create-team", json!({})),
        ("update-team", json!({"teamId": "x", "data": {"name": ""}})),
        ("update-team", json!({"teamId": "x"})),
        ("remove-team", json!({"teamId": 1})),
        ("add-team-member", json!({"teamId": "x"})),
        ("set-active-team", json!({"teamId": 1})),
    ] {
        assert_code(&call(&app, operation, &owner, body).await, 400, "VALIDATION_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_put_into_teams_and_taken_out_again() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let (owner_id, member_id) = (id_of(&app, &owner).await, id_of(&app, &member).await);
    let row = json!({
        "id": member_id, "teamId": engines, "userId": member_id, "createdAt": "2026-01-31T12:00:00.000Z",
    });
    // Once or twice, it comes to the same.
    for _ in 0..2 {
        assert_eq!(add(&app, &owner, &engines, &member_id).await.expect(200).json(), row);
    }
    let query = format!("list-team-members?teamId={engines}");
    assert_eq!(get(&app, &query, &member).await.expect(200).json(), json!([row]));
    let answer = get(&app, &query, &owner).await;
    assert_error(
        &answer,
        400,
        "USER_IS_NOT_A_MEMBER_OF_THE_TEAM",
        "User is not a member of the team",
    );
    let _ = add(&app, &owner, &engines, &owner_id).await.expect(200);
    let listed = get(&app, &query, &owner).await.expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));

    let body = json!({"teamId": engines, "userId": member_id});
    let removed = call(&app, "remove-team-member", &owner, body.clone()).await.expect(200);
    assert_eq!(removed.json(), json!({"message": "Team member removed successfully."}));
    let again = call(&app, "remove-team-member", &owner, body).await;
    assert_error(
        &again,
        400,
        "USER_IS_NOT_A_MEMBER_OF_THE_TEAM",
        "User is not a member of the team",
    );
    assert_eq!(
        get(&app, "list-user-teams", &member).await.expect(200).json(),
        json!([])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_may_not_add_to_a_team_gets_the_reason() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let outsider = sign_up(&app, "out@example.com").await;
    let (owner_id, outsider_id) = (id_of(&app, &owner).await, id_of(&app, &outsider).await);
    let answer = add(&app, &member, &engines, &owner_id).await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_TEAM_MEMBER";
    assert_error(&answer, 403, code, "You are not allowed to create a new member");
    let body = json!({"teamId": engines, "userId": owner_id});
    let answer = call(&app, "remove-team-member", &member, body).await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_REMOVE_A_TEAM_MEMBER";
    assert_error(&answer, 403, code, "You are not allowed to remove a team member");
    let code = "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION";
    for user in [outsider_id.as_str(), "nonsense"] {
        let answer = add(&app, &owner, &engines, user).await;
        assert_error(&answer, 400, code, "User is not a member of the organization");
    }
    let body = json!({"teamId": engines, "userId": outsider_id, "organizationId": id});
    assert_code(&call(&app, "add-team-member", &outsider, body).await, 400, code);
}

async fn team_names(app: &TestApp, token: &str, query: &str) -> Vec<String> {
    let listed = get(app, &format!("list-user-teams?{query}"), token)
        .await
        .expect(200)
        .json();
    let teams = listed.as_array().expect("a list").iter();
    teams
        .map(|team| team["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_the_own_teams_and_who_may_sees_those_of_others() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let (owner_id, member_id) = (id_of(&app, &owner).await, id_of(&app, &member).await);
    let _ = add(&app, &owner, &engines, &member_id).await.expect(200);
    let other = create(&app, &member, "other").await;
    let looms = team(&app, &member, "Looms").await;
    let _ = add(&app, &member, &looms, &member_id).await.expect(200);
    assert_eq!(team_names(&app, &member, "").await, ["Engines", "Looms"]);
    assert_eq!(
        team_names(&app, &member, &format!("organizationId={other}")).await,
        ["Looms"]
    );
    assert_eq!(
        team_names(&app, &owner, &format!("userId={member_id}")).await,
        ["Engines"]
    );
    assert!(team_names(&app, &owner, "").await.is_empty());
    let stranger = sign_up(&app, "out@example.com").await;
    for (token, query, status, code) in [
        (
            &member,
            format!("userId={owner_id}&organizationId={id}"),
            403,
            "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER",
        ),
        (
            &owner,
            format!("organizationId={other}"),
            403,
            "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION",
        ),
        (
            &owner,
            format!("userId={member_id}&organizationId={other}"),
            403,
            "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION",
        ),
        (
            &owner,
            "userId=nonsense".to_owned(),
            400,
            "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION",
        ),
        (&stranger, format!("userId={owner_id}"), 400, "NO_ACTIVE_ORGANIZATION"),
    ] {
        assert_code(
            &get(&app, &format!("list-user-teams?{query}"), token).await,
            status,
            code,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_acts_for_a_team() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let answer = call(&app, "set-active-team", &owner, json!({"teamId": engines})).await;
    assert_error(
        &answer,
        403,
        "USER_IS_NOT_A_MEMBER_OF_THE_TEAM",
        "User is not a member of the team",
    );
    let own = id_of(&app, &owner).await;
    let _ = add(&app, &owner, &engines, &own).await.expect(200);
    let set = |body: Value| {
        let (app, owner) = (&app, owner.clone());
        async move {
            app.post("/api/auth/organization/set-active-team")
                .cookie(&owner)
                .json(&body)
                .send()
                .await
        }
    };
    let answer = set(json!({"teamId": engines})).await.expect(200);
    assert_eq!(answer.json()["name"], "Engines");
    assert!(answer.cookies()[0].starts_with("better-auth.session_token="));
    assert_eq!(session(&app, &owner).await["activeTeamId"], engines);
    assert_eq!(set(json!({})).await.expect(200).json()["id"], engines);
    let listed = get(&app, "list-team-members", &owner).await.expect(200).json();
    assert_eq!(listed[0]["userId"], own);
    // The active one stays until another is.
    let answer = call(&app, "remove-team", &owner, json!({"teamId": engines})).await;
    assert_code(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_TEAM");

    let answer = set(json!({"teamId": null})).await.expect(200);
    assert_eq!((answer.json(), answer.cookies().len()), (Value::Null, 1));
    assert!(session(&app, &owner).await.get("activeTeamId").is_none());
    assert!(set(json!({"teamId": null})).await.expect(200).cookies().is_empty());
    let answer = get(&app, "list-team-members", &owner).await;
    assert_error(
        &answer,
        400,
        "YOU_DO_NOT_HAVE_AN_ACTIVE_TEAM",
        "You do not have an active team",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_of_its_organization() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let own = id_of(&app, &owner).await;
    let _ = add(&app, &owner, &engines, &own).await.expect(200);
    let body = json!({"teamId": engines});
    let _ = call(&app, "set-active-team", &owner, body.clone()).await.expect(200);
    create(&app, &owner, "other").await;
    assert!(session(&app, &owner).await.get("activeTeamId").is_none());
    assert_code(
        &call(&app, "set-active-team", &owner, body.clone()).await,
        400,
        "TEAM_NOT_FOUND",
    );
    let _ = call(&app, "set-active", &owner, json!({"organizationId": id}))
        .await
        .expect(200);
    let _ = call(&app, "set-active-team", &owner, body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_out_of_a_team_acts_for_it_no_more() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let member_id = id_of(&app, &member).await;
    let _ = add(&app, &owner, &engines, &member_id).await.expect(200);
    let _ = call(&app, "set-active-team", &member, json!({"teamId": engines}))
        .await
        .expect(200);
    let body = json!({"teamId": engines, "userId": member_id});
    let _ = call(&app, "remove-team-member", &owner, body).await.expect(200);
    assert!(session(&app, &member).await.get("activeTeamId").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_leads_into_teams() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let (engines, looms) = (team(&app, &owner, "Engines").await, team(&app, &owner, "Looms").await);
    let guest = verified(&app, GUEST).await;
    let body = json!({"email": GUEST, "role": "member", "teamId": [engines, looms, engines]});
    let invitation = call(&app, "invite-member", &owner, body).await.expect(200).json();
    assert_eq!(invitation["teamId"], format!("{engines},{looms}"));
    // One that is gone when the invitation is accepted is left out.
    let _ = call(&app, "remove-team", &owner, json!({"teamId": looms}))
        .await
        .expect(200);
    let _ = post(&app, ACCEPT, &guest, json!({"invitationId": invitation["id"]}))
        .await
        .expect(200);
    assert_eq!(team_names(&app, &guest, "").await, ["Engines"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_in_so_many_teams_and_those_that_are_gone_make_room() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let own = id_of(&app, &owner).await;
    let mut teams = Vec::new();
    for at in 0..26 {
        teams.push(team(&app, &owner, &format!("Team {at}")).await);
    }
    for team in &teams[..25] {
        let _ = add(&app, &owner, team, &own).await.expect(200);
    }
    let answer = add(&app, &owner, &teams[25], &own).await;
    assert_error(&answer, 403, "TEAM_MEMBER_LIMIT_REACHED", "Team member limit reached");
    let _ = call(&app, "remove-team", &owner, json!({"teamId": teams[3]}))
        .await
        .expect(200);
    let _ = add(&app, &owner, &teams[25], &own).await.expect(200);
    assert_eq!(team_names(&app, &owner, "").await.len(), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_who_put_a_member_into_a_team_put_one_there() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let engines = team(&app, &owner, "Engines").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let member_id = id_of(&app, &member).await;
    let body = json!({"teamId": engines, "userId": member_id});
    let path = "/api/auth/organization/add-team-member";
    let ended = at_once(&app, path, Some(&owner), vec![body; 16]).await;
    assert!(ended.iter().all(|(status, _)| *status == 200), "{ended:?}");
    let query = format!("list-team-members?teamId={engines}");
    let listed = get(&app, &query, &member).await.expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_has_a_hundred_teams_and_one_that_goes_makes_room() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let first = team(&app, &owner, "Team 0").await;
    for number in 1..Team::MAX {
        team(&app, &owner, &format!("Team {number}")).await;
    }
    let body = json!({"name": "One too many"});
    let code = "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_TEAMS";
    let answer = call(&app, "create-team", &owner, body.clone()).await;
    assert_error(&answer, 400, code, "You have reached the maximum number of teams");
    let _ = call(&app, "remove-team", &owner, json!({"teamId": first}))
        .await
        .expect(200);
    // A team that is gone does not go twice.
    let _ = call(&app, "remove-team", &owner, json!({"teamId": first}))
        .await
        .expect(400);
    let ended = at_once(&app, "/api/auth/organization/create-team", Some(&owner), vec![body; 16]).await;
    assert_eq!(
        ended.iter().filter(|(status, _)| *status == 200).count(),
        1,
        "{ended:?}"
    );
    let listed = get(&app, "list-teams", &owner).await.expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(100));
    // It is gone with all of them.
    let _ = call(&app, "delete", &owner, json!({"organizationId": id}))
        .await
        .expect(200);
    let answer = call(
        &app,
        "create-team",
        &owner,
        json!({"name": "Late", "organizationId": id}),
    )
    .await;
    assert_eq!(answer.status, 403, "{}", answer.text());
}
