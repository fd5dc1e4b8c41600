//! Looking at organizations: `list`, `get-organization`, `get-full-organization`.

use serde_json::{Value, json};

use super::support::{GUEST, OWNER, create, id_of, invite, joined, sign_up, verified};
use super::{assert_code, assert_error, call, get};
use crate::{start, start_with};

/// What the elements of a list say in a field, sorted: what was made in the same millisecond comes in no order.
fn each(list: &Value, field: &str) -> Vec<String> {
    let elements = list.as_array().expect("a list").iter();
    let mut texts: Vec<String> = elements
        .map(|one| one[field].as_str().expect("text").to_owned())
        .collect();
    texts.sort_unstable();
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_the_own_organizations_in_the_order_of_joining() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    assert_eq!(get(&app, "list", &owner).await.expect(200).json(), json!([]));
    create(&app, &owner, "zeta").await;
    create(&app, &owner, "alpha").await;
    let listed = get(&app, "list", &owner).await.expect(200).json();
    let slugs: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["slug"].clone())
        .collect();
    assert_eq!(slugs, [json!("zeta"), json!("alpha")]);
    let stranger = sign_up(&app, GUEST).await;
    assert_eq!(get(&app, "list", &stranger).await.expect(200).json(), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_organizations_than_one_batch_bears_are_listed() {
    let app = start_with(&[("ORGANIZATION_LIMIT", "150")]).await;
    let owner = sign_up(&app, OWNER).await;
    for at in 0..101 {
        create(&app, &owner, &format!("acme-{at}")).await;
    }
    let listed = get(&app, "list", &owner).await.expect(200);
    assert_eq!(listed.json().as_array().expect("a list").len(), 101);
    assert_eq!(listed.usage.dynamodb, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_the_whole_organization() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let _ = invite(&app, &owner, "roe@example.com", "owner").await.expect(200);
    let (owner_id, member_id) = (id_of(&app, &owner).await, id_of(&app, &member).await);
    let full = get(&app, "get-full-organization", &owner).await.expect(200).json();
    let user = |id: &str, email: &str| json!({"id": id, "name": "Ada Lovelace", "email": email, "image": null});
    let row = |user_id: &str, role: &str, user: Value| {
        json!({
            "id": user_id, "organizationId": id, "userId": user_id, "role": role,
            "createdAt": "2026-01-31T12:00:00.000Z", "user": user,
        })
    };
    assert_eq!(
        (&full["id"], &full["name"], &full["metadata"]),
        (&json!(id), &json!("Acme"), &Value::Null)
    );
    let members = full["members"].as_array().expect("members");
    assert_eq!(members.len(), 2);
    assert!(
        members.contains(&row(&owner_id, "owner", user(&owner_id, OWNER))),
        "{full}"
    );
    assert!(
        members.contains(&row(&member_id, "member", user(&member_id, GUEST))),
        "{full}"
    );
    assert_eq!(each(&full["invitations"], "status"), ["accepted", "pending"]);
    // Who may not invite sees no invitations, and who is no owner sees none of owners.
    let seen = get(&app, "get-full-organization", &member).await.expect(200).json();
    assert_eq!(seen["invitations"], json!([]));
    let admin = joined(&app, &owner, "admin@example.com", "admin").await;
    let seen = get(&app, "get-full-organization", &admin).await.expect(200).json();
    assert_eq!(each(&seen["invitations"], "role"), ["admin", "member"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_named_by_id_or_slug_or_is_the_active_one() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let (first, second) = (
        create(&app, &owner, "first").await,
        create(&app, &owner, "second").await,
    );
    for operation in ["get-organization", "get-full-organization"] {
        for (query, id) in [
            (String::new(), &second),
            (format!("?organizationId={first}"), &first),
            ("?organizationSlug=first".to_owned(), &first),
            (format!("?organizationId={second}&organizationSlug=first"), &first),
            ("?organizationId=&organizationSlug=".to_owned(), &second),
        ] {
            let answer = get(&app, &format!("{operation}{query}"), &owner)
                .await
                .expect(200)
                .json();
            assert_eq!(&answer["id"], id, "{operation}{query}");
        }
    }
    let one = get(&app, "get-full-organization?membersLimit=1", &owner)
        .await
        .expect(200)
        .json();
    assert_eq!(one["members"].as_array().expect("a list").len(), 1);
    assert_code(
        &get(&app, "get-full-organization?membersLimit=x", &owner).await,
        400,
        "VALIDATION_ERROR",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn outsiders_see_nothing() {
    let app = start().await;
    let (owner, outsider) = (sign_up(&app, OWNER).await, verified(&app, GUEST).await);
    let id = create(&app, &owner, "acme").await;
    let unknown = id_of(&app, &owner).await;
    for operation in ["get-organization", "get-full-organization"] {
        for query in [format!("organizationId={id}"), "organizationSlug=acme".to_owned()] {
            let answer = get(&app, &format!("{operation}?{query}"), &outsider).await;
            let code = "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION";
            assert_error(&answer, 403, code, "User is not a member of the organization");
        }
        for query in [
            &format!("organizationId={unknown}"),
            "organizationId=x",
            "organizationSlug=unknown",
            "organizationSlug=A%20B",
        ] {
            let answer = get(&app, &format!("{operation}?{query}"), &outsider).await;
            assert_error(&answer, 400, "ORGANIZATION_NOT_FOUND", "Organization not found");
        }
        // None is active, which is no error.
        assert_eq!(get(&app, operation, &outsider).await.expect(200).json(), Value::Null);
        let _ = app
            .get(&format!("/api/auth/organization/{operation}"))
            .send()
            .await
            .expect(401);
    }
    let _ = app.get("/api/auth/organization/list").send().await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_without_metadata_has_none() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let body = json!({"name": "Acme", "slug": "acme"});
    let created = call(&app, "create", &owner, body).await.expect(200).json();
    assert!(
        created.get("metadata").is_none() && created["logo"].is_null(),
        "{created}"
    );
    assert_eq!(
        get(&app, "get-organization", &owner).await.expect(200).json()["metadata"],
        Value::Null
    );
}
