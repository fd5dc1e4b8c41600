//! `GET /organization/list-members`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::TestApp;

use super::support::{OWNER, create, joined, sign_up};
use super::{assert_code, assert_error, get};
use crate::start;

/// An owner and members, each of whom joined a minute after the one before.
async fn crowd(app: &TestApp) -> (String, String) {
    let owner = sign_up(app, OWNER).await;
    let id = create(app, &owner, "acme").await;
    for (at, role) in ["admin", "member", "member"].iter().enumerate() {
        app.clock.advance(SignedDuration::from_mins(1));
        joined(app, &owner, &format!("m{at}@example.com"), role).await;
    }
    (owner, id)
}

async fn emails(app: &TestApp, token: &str, query: &str) -> (Vec<String>, Value) {
    let answer = get(app, &format!("list-members?{query}"), token)
        .await
        .expect(200)
        .json();
    let members = answer["members"].as_array().expect("members").iter();
    let emails = members.map(|member| member["user"]["email"].as_str().expect("an address").to_owned());
    (emails.collect(), answer["total"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_page_by_page() {
    let app = start().await;
    let (owner, id) = crowd(&app).await;
    let all = ["ada@example.com", "m0@example.com", "m1@example.com", "m2@example.com"];
    for (query, listed) in [
        ("", &all[..]),
        ("limit=2", &all[..2]),
        ("limit=2&offset=2", &all[2..]),
        ("limit=2&offset=3", &all[3..]),
        ("offset=9", &[]),
        ("limit=0", &all[..]),
        (&format!("organizationId={id}"), &all[..]),
        ("organizationSlug=acme", &all[..]),
    ] {
        let (emails, total) = emails(&app, &owner, query).await;
        assert_eq!(emails, listed, "{query}");
        assert_eq!(total, json!(4), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_sorted_and_picked_out() {
    let app = start().await;
    let (owner, _) = crowd(&app).await;
    for (query, listed, total) in [
        ("sortBy=createdAt&sortDirection=desc&limit=2", &["m2", "m1"][..], 4),
        ("sortBy=role&limit=1", &["m0"], 4),
        ("sortBy=createdAt&offset=1&limit=2", &["m0", "m1"], 4),
        ("filterField=role&filterValue=member", &["m1", "m2"], 2),
        ("filterField=role&filterValue=member&limit=1&offset=1", &["m2"], 2),
        (
            "filterField=role&filterValue=admin,owner&filterOperator=in",
            &["ada", "m0"],
            2,
        ),
        ("filterField=role&filterValue=dmi&filterOperator=contains", &["m0"], 1),
        (
            "filterField=createdAt&filterValue=2026-01-31T12:02:00.000Z&filterOperator=gte",
            &["m1", "m2"],
            2,
        ),
        ("filterField=role&filterValue=zzz", &[], 0),
    ] {
        let (emails, counted) = emails(&app, &owner, query).await;
        let listed: Vec<String> = listed.iter().map(|name| format!("{name}@example.com")).collect();
        assert_eq!((emails, counted), (listed, json!(total)), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_listed_is_refused() {
    let app = start().await;
    let (owner, id) = crowd(&app).await;
    for query in [
        "limit=-1",
        "limit=x",
        "offset=1.5",
        "sortBy=password",
        "sortBy=role&sortDirection=up",
        "filterField=user.email&filterValue=x",
        "filterField=role&filterOperator=like",
        "limit=99999999999999999999999",
    ] {
        assert_code(
            &get(&app, &format!("list-members?{query}"), &owner).await,
            400,
            "VALIDATION_ERROR",
        );
    }
    let (all, _) = emails(&app, &owner, "limit=4000000000").await;
    assert_eq!(all.len(), 4);
    let outsider = sign_up(&app, "out@example.com").await;
    let answer = get(&app, "list-members", &outsider).await;
    assert_error(&answer, 400, "NO_ACTIVE_ORGANIZATION", "No active organization");
    let message = "You are not a member of this organization";
    for query in [
        &format!("organizationId={id}"),
        "organizationSlug=acme",
        "organizationId=nonsense",
    ] {
        let answer = get(&app, &format!("list-members?{query}"), &outsider).await;
        assert_error(&answer, 403, "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION", message);
    }
    let answer = get(&app, "list-members?organizationSlug=unknown", &owner).await;
    assert_error(&answer, 400, "ORGANIZATION_NOT_FOUND", "Organization not found");
    let _ = app.get("/api/auth/organization/list-members").send().await.expect(401);
}
