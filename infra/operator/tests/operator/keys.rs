//! Showing the keys, in both signing modes.

use aws_sdk_kms::Client;
use jiff::SignedDuration;
use operator::Task;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::signing_key::Ring;

use crate::support::Deployment;

async fn in_mode(mode: &str) -> Deployment {
    Deployment::with_settings(&[("SIGNING_MODE", mode)]).await
}

impl Deployment {
    async fn make_key(&self) {
        let published = self.app.core().publish_keys(Ring::User, self.app.clock.now()).await;
        published.expect("keys");
    }

    async fn keys(&self) -> Value {
        self.report(Task::ListKeys).await["rings"][0]["keys"].take()
    }
}

#[tokio::test]
async fn before_the_first_token_there_is_no_key() {
    let deployment = in_mode("kms").await;
    let none = json!({ "rings": [{ "ring": "user", "keys": [] }, { "ring": "admin", "keys": [] }] });
    assert_eq!(deployment.report(Task::ListKeys).await, none);
    let text = deployment.run(Task::ListKeys).await.expect("a report").to_string();
    assert_eq!(text.matches("none yet").count(), 2, "{text}");
}

#[tokio::test]
async fn the_key_that_signs_is_shown_in_both_modes() {
    for (mode, kms_key) in [("kms", "arn:aws:kms:"), ("wrapped", "alias/ostiary-envelope")] {
        let deployment = in_mode(mode).await;
        deployment.make_key().await;
        let keys = deployment.keys().await;
        assert_eq!(keys.as_array().map(Vec::len), Some(1), "{keys}");
        let key = &keys[0];
        assert_eq!(key["state"], "active");
        assert_eq!(key["mode"], mode);
        assert_eq!(key["created_at"], "2026-01-31T12:00:00Z");
        assert_eq!((&key["ended_at"], &key["needed_until"]), (&Value::Null, &Value::Null));
        assert!(key["kms_key"].as_str().expect("text").starts_with(kms_key), "{key}");
        assert_eq!(key["kms_state"], "Enabled");
        let fields = key.as_object().expect("an object").keys();
        assert_eq!(fields.count(), 8, "and nothing that signs: {key}");
    }
}

#[tokio::test]
async fn a_retired_key_is_needed_until_its_last_token_has_expired() {
    let deployment = in_mode("wrapped").await;
    deployment.make_key().await;
    deployment.app.clock.advance(SignedDuration::from_hours(1));
    let report = deployment.report(Task::RotateKeys(Ring::User)).await;
    assert_eq!(report["rings"][0]["keys"][1]["state"], "active");

    let keys = deployment.keys().await;
    let states = keys.as_array().expect("a list").iter().map(|key| &key["state"]);
    assert_eq!(states.collect::<Vec<_>>(), ["retired", "active"]);
    assert_eq!(keys[0]["ended_at"], "2026-01-31T13:00:00Z");
    // A minute for processes that have the old key ring cached, a quarter of an hour for the tokens that they sign in
    // it, and two hours for verifiers that cache the key set.
    assert_eq!(keys[0]["needed_until"], "2026-01-31T15:16:00Z");
    let again = deployment.refusal(Task::RotateKeys(Ring::User)).await;
    assert!(again.to_string().contains("within the last minute"), "{again}");
}

#[tokio::test]
async fn a_key_is_revoked() {
    let deployment = in_mode("kms").await;
    deployment.make_key().await;
    let kid = deployment.keys().await[0]["kid"].as_str().expect("text").to_owned();
    let unknown = deployment.refusal(Task::RevokeKey(Ring::Admin, kid.clone())).await;
    assert!(unknown.to_string().contains("no key of that id"), "{unknown}");
    let report = deployment.report(Task::RevokeKey(Ring::User, kid)).await;
    let keys = &report["rings"][0]["keys"];
    assert_eq!(
        (&keys[0]["state"], &keys[1]["state"]),
        (&json!("revoked"), &json!("active"))
    );
    assert_eq!(
        (&keys[0]["ended_at"], &keys[0]["needed_until"]),
        (&json!("2026-01-31T12:00:00Z"), &Value::Null)
    );
}

#[tokio::test]
async fn a_key_that_is_disabled_in_kms_is_shown_as_such() {
    let deployment = in_mode("kms").await;
    deployment.make_key().await;
    let key = deployment.keys().await[0]["kms_key"].take();
    let client = Client::new(&shared::aws::loopback(&deployment.app.aws.endpoint_url()));
    let disable = client.disable_key().key_id(key.as_str().expect("text"));
    disable.send().await.expect("an answer");
    assert_eq!(deployment.keys().await[0]["kms_state"], "Disabled");

    let faults = deployment.app.aws.faults();
    faults.set(local_aws::Service::Kms, local_aws::Mode::Error);
    assert_eq!(deployment.keys().await[0]["kms_state"], Value::Null);
    let text = deployment.run(Task::ListKeys).await.expect("a report").to_string();
    assert!(text.contains("active") && text.contains("unknown"), "{text}");
}
