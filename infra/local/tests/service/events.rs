//! Events over HTTP: what a client changes is published to EventBridge before the client has the answer.

use serde_json::{Value, json};

use crate::client::{Local, PASSWORD};

fn kinds(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|event| event["detail-type"].as_str())
        .collect()
}

async fn sign_in(local: &Local, password: &str, status: u16) {
    let body = json!({ "email": "ada@example.com", "password": password });
    let _ = local
        .post("/api/auth/sign-in/email")
        .json(&body)
        .send()
        .await
        .expect(status);
}

#[tokio::test]
async fn a_sign_up_and_what_follows_are_events() {
    let local = Local::start(&["EVENTS=on"]).await;
    local.sign_up("ada@example.com").await;
    sign_in(&local, "not the password", 401).await;
    sign_in(&local, PASSWORD, 200).await;
    let events = local.events().await;
    // The refusal changed nothing.
    assert_eq!(kinds(&events), ["user_created", "signed_in", "signed_in"]);
    let user = events[0]["detail"]["user"].as_str().expect("an id");
    let schemas = shared::domain::audit::schemas();
    for event in &events {
        let detail = &event["detail"];
        assert_eq!(
            (&event["source"], detail["user"].as_str()),
            (&json!("ostiary"), Some(user))
        );
        let schema = &schemas[event["detail-type"].as_str().expect("a kind")];
        let validator = jsonschema::validator_for(schema).expect("a schema");
        validator.validate(detail).expect("the documented form");
    }
    let all = Value::from(events).to_string();
    assert_eq!(local.secrets().iter().find(|secret| all.contains(*secret)), None);
    let page = local.get("/_local/events").send().await.expect(200);
    let page = String::from_utf8(page.body.to_vec()).expect("text");
    assert!(page.contains("<code>user_created</code>"), "{page}");
    assert_eq!(local.calls("event-outbox").await["events"], 3);
}

#[tokio::test]
async fn there_are_none_unless_they_are_switched_on() {
    let local = Local::start(&[]).await;
    local.sign_up("ada@example.com").await;
    assert_eq!(local.events().await, [Value::Null; 0]);
    let page = local.get("/_local/events").send().await.expect(200);
    assert!(String::from_utf8_lossy(&page.body).contains("EVENTS=on"));
}

/// Mail does not wait for events, nor do requests.
#[tokio::test]
async fn events_wait_while_the_bus_is_down() {
    let local = Local::start(&["EVENTS=on"]).await;
    local.fault("events", "error").await;
    local.sign_up("ada@example.com").await;
    assert_eq!(local.events().await, [Value::Null; 0]);
    assert_eq!(local.mails().await.len(), 1);
    local.fault("events", "off").await;
    while local.events().await.len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(kinds(&local.events().await), ["user_created", "signed_in"]);
}
