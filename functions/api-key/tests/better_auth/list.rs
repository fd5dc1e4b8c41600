//! `GET /api-key/list`, in both of its forms.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{DAY, EMAIL, LIST, OTHER, assert_error, create, listed, sign_up, start, start_with, text, verify};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn names(keys: &Value) -> Vec<&str> {
    let keys = keys.as_array().expect("an array").iter();
    keys.map(|key| key["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_keys_are_listed_oldest_first() {
    let app = start().await;
    let (token, other) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    assert!(listed(&app, &token).await.is_empty());
    for name in ["first", "second", "third"] {
        create(&app, &token, &json!({"name": name})).await;
        app.clock.advance(MINUTE);
    }
    create(&app, &other, &json!({"name": "theirs"})).await;
    let answer = app.get(LIST).bearer(&token).send().await.expect(200);
    assert_eq!(names(&answer.json()), ["first", "second", "third"]);
    assert!(
        answer
            .json()
            .as_array()
            .expect("an array")
            .iter()
            .all(|key| key.get("key").is_none())
    );
    // The session check, and one query.
    assert_eq!(answer.usage.dynamodb, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_keys_are_not_listed() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    create(&app, &token, &json!({"name": "short", "expiresIn": DAY})).await;
    create(&app, &token, &json!({"name": "long"})).await;
    app.clock.advance(SignedDuration::from_secs(DAY));
    let answer = app.get(LIST).bearer(&token).send().await.expect(200);
    assert_eq!(names(&answer.json()), ["long"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_them_may_be_asked_for() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut keys = Vec::new();
    for name in ["b", "c", "a"] {
        keys.push(text(&create(&app, &token, &json!({"name": name})).await["key"]));
        app.clock.advance(MINUTE);
    }
    verify(&app, &keys[0]).await;
    for (query, expected) in [
        ("?limit=2", vec!["b", "c"]),
        ("?offset=1", vec!["c", "a"]),
        ("?limit=1&offset=2", vec!["a"]),
        ("?limit=0", vec![]),
        ("?offset=99", vec![]),
        ("?sortBy=name", vec!["a", "b", "c"]),
        ("?sortBy=name&sortDirection=desc&limit=1", vec!["c"]),
        ("?sortBy=createdAt&sortDirection=desc", vec!["a", "c", "b"]),
        ("?sortBy=lastRequest&sortDirection=desc&limit=1", vec!["b"]),
        ("?configId=default", vec!["b", "c", "a"]),
        ("?configId=other", vec![]),
        ("?organizationId=01890a5d-ac96-774b-bcce-b302099a8057", vec![]),
    ] {
        let answer = app
            .get(&format!("{LIST}{query}"))
            .bearer(&token)
            .send()
            .await
            .expect(200);
        assert_eq!(names(&answer.json()), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn as_an_object_the_list_has_a_total() {
    let app = start_with(&[("API_KEY_LIST", "object")]).await;
    let token = sign_up(&app, EMAIL).await;
    let mut made = create(&app, &token, &json!({"name": "a"})).await;
    made.as_object_mut().expect("an object").remove("key");
    app.clock.advance(MINUTE);
    create(&app, &token, &json!({"name": "b"})).await;
    // The document knows the array alone.
    let list = async |query: &str| {
        let request = app.get(&format!("{LIST}{query}")).bearer(&token).undocumented();
        request.send().await.expect(200).json()
    };
    let whole = list("").await;
    assert_eq!(
        (whole["total"].as_u64(), names(&whole["apiKeys"])),
        (Some(2), vec!["a", "b"])
    );
    assert_eq!(whole["apiKeys"][0], made);
    assert!(whole.get("limit").is_none() && whole.get("offset").is_none());
    let page = list("?limit=1&offset=1").await;
    assert_eq!(names(&page["apiKeys"]), ["b"]);
    assert_eq!(
        (&page["total"], &page["limit"], &page["offset"]),
        (&json!(2), &json!(1), &json!(1))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_page_is_refused() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for query in [
        "limit=-1",
        "limit=1.5",
        "limit=x",
        "offset=",
        "limit=99999999999999999999999",
        "sortBy=key",
        "sortDirection=up",
    ] {
        let answer = app
            .get(&format!("{LIST}?{query}"))
            .bearer(&token)
            .send()
            .await
            .expect(400);
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR", "{query}");
    }
    assert_error(&app.get(LIST).send().await, 401, "UNAUTHORIZED", "Unauthorized");
}
