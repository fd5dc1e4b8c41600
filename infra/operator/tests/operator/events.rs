//! Events that were not published.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use operator::Task;
use serde_json::json;

use crate::support::{ADA, Deployment, output_text};

#[tokio::test]
async fn what_was_not_published_is_shown_and_published() {
    let deployment = Deployment::with_settings(&[("EVENTS", "on")]).await;
    let app = &deployment.app;
    deployment.sign_up(ADA).await;
    let user = deployment.user(ADA).await.id.to_string();
    let recent = json!({"late": [], "recent": 1, "corrupt": []});
    assert_eq!(deployment.report(Task::ListEvents).await, recent);
    app.clock.advance(SignedDuration::from_hours(7));
    let shown = deployment.report(Task::ListEvents).await;
    assert_eq!(shown["late"][0]["owner"], user);
    assert_eq!(shown["late"][0]["kinds"], json!(["user_created", "signed_in"]));

    app.aws.faults().set(Service::EventBridge, Mode::Throttle);
    let failed = json!({"published": 0, "failed": 1, "given_up": 0, "recent": 0});
    assert_eq!(deployment.report(Task::RedriveEvents).await, failed);
    app.aws.faults().set(Service::EventBridge, Mode::Off);
    let text = deployment.run(Task::RedriveEvents).await.expect("a report").to_string();
    assert_eq!(
        text,
        "The events of 1 commits are published; those of 0 are not late yet.\n"
    );
    let published = app.aws.bus_events();
    assert_eq!(
        published.iter().map(|event| &event.detail["user"]).collect::<Vec<_>>(),
        [&json!(user); 2]
    );
    let shown = deployment.command(&["--json", "events", "list"], &[], "").await;
    assert!(output_text(&shown).contains("\"late\": []"), "{}", output_text(&shown));
}
