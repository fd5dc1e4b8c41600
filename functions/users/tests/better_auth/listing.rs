//! The list of all users.

use serde_json::{Value, json};

use shared::testkit::TestApp;

use super::{admin, assert_error, post, sign_up, start, text};

async fn list(app: &TestApp, token: &str, query: &str) -> Value {
    let path = format!("/api/auth/admin/list-users?{query}");
    app.get(&path).bearer(token).send().await.expect(200).json()
}

fn emails(list: &Value) -> Vec<String> {
    let users = list["users"].as_array().expect("users");
    users.iter().map(|user| text(&user["email"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_searched_filtered_sorted_and_paged() {
    let app = start().await;
    let admin = admin(&app).await;
    let mut ids = Vec::new();
    for name in ["cleo", "ada", "bob"] {
        ids.push(sign_up(&app, &format!("{name}@users.example.com")).await.1);
    }
    let all = list(&app, &admin, "").await;
    assert_eq!(
        (&all["total"], &all["limit"], &all["offset"]),
        (&json!(4), &Value::Null, &Value::Null)
    );
    assert_eq!(emails(&all).len(), 4);
    assert!(all.get("limit").is_none() && all.get("offset").is_none());
    let found = list(&app, &admin, "searchValue=USERS.example&sortBy=email").await;
    assert_eq!(
        emails(&found),
        ["ada", "bob", "cleo"].map(|name| format!("{name}@users.example.com"))
    );
    let page = list(
        &app,
        &admin,
        "searchValue=users.&sortBy=email&sortDirection=desc&limit=1&offset=1",
    )
    .await;
    assert_eq!(emails(&page), ["bob@users.example.com"]);
    assert_eq!(
        (&page["total"], &page["limit"], &page["offset"]),
        (&json!(3), &json!(1), &json!(1))
    );
    let starts = list(
        &app,
        &admin,
        "searchValue=ad&searchField=email&searchOperator=starts_with&sortBy=createdAt",
    )
    .await;
    assert_eq!(emails(&starts), ["admin@example.com", "ada@users.example.com"]);
    let _ = post(&app, &admin, "ban-user", &json!({"userId": ids[2]}))
        .await
        .expect(200);
    let banned = list(&app, &admin, "filterField=banned&filterValue=true").await;
    assert_eq!(emails(&banned), ["bob@users.example.com"]);
    assert_eq!(banned["users"][0]["banReason"], "No reason");
    let some = list(
        &app,
        &admin,
        &format!(
            "filterField=id&filterOperator=in&filterValue={}&filterValue={}",
            ids[0], ids[1]
        ),
    )
    .await;
    assert_eq!(some["total"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_reported() {
    let app = start().await;
    let admin = admin(&app).await;
    for query in [
        "searchValue=a&searchOperator=like",
        "searchField=password",
        "sortBy=password",
        "sortDirection=up",
        "filterField=nothing&filterValue=x",
        "filterField=banned&filterValue=perhaps",
        "filterField=createdAt&filterOperator=lt&filterValue=yesterday",
        "filterOperator=matches",
        "limit=many",
        "limit=-1",
        "limit=1001",
        "offset=1.5",
    ] {
        let path = format!("/api/auth/admin/list-users?{query}");
        let refused = app.get(&path).bearer(&admin).send().await;
        assert_error(&refused, 400, "VALIDATION_ERROR");
    }
}

/// A list that is read by key is the same as one for which the whole directory is read: the filter of the other one admits
/// all users.
#[tokio::test(flavor = "multi_thread")]
async fn lists_by_key_and_by_the_directory_are_the_same() {
    let app = start().await;
    let admin = admin(&app).await;
    for name in ["cleo", "ada", "bob", "adam", "eve"] {
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        sign_up(&app, &format!("{name}@users.example.com")).await;
    }
    let all = "filterField=id&filterOperator=ne&filterValue=x";
    for query in [
        "",
        "limit=2",
        "limit=2&offset=3",
        "offset=100",
        "sortDirection=desc",
        "sortDirection=desc&limit=2&offset=1",
        "sortBy=createdAt",
        "sortBy=createdAt&sortDirection=desc&limit=4",
        "searchValue=AD&searchOperator=starts_with",
        "searchValue=ad&searchOperator=starts_with&sortDirection=desc&limit=2",
        "searchValue=z&searchOperator=starts_with",
    ] {
        let by_key = list(&app, &admin, query).await;
        let by_directory = list(&app, &admin, &format!("{query}&{all}")).await;
        assert_eq!(by_key, by_directory, "{query}");
    }
}

/// One for the session, one for the totals, eight partitions of the directory, and one for the users of the page; a
/// search by the beginning of the address needs one query, and one of another kind no totals.
#[tokio::test(flavor = "multi_thread")]
async fn the_calls_of_a_list() {
    let app = start().await;
    let admin = admin(&app).await;
    for (query, calls) in [
        ("", 11),
        ("searchValue=ad&searchOperator=starts_with", 3),
        ("searchValue=ad", 10),
    ] {
        let path = format!("/api/auth/admin/list-users?{query}");
        let answer = app.get(&path).bearer(&admin).send().await.expect(200);
        assert_eq!(answer.usage.dynamodb, calls, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_is_shown_by_id() {
    let app = start().await;
    let admin = admin(&app).await;
    let (_, id) = sign_up(&app, "ada@example.com").await;
    let path = format!("/api/auth/admin/get-user?id={id}");
    let user = app
        .get(&path)
        .bearer(&admin)
        .undocumented()
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&user["id"], &user["email"]), (&json!(id), &json!("ada@example.com")));
    let nobody = app
        .get("/api/auth/admin/get-user?id=nobody")
        .bearer(&admin)
        .undocumented()
        .send()
        .await;
    assert_error(&nobody, 404, "USER_NOT_FOUND");
}
