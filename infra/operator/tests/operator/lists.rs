//! Listing and counting everything again.

use operator::Task;
use serde_json::json;
use shared::domain::{Slug, Totals};
use shared::operations::CreateOrganization;
use shared::store::Changes;
use shared::testkit::better_auth::token_of;

use crate::support::{ADA, Deployment, PASSWORD, ROOT};

#[tokio::test]
async fn the_totals_are_counted_again() {
    let deployment = Deployment::start().await;
    let app = &deployment.app;
    deployment.verified(ADA).await;
    deployment.sign_up(ROOT).await;
    let sign_in = shared::testkit::better_auth::try_sign_in(app, ADA, PASSWORD).await;
    let caller = app.caller(&token_of(&sign_in.expect(200))).await;
    let command = CreateOrganization {
        name: "Acme".to_owned(),
        slug: Slug::parse("acme").expect("a slug"),
        logo: None,
        metadata: None,
        seats: None,
        details: shared::domain::OrganizationDetails::default(),
    };
    let now = shared::clock::Clock::now(&*app.clock);
    let created = app.core().create_organization(&caller, command, now).await;
    created.expect("an organization");
    let counted = async || {
        let totals = app.core().store.totals().await.expect("totals");
        (totals.users(|_| true), totals.organizations())
    };
    let before = counted().await;
    assert_eq!(before.0, 2);
    // As an earlier release has left them.
    let forgotten = Changes::new().set_totals(&Totals::default());
    app.core().store.commit(forgotten).await.expect("a commit");
    assert_eq!(counted().await, (0, 0));
    for _ in 0..2 {
        let report = deployment.report(Task::RebuildLists).await;
        assert_eq!(report, json!({"users": before.0, "organizations": before.1}));
        assert_eq!(counted().await, before);
    }
    let text = deployment.run(Task::RebuildLists).await.expect("a report").to_string();
    assert_eq!(text, format!("2 users and {} organizations are listed.\n", before.1));
}
