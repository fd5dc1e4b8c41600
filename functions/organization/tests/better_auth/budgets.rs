//! What requests cost. A check adds one call to the session check, whatever the organization's size.

use serde_json::json;

use super::support::{GUEST, OWNER, create, invite, joined, sign_up, verified};
use super::{call, get};
use crate::start;

#[tokio::test(flavor = "multi_thread")]
async fn a_check_adds_one_call_to_the_session_check() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    for at in 0..5 {
        joined(&app, &owner, &format!("m{at}@example.com"), "member").await;
    }
    let asked = json!({"permissions": {"organization": ["update"]}});
    let checked = call(&app, "has-permission", &owner, asked).await.expect(200);
    assert_eq!((checked.usage.dynamodb, checked.usage.kms), (2, 0));
    for operation in [
        "get-active-member",
        "get-active-member-role",
        "get-organization",
        "list",
    ] {
        let answer = get(&app, operation, &owner).await.expect(200);
        assert_eq!(answer.usage.dynamodb, 2, "{operation}");
        assert!(answer.usage.read_units <= 3.0, "{operation}: {:?}", answer.usage);
    }
    let active = call(&app, "set-active", &owner, json!({"organizationId": id}))
        .await
        .expect(200);
    assert_eq!(active.usage.dynamodb, 3);
    let slug = call(&app, "check-slug", &owner, json!({"slug": "free"}))
        .await
        .expect(200);
    assert_eq!(slug.usage.dynamodb, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_members_costs_three_calls_more_than_the_session() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    for at in 0..5 {
        joined(&app, &owner, &format!("m{at}@example.com"), "member").await;
    }
    // The organization, its members, their users.
    for query in ["", "?limit=2&offset=2", "?sortBy=role"] {
        let page = get(&app, &format!("list-members{query}"), &owner).await.expect(200);
        assert_eq!(page.usage.dynamodb, 4, "{query}");
    }
    // With invitations and teams.
    let full = get(&app, "get-full-organization", &owner).await.expect(200);
    assert_eq!(full.usage.dynamodb, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_one_read_and_one_commit_and_an_acceptance_two_reads_more() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let guest = verified(&app, GUEST).await;
    for (operation, who, calls) in [
        ("cancel-invitation", &owner, 3),
        ("reject-invitation", &guest, 3),
        // What its sender may by now, and the seats of the plans.
        ("accept-invitation", &guest, 5),
    ] {
        let invitation = invite(&app, &owner, GUEST, "member").await.expect(200).json();
        let answer = call(&app, operation, who, json!({"invitationId": invitation["id"]}))
            .await
            .expect(200);
        assert_eq!(answer.usage.dynamodb, calls, "{operation}");
    }
    let received = get(&app, "list-user-invitations", &guest).await.expect(200);
    assert_eq!(received.usage.dynamodb, 2, "none wait");
}

/// The number of calls must not reveal which addresses have users.
#[tokio::test(flavor = "multi_thread")]
async fn a_known_and_an_unknown_address_cost_the_same_calls() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    sign_up(&app, GUEST).await;
    let mut costs = Vec::new();
    for email in [GUEST, "nobody@example.com"] {
        let removal = json!({"memberIdOrEmail": email});
        let removed = call(&app, "remove-member", &owner, removal).await.expect(400);
        let invited = invite(&app, &owner, email, "member").await.expect(200);
        costs.push((removed.json(), removed.usage.dynamodb, invited.usage.dynamodb));
    }
    assert_eq!(costs[0], costs[1]);
}
