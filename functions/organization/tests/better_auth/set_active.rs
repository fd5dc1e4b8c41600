//! `POST /organization/set-active`: the organization that a session acts for.

use serde_json::{Value, json};

use super::support::{GUEST, OWNER, create, joined, sign_up};
use super::{active, assert_code, assert_error, call, get, post};
use crate::start;

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_chosen_by_id_or_slug() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let (first, second) = (
        create(&app, &owner, "first").await,
        create(&app, &owner, "second").await,
    );
    let answer = call(&app, "set-active", &owner, json!({"organizationId": first}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        answer,
        json!({
            "id": first, "name": "Acme", "slug": "first", "logo": null, "createdAt": "2026-01-31T12:00:00.000Z",
            "metadata": null,
        })
    );
    assert_eq!(active(&app, &owner).await, json!(first));
    let answer = call(&app, "set-active", &owner, json!({"organizationSlug": "second"}))
        .await
        .expect(200);
    assert_eq!(answer.json()["id"], second);
    assert_eq!(active(&app, &owner).await, json!(second));
    // Nothing named: the active one again.
    let answer = call(&app, "set-active", &owner, json!({})).await.expect(200);
    assert_eq!(answer.json()["id"], second);
    // The id goes before the slug.
    let both = json!({"organizationId": first, "organizationSlug": "second"});
    assert_eq!(
        call(&app, "set-active", &owner, both).await.expect(200).json()["id"],
        first
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn null_makes_none_active() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    for slug in [json!(null), json!("acme")] {
        let body = json!({"organizationId": null, "organizationSlug": slug});
        assert_eq!(
            call(&app, "set-active", &owner, body).await.expect(200).json(),
            Value::Null
        );
        assert_eq!(active(&app, &owner).await, Value::Null);
    }
    assert_eq!(
        call(&app, "set-active", &owner, json!({})).await.expect(200).json(),
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_set_again() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let set = |body: Value| {
        app.post("/api/auth/organization/set-active")
            .cookie(&owner)
            .json(&body)
            .send()
    };
    for body in [json!({"organizationId": id}), json!({"organizationId": null})] {
        let answer = set(body).await.expect(200);
        assert!(
            answer.cookies()[0].starts_with("better-auth.session_token=ses_"),
            "{:?}",
            answer.cookies()
        );
        assert_eq!(answer.header("set-auth-token"), Some(owner.as_str()));
    }
    // Where nothing has changed, nothing is handed out.
    assert!(
        set(json!({"organizationId": null}))
            .await
            .expect(200)
            .cookies()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_cannot_activate_an_organization_of_others() {
    let app = start().await;
    let (owner, outsider) = (sign_up(&app, OWNER).await, sign_up(&app, GUEST).await);
    let id = create(&app, &owner, "acme").await;
    let own = create(&app, &outsider, "own").await;
    let unknown = app.caller(&owner).await.user.id.to_string();
    for body in [
        json!({"organizationId": id}),
        json!({"organizationId": unknown}),
        json!({"organizationId": "nonsense"}),
        json!({"organizationSlug": "acme"}),
    ] {
        let answer = call(&app, "set-active", &outsider, body).await;
        let code = "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION";
        assert_error(&answer, 403, code, "User is not a member of the organization");
    }
    for slug in ["unknown", "Not A Slug"] {
        let answer = call(&app, "set-active", &outsider, json!({"organizationSlug": slug})).await;
        assert_error(&answer, 400, "ORGANIZATION_NOT_FOUND", "Organization not found");
    }
    // A refusal changes nothing.
    assert_eq!(active(&app, &outsider).await, json!(own));
    assert_code(
        &call(&app, "set-active", &outsider, json!({"organizationId": 1})).await,
        400,
        "VALIDATION_ERROR",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_session_acts_for_its_own() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let body = json!({"email": OWNER, "password": super::support::PASSWORD});
    let other = app
        .post("/api/auth/sign-in/email")
        .json(&body)
        .send()
        .await
        .expect(200)
        .json();
    let other = other["token"].as_str().expect("a token");
    assert_eq!(active(&app, other).await, Value::Null);
    assert_eq!(active(&app, &owner).await, json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_acts_for_it_no_more_in_any_session() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    assert_eq!(active(&app, &member).await, json!(id));
    let _ = call(&app, "remove-member", &owner, json!({"memberIdOrEmail": GUEST}))
        .await
        .expect(200);
    assert_eq!(active(&app, &member).await, Value::Null);
    let listed = app
        .get("/api/auth/list-sessions")
        .bearer(&member)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(listed[0]["activeOrganizationId"], Value::Null);
    assert_eq!(
        get(&app, "get-full-organization", &member).await.expect(200).json(),
        Value::Null
    );
    let answer = get(&app, "get-active-member", &member).await;
    assert_error(&answer, 400, "NO_ACTIVE_ORGANIZATION", "No active organization");
    let answer = post(
        &app,
        "/api/auth/organization/set-active",
        &member,
        json!({"organizationId": id}),
    )
    .await;
    assert_code(&answer, 403, "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION");
}
