//! `POST /change-team`.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::domain::OrganizationId;
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

use super::assert_error;
use super::support::{GUEST, OWNER, at_once, create, create_demo, sign_up, tokens, tokens_of};
use crate::{start, start_with};

const CHANGE: &str = "/auth/change-team";
const REFRESH: &str = "/auth/refresh-token";

async fn change(app: &TestApp, token: &str, team: &str) -> Answer {
    app.post(CHANGE)
        .bearer(token)
        .json(&json!({"teamId": team}))
        .send()
        .await
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post(REFRESH).json(&json!({"refreshToken": token})).send().await
}

/// A user's tokens, and the ids of two teams of which the user is the owner; the first is active, as the one joined
/// first.
async fn owner_of_two(app: &TestApp) -> ((String, String), [String; 2]) {
    let token = sign_up(app, OWNER).await;
    let teams = [create(app, &token, "first").await, create(app, &token, "second").await];
    (tokens(app, OWNER).await, teams)
}

/// What others read, who verify tokens by themselves.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a JWT");
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}

async fn active(app: &TestApp, token: &str) -> Option<String> {
    app.caller(token)
        .await
        .session
        .active_organization
        .map(|id| id.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_speak_of_the_team_that_was_chosen() {
    let app = start().await;
    let ((access, old), [first, second]) = owner_of_two(&app).await;
    assert_eq!(active(&app, &access).await.as_ref(), Some(&first));
    for team in [&second, &first] {
        let answer = change(&app, &access, team).await.expect(200);
        assert_eq!(answer.json()["isTwoFactorEnable"], false);
        let (access, refreshing) = tokens_of(&answer);
        assert_eq!(claims(&access)["org"], json!(team));
        assert_eq!(claims(&access)["org_role"], "owner");
        assert_eq!(active(&app, &access).await.as_ref(), Some(team));
        let (access, _) = tokens_of(&refresh(&app, &refreshing).await.expect(200));
        assert_eq!(claims(&access)["org"], json!(team), "and so do those that follow");
    }
    assert_error(&refresh(&app, &old).await, 401, "Unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_refresh_token_is_dead_and_ends_nothing() {
    let app = start().await;
    let ((access, old), [first, _]) = owner_of_two(&app).await;
    let (access, new) = tokens_of(&change(&app, &access, &first).await.expect(200));
    assert_error(&refresh(&app, &old).await, 401, "Unauthorized");
    let _ = app.get("/auth/me").bearer(&access).send().await.expect(200);
    let _ = refresh(&app, &new).await.expect(200);
}

/// An attacker with an access token alone gets a refresh token; the owner's next refresh reveals that there are two.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_use_of_the_old_refresh_token_is_detected_as_reuse() {
    let app = start().await;
    let ((access, old), [first, second]) = owner_of_two(&app).await;
    let family = app.caller(&access).await.session.refresh.family;
    let (stolen, new) = tokens_of(&change(&app, &access, &first).await.expect(200));
    let (stolen, newer) = tokens_of(&change(&app, &stolen, &second).await.expect(200));
    assert_eq!(app.caller(&stolen).await.session.refresh.family, family);
    app.clock.advance(SignedDuration::from_secs(11));
    let (_, newest) = tokens_of(&refresh(&app, &newer).await.expect(200));
    assert_error(&refresh(&app, &old).await, 401, "Unauthorized");
    for token in [&new, &newer, &newest] {
        assert_error(&refresh(&app, token).await, 401, "Unauthorized");
    }
    for token in [&access, &stolen] {
        let _ = app.get("/auth/me").bearer(token).send().await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_of_others_are_refused_and_nothing_changes() {
    let app = start().await;
    let ((access, old), [first, _]) = owner_of_two(&app).await;
    let eve = sign_up(&app, GUEST).await;
    let foreign = create(&app, &eve, "foreign").await;
    let unknown = app.caller(&eve).await.user.id.to_string();
    for team in [&foreign, &unknown] {
        assert_error(&change(&app, &access, team).await, 403, "Forbidden");
    }
    assert_eq!(active(&app, &access).await, Some(first));
    let _ = refresh(&app, &old).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_id_is_refused() {
    let app = start().await;
    let ((access, _), [first, _]) = owner_of_two(&app).await;
    for team in [
        "team_id",
        "1",
        &first.to_uppercase(),
        &first.replace('-', ""),
        &format!("{first} "),
    ] {
        assert_error(&change(&app, &access, team).await, 400, "Invalid team ID");
    }
    for body in [
        json!({}),
        json!({"teamId": 7}),
        json!({"teamId": ""}),
        json!({"teamId": [first]}),
    ] {
        let _ = app.post(CHANGE).bearer(&access).json(&body).send().await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_is_needed() {
    let app = start().await;
    let ((_, refreshing), [first, _]) = owner_of_two(&app).await;
    let session = sign_up(&app, GUEST).await;
    let body = json!({"teamId": first});
    for request in [
        app.post(CHANGE),
        app.post(CHANGE).cookie(&session),
        app.post(CHANGE).bearer(&refreshing),
        app.post(CHANGE).bearer("nonsense"),
    ] {
        assert_error(&request.json(&body).send().await, 401, "Unauthorized");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_cannot_be_entered_or_left() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let team = create(&app, &token, "acme").await;
    let demo = create_demo(&app, &token).await;
    let (access, old) = tokens(&app, OWNER).await;
    assert_error(&change(&app, &access, &demo.to_string()).await, 403, "Forbidden");
    let _ = refresh(&app, &old).await.expect(200);

    starts_in(&app, &token, demo).await;
    let (access, _) = tokens(&app, OWNER).await;
    assert_eq!(active(&app, &access).await, Some(demo.to_string()));
    assert_error(&change(&app, &access, &team).await, 403, "Forbidden");
}

async fn starts_in(app: &TestApp, token: &str, organization: OrganizationId) {
    let mut user = app.caller(token).await.user;
    user.default_organization = Some(organization);
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_costs_one_signature_and_few_round_trips() {
    for (mode, signatures) in [("kms", 1), ("wrapped", 0)] {
        let app = start_with(&[("SIGNING_MODE", mode)]).await;
        let ((access, _), [first, second]) = owner_of_two(&app).await;
        // The session, the team (later with the active one, in one read), and the commit.
        let usage = change(&app, &access, &first).await.expect(200).usage;
        assert_eq!((usage.dynamodb, usage.kms), (3, signatures), "{mode}");
        let usage = change(&app, &access, &second).await.expect(200).usage;
        assert_eq!((usage.dynamodb, usage.kms), (3, signatures), "{mode}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_signature_the_old_tokens_stay() {
    let app = start().await;
    let ((access, old), [first, second]) = owner_of_two(&app).await;
    app.aws.faults().set(Service::Kms, Mode::Error);
    assert_error(&change(&app, &access, &second).await, 503, "Service unavailable");
    app.aws.faults().set(Service::Kms, Mode::Off);
    assert_eq!(active(&app, &access).await, Some(first));
    let _ = refresh(&app, &old).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn switches_at_once_leave_one_that_holds() {
    let app = Arc::new(start().await);
    let ((access, _), [first, second]) = owner_of_two(&app).await;
    let bodies = [&first, &second].map(|team| json!({"teamId": team})).to_vec();
    let ended = at_once(&app, CHANGE, Some(&access), bodies).await;
    let now = active(&app, &access).await.expect("a team");
    let mut alive = 0;
    for (status, tokens) in ended {
        assert_eq!(status, 200, "{tokens}");
        let answer = refresh(&app, tokens["refreshToken"].as_str().expect("a token")).await;
        if answer.status == 200 {
            alive += 1;
            assert_eq!(claims(&tokens_of(&answer).0)["org"], json!(now));
        }
    }
    assert_eq!(alive, 1);
}
