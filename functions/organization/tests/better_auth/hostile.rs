//! Malformed bodies and queries, and requests from pages of untrusted origins.

use serde_json::json;

use super::support::{OWNER, create, sign_up};
use super::{BASE, assert_code, call};
use crate::start;

const POSTS: [&str; 12] = [
    "create",
    "update",
    "delete",
    "set-active",
    "check-slug",
    "invite-member",
    "accept-invitation",
    "reject-invitation",
    "cancel-invitation",
    "remove-member",
    "update-member-role",
    "leave",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_change_needs_a_session_and_a_trusted_page() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    for operation in POSTS.into_iter().chain(["has-permission"]) {
        let path = format!("{BASE}/{operation}");
        let _ = app.post(&path).json(&json!({})).send().await.expect(401);
        let _ = app
            .post(&path)
            .bearer("nonsense")
            .json(&json!({}))
            .send()
            .await
            .expect(401);
        let foreign = app.post(&path).cookie(&owner).header("origin", "https://evil.test");
        assert_code(&foreign.json(&json!({})).send().await, 403, "INVALID_ORIGIN");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_the_wrong_type_is_refused() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let wrong = json!({
        "name": 1, "slug": [], "logo": {}, "metadata": 7, "data": [], "organizationId": 1, "organizationSlug": {},
        "email": [], "role": {}, "invitationId": 1, "memberIdOrEmail": [], "memberId": {},
    });
    for operation in POSTS {
        assert_code(
            &call(&app, operation, &owner, wrong.clone()).await,
            400,
            "VALIDATION_ERROR",
        );
        assert_code(&call(&app, operation, &owner, json!([])).await, 400, "VALIDATION_ERROR");
        let path = format!("{BASE}/{operation}");
        let _ = app
            .post(&path)
            .bearer(&owner)
            .body("application/json", "{")
            .send()
            .await
            .expect(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_and_strange_names_are_unknown() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let long = "f".repeat(60_000);
    for text in [
        long.as_str(),
        "\u{0}",
        "../../x",
        "'; DROP TABLE users; --",
        "ä".repeat(32).as_str(),
    ] {
        for (operation, body, code) in [
            ("remove-member", json!({"memberIdOrEmail": text}), "MEMBER_NOT_FOUND"),
            (
                "update-member-role",
                json!({"memberId": text, "role": "admin"}),
                "MEMBER_NOT_FOUND",
            ),
            (
                "accept-invitation",
                json!({"invitationId": text}),
                "INVITATION_NOT_FOUND",
            ),
            ("leave", json!({"organizationId": text}), "MEMBER_NOT_FOUND"),
            (
                "update-member-role",
                json!({"memberId": "x", "role": text}),
                "ROLE_NOT_FOUND",
            ),
        ] {
            assert_code(&call(&app, operation, &owner, body).await, 400, code);
        }
    }
    let many: Vec<String> = (0..100).map(|at| format!("role{at}")).collect();
    let answer = call(
        &app,
        "invite-member",
        &owner,
        json!({"email": "a@example.com", "role": many}),
    )
    .await;
    assert_code(&answer, 400, "ROLE_NOT_FOUND");
}
