//! Creating, listing and revoking tokens of services.

use operator::{Failure, Refusal, Task};
use serde_json::json;
use shared::domain::service_token::ServiceName;
use shared::domain::token::PlainServiceToken;

use crate::support::{Deployment, output_text};

fn name(text: &str) -> ServiceName {
    ServiceName::parse(text).expect("a name")
}

#[tokio::test]
async fn a_token_is_shown_once_listed_and_revoked() {
    let deployment = Deployment::start().await;
    let created = deployment.report(Task::CreateServiceToken(name("calendar"))).await;
    assert_eq!(
        (&created["name"], &created["outcome"]),
        (&json!("calendar"), &json!("created"))
    );
    let token = created["token"].as_str().expect("a token");
    PlainServiceToken::parse(token).expect("a token");
    deployment.report(Task::CreateServiceToken(name("billing"))).await;

    let refused = deployment.refusal(Task::CreateServiceToken(name("calendar"))).await;
    assert!(
        matches!(refused, Failure::Refused(Refusal::ServiceNameTaken(_))),
        "{refused}"
    );
    let listed = deployment.report(Task::ListServiceTokens).await;
    let names: Vec<_> = listed["tokens"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|token| &token["name"])
        .collect();
    assert_eq!(names, ["billing", "calendar"]);
    assert_eq!(listed["tokens"][0]["last_used_at"], json!(null));
    assert!(!listed.to_string().contains(token));

    let revoked = deployment.report(Task::RevokeServiceToken(name("calendar"))).await;
    assert_eq!(revoked, json!({"name": "calendar", "outcome": "revoked"}));
    let gone = deployment.refusal(Task::RevokeServiceToken(name("calendar"))).await;
    assert!(matches!(gone, Failure::Refused(Refusal::NoServiceToken(_))), "{gone}");
    let listed = deployment
        .run(Task::ListServiceTokens)
        .await
        .expect("a report")
        .to_string();
    assert!(listed.starts_with("NAME     CREATED"), "{listed}");
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

#[tokio::test]
async fn the_stored_token_is_a_hash() {
    let deployment = Deployment::start().await;
    let created = deployment.report(Task::CreateServiceToken(name("calendar"))).await;
    let token = PlainServiceToken::parse(created["token"].as_str().expect("a token")).expect("a token");
    let stored = deployment.app.core().store.list_service_tokens().await.expect("a list");
    assert_eq!(stored[0].hash, token.secret.hash());
    assert_ne!(stored[0].hash.as_bytes(), token.secret.as_bytes());
}

#[tokio::test]
async fn the_command_prints_a_token_on_standard_output_only() {
    let deployment = Deployment::start().await;
    let output = deployment
        .command(&["service-token", "create", "calendar"], &[], "")
        .await;
    assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
    let text = String::from_utf8_lossy(&output.stdout);
    let token = text.lines().nth(1).expect("a second line");
    assert!(token.starts_with("svc_"), "{text}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains(token));
    let output = deployment.command(&["service-token", "create", "A b"], &[], "").await;
    assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
}
