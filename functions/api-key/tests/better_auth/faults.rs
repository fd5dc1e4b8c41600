//! What happens when DynamoDB does not answer: the caller is asked to retry, and nothing is half done.

use local_aws::{Mode, Service};
use serde_json::json;
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{
    CREATE, DELETE, EMAIL, GET, LIST, UPDATE, VERIFY, assert_error, create, listed, sign_up, start_with, text,
};

async fn during(app: &TestApp, mode: Mode, request: TestRequest<'_>) -> Answer {
    app.aws.faults().set(Service::DynamoDb, mode);
    let answer = request.undocumented().send().await;
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_neither_made_changed_nor_used_up() {
    for mode in [Mode::Error, Mode::Throttle] {
        let app = start_with(&[("API_KEY_SESSIONS", "on")]).await;
        let token = sign_up(&app, EMAIL).await;
        let made = create(&app, &token, &json!({"name": "kept"})).await;
        let (key, id) = (text(&made["key"]), text(&made["id"]));
        let get = format!("{GET}?id={id}");
        let change = json!({"keyId": id, "name": "changed"});
        for request in [
            app.post(CREATE).bearer(&token).json(&json!({})),
            app.post(UPDATE).bearer(&token).json(&change),
            app.post(DELETE).bearer(&token).json(&change),
            app.post(VERIFY).json(&json!({"key": key})),
            app.get(&get).bearer(&token),
            app.get(LIST).bearer(&token),
            app.get("/api/auth/get-session").header("x-api-key", &key),
        ] {
            let answer = during(&app, mode, request).await;
            assert_error(&answer, 503, "SERVICE_UNAVAILABLE", "Service unavailable");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
        let kept = listed(&app, &token).await;
        assert_eq!(
            (kept.len(), &kept[0]["name"], &kept[0]["requestCount"]),
            (1, &json!("kept"), &json!(0))
        );
    }
}
