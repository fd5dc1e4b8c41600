//! `POST /organization/create`.

use std::sync::Arc;

use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::domain::OrganizationRole;
use shared::testkit::TestApp;

use super::support::{CREATE, GUEST, INVITE, OWNER, at_once, create, sign_up};
use super::{assert_code, assert_error, call, post};
use crate::start;

async fn session(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await.expect(200);
    answer.json()["session"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_creator_of_an_organization_owns_it_and_it_is_active() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let body =
        json!({"name": "Acme, Inc.", "slug": "acme-2", "logo": "https://example.com/a.png", "metadata": {"a": 1}});
    let answer = post(&app, CREATE, &token, body).await.expect(200).json();
    let (organization, user) = (answer["id"].clone(), app.caller(&token).await.user);
    let id = user.id.to_string();
    let owner = json!({
        "id": id, "organizationId": organization, "userId": id, "role": "owner", "createdAt": "2026-01-31T12:00:00.000Z",
    });
    assert_eq!(
        answer,
        json!({
            "id": organization, "name": "Acme, Inc.", "slug": "acme-2", "logo": "https://example.com/a.png",
            "createdAt": "2026-01-31T12:00:00.000Z", "metadata": {"a": 1}, "members": [owner],
        })
    );
    assert_eq!(session(&app, &token).await["activeOrganizationId"], organization);
    assert_eq!(user.memberships[0].roles, OrganizationRole::Owner.into());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_that_is_active_may_stay_so() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let first = create(&app, &token, "first").await;
    for (slug, keep) in [("second", json!(true)), ("third", json!("true"))] {
        let body = json!({"name": "Acme", "slug": slug, "keepCurrentActiveOrganization": keep});
        let _ = post(&app, CREATE, &token, body).await.expect(200);
        assert_eq!(session(&app, &token).await["activeOrganizationId"], first);
    }
    assert_eq!(app.caller(&token).await.user.memberships.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_belongs_to_one_organization() {
    let app = start().await;
    let (ada, eve) = (sign_up(&app, OWNER).await, sign_up(&app, GUEST).await);
    create(&app, &ada, "acme").await;
    for token in [&ada, &eve] {
        let answer = post(&app, CREATE, token, json!({"name": "Other", "slug": "acme"})).await;
        assert_error(
            &answer,
            400,
            "ORGANIZATION_ALREADY_EXISTS",
            "Organization already exists",
        );
    }
    assert!(app.caller(&eve).await.user.memberships.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_a_slug_one_gets_it() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, OWNER).await;
    let bodies = vec![json!({"name": "Acme", "slug": "acme"}); 16];
    let ended = at_once(&app, CREATE, Some(&token), bodies).await;
    assert_eq!(ended[0].0, 200);
    for (status, body) in &ended[1..] {
        assert_eq!((*status, &body["code"]), (400, &json!("ORGANIZATION_ALREADY_EXISTS")));
    }
    assert_eq!(app.caller(&token).await.user.memberships.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_may_create_several_at_once() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, OWNER).await;
    let bodies = ["a", "b", "c"].map(|slug| json!({"name": slug, "slug": slug})).to_vec();
    for (status, body) in at_once(&app, CREATE, Some(&token), bodies).await {
        assert_eq!(status, 200, "{body}");
    }
    assert_eq!(app.caller(&token).await.user.memberships.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_needs_a_name_and_a_slug() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let long = "x".repeat(300);
    for (body, problem) in [
        (
            json!({"name": "Acme"}),
            "[body.slug] Invalid input: expected string, received undefined",
        ),
        (
            json!({"slug": "acme"}),
            "[body.name] Invalid input: expected string, received undefined",
        ),
        (
            json!({"name": "", "slug": "acme"}),
            "[body.name] Too small: expected string to have >=1 characters",
        ),
        (
            json!({"name": "Acme", "slug": ""}),
            "[body.slug] Too small: expected string to have >=1 characters",
        ),
        (
            json!({"name": long, "slug": "acme"}),
            "[body.name] Too big: expected string to have <=256 characters",
        ),
        (
            json!({"name": "Acme", "slug": long}),
            "[body.slug] Too big: expected string to have <=64 characters",
        ),
        (
            json!({"name": 7, "slug": "acme"}),
            "[body.name] Invalid input: expected string, received number",
        ),
        (
            json!({"name": "Acme", "slug": "acme", "logo": []}),
            "[body.logo] Invalid input: expected string, received array",
        ),
    ] {
        assert_error(
            &post(&app, CREATE, &token, body).await,
            400,
            "VALIDATION_ERROR",
            problem,
        );
    }
    for slug in ["Acme", "acme corp", "-acme", "a--b", "../acme", "ä", "acme\u{0}"] {
        let answer = post(&app, CREATE, &token, json!({"name": "Acme", "slug": slug})).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (400, &json!("VALIDATION_ERROR")),
            "{slug}"
        );
    }
    assert!(app.caller(&token).await.user.memberships.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_creates_no_organization_for_another() {
    let app = start().await;
    let (ada, eve) = (sign_up(&app, OWNER).await, sign_up(&app, GUEST).await);
    let (ada_id, eve_id) = (app.caller(&ada).await.user.id, app.caller(&eve).await.user.id);
    let body = |id: String| json!({"name": "Acme", "slug": "acme", "userId": id});
    let answer = post(&app, CREATE, &ada, body(eve_id.to_string())).await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_ORGANIZATION";
    assert_error(&answer, 403, code, "You are not allowed to create a new organization");
    let _ = post(&app, CREATE, &ada, body(ada_id.to_string())).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_needed() {
    let app = start().await;
    for (path, body) in [
        (CREATE, json!({"name": "Acme", "slug": "acme"})),
        (INVITE, json!({"email": GUEST, "role": "member"})),
    ] {
        let _ = app.post(path).json(&body).send().await.expect(401);
        let _ = app.post(path).bearer("nonsense").json(&body).send().await.expect(401);
        // The session is looked at before the body.
        let _ = app.post(path).json(&json!({})).send().await.expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_taken_from_trusted_pages_only() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let body = json!({"name": "Acme", "slug": "acme"});
    let from = |origin: &str| app.post(CREATE).cookie(&token).header("origin", origin).json(&body);
    let answer = from("https://evil.test").send().await;
    assert_error(&answer, 403, "INVALID_ORIGIN", "Invalid origin");
    let _ = from("http://127.0.0.1:3000").send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_table_is_down_nothing_happens() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = post(&app, CREATE, &owner, json!({"name": "Acme", "slug": "acme"})).await;
    assert_error(&answer.expect(503), 503, "SERVICE_UNAVAILABLE", "Service unavailable");
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    create(&app, &owner, "acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_may_have_underscores_and_dots() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    for slug in ["my_org", "x.com"] {
        let body = json!({"name": "Acme", "slug": slug});
        let created = post(&app, CREATE, &token, body).await.expect(200).json();
        assert_eq!(created["slug"], slug);
        let again = call(&app, "check-slug", &token, json!({"slug": slug})).await;
        assert_code(&again, 400, "ORGANIZATION_SLUG_ALREADY_TAKEN");
        let next = format!("{slug}.new_2");
        let update = json!({"organizationId": created["id"], "data": {"slug": next}});
        let _ = call(&app, "update", &token, update).await.expect(200);
        let chosen = call(&app, "set-active", &token, json!({"organizationSlug": next})).await;
        assert_eq!(chosen.expect(200).json()["id"], created["id"]);
        let _ = call(&app, "check-slug", &token, json!({"slug": slug}))
            .await
            .expect(200);
    }
    for slug in ["my__org", "x..com", ".org", "..", "x/y", "x\\y", "\u{445}.com", "x\n"] {
        let answer = call(&app, "check-slug", &token, json!({"slug": slug})).await;
        assert_code(&answer, 400, "VALIDATION_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_cleaned_and_disguises_nothing() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let body = json!({"name": "\u{feff}Ac\u{ad}me\u{200b} ", "slug": "acme"});
    let made = post(&app, CREATE, &token, body).await.expect(200).json();
    assert_eq!(made["name"], "Acme");
    for name in ["Ac\u{200b}me", "Acme\u{202e}", "Ac\nme", " ", "\u{200b}"] {
        for (operation, body) in [
            ("create", json!({"name": name, "slug": "other"})),
            ("update", json!({"data": {"name": name}})),
            ("create-team", json!({"name": name})),
        ] {
            let answer = call(&app, operation, &token, body).await;
            assert_eq!(
                answer.expect(400).json()["code"],
                "VALIDATION_ERROR",
                "{operation} {name:?}"
            );
        }
    }
}
