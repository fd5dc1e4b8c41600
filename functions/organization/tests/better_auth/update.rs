//! `POST /organization/update`, and `check-slug`.

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

use super::support::{GUEST, OWNER, create, joined, sign_up};
use super::{assert_code, assert_error, call, get};
use crate::start;

async fn update(app: &TestApp, token: &str, data: Value) -> Answer {
    call(app, "update", token, json!({"data": data})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_sent_change_and_the_rest_stays() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let body =
        json!({"name": "Acme, Inc.", "logo": "https://example.com/a.png", "metadata": {"b": [1], "a": {"c": null}}});
    let answer = update(&app, &owner, body).await.expect(200).json();
    let expected = json!({
        "id": id, "name": "Acme, Inc.", "slug": "acme", "logo": "https://example.com/a.png",
        "createdAt": "2026-01-31T12:00:00.000Z", "metadata": {"a": {"c": null}, "b": [1]},
    });
    assert_eq!(answer, expected);
    // In a list the metadata is text.
    let listed = get(&app, "list", &owner).await.expect(200).json();
    assert_eq!(listed[0]["metadata"], json!("{\"a\":{\"c\":null},\"b\":[1]}"));

    let answer = update(&app, &owner, json!({"logo": null})).await.expect(200).json();
    assert_eq!((&answer["logo"], &answer["name"]), (&Value::Null, &json!("Acme, Inc.")));
    let answer = update(&app, &owner, json!({})).await.expect(200).json();
    assert_eq!(
        (&answer["metadata"], &answer["slug"]),
        (&expected["metadata"], &json!("acme"))
    );
    let answer = update(&app, &owner, json!({"metadata": "{\"text\": 1}"}))
        .await
        .expect(200)
        .json();
    assert_eq!(answer["metadata"], json!({"text": 1}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_is_moved_and_the_old_one_is_free() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let answer = update(&app, &owner, json!({"slug": "acme-2", "name": "New"}))
        .await
        .expect(200)
        .json();
    assert_eq!((&answer["slug"], &answer["name"]), (&json!("acme-2"), &json!("New")));
    // To what it is already is no conflict with itself.
    let _ = update(&app, &owner, json!({"slug": "acme-2"})).await.expect(200);
    let by_slug = get(&app, "get-organization?organizationSlug=acme-2", &owner)
        .await
        .expect(200);
    assert_eq!(by_slug.json()["name"], "New");
    let gone = get(&app, "get-organization?organizationSlug=acme", &owner).await;
    assert_error(&gone, 400, "ORGANIZATION_NOT_FOUND", "Organization not found");
    create(&app, &owner, "acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_of_another_organization_is_refused() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "first").await;
    let second = create(&app, &owner, "second").await;
    let answer = update(&app, &owner, json!({"slug": "first", "name": "Thief"})).await;
    assert_error(
        &answer,
        400,
        "ORGANIZATION_SLUG_ALREADY_TAKEN",
        "Organization slug already taken",
    );
    let kept = get(&app, &format!("get-organization?organizationId={second}"), &owner)
        .await
        .expect(200)
        .json();
    assert_eq!((&kept["slug"], &kept["name"]), (&json!("second"), &json!("Acme")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_may_not_update_gets_the_reason() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let body = json!({"data": {"name": "Mine"}, "organizationId": id});
    let outsider = sign_up(&app, "out@example.com").await;
    let answer = call(&app, "update", &outsider, body.clone()).await;
    let code = "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION";
    assert_error(&answer, 400, code, "User is not a member of the organization");
    let answer = update(&app, &outsider, json!({"name": "Mine"})).await;
    assert_error(&answer, 400, "ORGANIZATION_NOT_FOUND", "Organization not found");
    let member = joined(&app, &owner, GUEST, "member").await;
    let answer = call(&app, "update", &member, body.clone()).await;
    let code = "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_ORGANIZATION";
    assert_error(&answer, 403, code, "You are not allowed to update this organization");
    let admin = joined(&app, &owner, "admin@example.com", "admin").await;
    let _ = call(&app, "update", &admin, body).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_refused() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let long = "x".repeat(9000);
    for data in [
        json!({"name": ""}),
        json!({"name": null}),
        json!({"name": &long[..257]}),
        json!({"slug": ""}),
        json!({"slug": "Not A Slug"}),
        json!({"logo": 1}),
        json!({"logo": long}),
        json!({"metadata": []}),
        json!({"metadata": "[1]"}),
        json!({"metadata": "{"}),
        json!({"metadata": null}),
        json!({"metadata": {"x": long}}),
        json!("text"),
    ] {
        assert_code(&update(&app, &owner, data).await, 400, "VALIDATION_ERROR");
    }
    let answer = call(&app, "update", &owner, json!({"organizationId": "x"})).await;
    assert_error(
        &answer,
        400,
        "VALIDATION_ERROR",
        "[body.data] Invalid input: expected object, received undefined",
    );
    let kept = get(&app, "get-organization", &owner).await.expect(200).json();
    assert_eq!((&kept["name"], &kept["metadata"]), (&json!("Acme"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_can_be_looked_up_before_it_is_asked_for() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let check = |slug: &str| call(&app, "check-slug", &owner, json!({"slug": slug}));
    assert_eq!(check("free").await.expect(200).json(), json!({"status": true}));
    let taken = check("acme").await;
    assert_error(
        &taken,
        400,
        "ORGANIZATION_SLUG_ALREADY_TAKEN",
        "Organization slug already taken",
    );
    assert_code(&check("Not A Slug").await, 400, "VALIDATION_ERROR");
    assert_code(
        &call(&app, "check-slug", &owner, json!({})).await,
        400,
        "VALIDATION_ERROR",
    );
    let _ = app
        .post("/api/auth/organization/check-slug")
        .json(&json!({"slug": "free"}))
        .send()
        .await
        .expect(401);
}
