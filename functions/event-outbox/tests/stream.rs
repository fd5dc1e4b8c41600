//! What becomes of the events of the table's stream.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use axum::Router;
use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::audit;
use shared::clock::Clock as _;
use shared::domain::UserId;
use shared::domain::audit::{Fact, Origin};
use shared::operations::{Administrator, EventBus, Redriven};
use shared::store::Changes;
use shared::testkit::{TestApp, failed_records};
use shared::usage;

const SAMPLE: &str = include_str!("../../../events/event-outbox.json");

struct Outbox {
    app: TestApp,
    bus: EventBus,
}

impl Outbox {
    async fn start() -> Self {
        let app = TestApp::with_settings(|_| Router::new(), &[("EVENTS", "on")]).await;
        let sdk = shared::aws::loopback(&app.aws.endpoint_url());
        let bus = shared::aws::event_bus(&app.state.config, &sdk);
        Self { app, bus }
    }

    fn user(&self) -> UserId {
        UserId::generate(self.app.clock.now(), &*self.app.core().entropy)
    }

    /// A commit with these facts: what it changes does not matter here.
    async fn commit(&self, facts: Vec<Fact>) {
        let changes = facts.into_iter().fold(Changes::new(), Changes::fact);
        let committing = self.app.core().store.commit(changes);
        let (committed, _) = Box::pin(audit::within(Origin::default(), self.app.clock.now(), committing)).await;
        committed.unwrap();
        self.app.clock.advance(SignedDuration::from_secs(1));
    }

    /// All that was written since the last call.
    async fn event(&self) -> Event {
        let mut all = Event::default();
        all.records = self.app.stream_records().await;
        all
    }

    async fn hand_over(&self, event: &Event) -> DynamoDbEventResponse {
        event_outbox::handle(self.app.core(), &self.bus, event.clone()).await
    }

    /// The kinds of the published events, with their owners.
    fn published(&self) -> Vec<(String, String)> {
        let events = self.app.aws.bus_events().into_iter();
        let of = |detail: &Value| detail["user"].as_str().unwrap().to_owned();
        events.map(|event| (event.detail_type, of(&event.detail))).collect()
    }

    fn ids(&self) -> Vec<String> {
        let events = self.app.aws.bus_events();
        events.iter().map(|event| event.detail["id"].to_string()).collect()
    }

    async fn waiting(&self) -> usize {
        self.app.core().store.list_waiting_events().await.unwrap().len()
    }
}

fn partition(record: &EventRecord) -> String {
    let keys: HashMap<String, String> = serde_dynamo::from_item(record.change.keys.clone()).unwrap();
    keys["pk"].clone()
}

fn sequence_number(record: &EventRecord) -> String {
    record.change.sequence_number.clone().unwrap()
}

fn verified(user: UserId) -> Fact {
    Fact::AddressVerified { user }
}

fn changed(user: UserId) -> Fact {
    Fact::PhoneChanged { user }
}

fn kinds(published: &[(String, String)], user: UserId) -> Vec<&str> {
    let of_user = published.iter().filter(|(_, owner)| *owner == user.to_string());
    of_user.map(|(kind, _)| kind.as_str()).collect()
}

#[tokio::test]
async fn events_are_published_in_the_order_of_their_owner_and_once() {
    let outbox = Outbox::start().await;
    let (ada, eve) = (outbox.user(), outbox.user());
    outbox.commit(vec![verified(ada), changed(ada), verified(eve)]).await;
    outbox.commit(vec![Fact::UserDeleted { user: ada }]).await;
    let event = outbox.event().await;
    assert_eq!(event.records.len(), 3, "one for each owner and commit");
    for _ in 0..2 {
        assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    }
    let published = outbox.published();
    assert_eq!(published.len(), 4);
    assert_eq!(
        kinds(&published, ada),
        ["address_verified", "phone_changed", "user_deleted"]
    );
    assert_eq!(kinds(&published, eve), ["address_verified"]);
    assert_eq!(outbox.waiting().await, 0);
    let event = outbox.app.aws.bus_events().remove(0);
    assert_eq!((event.source.as_str(), event.bus.as_str()), ("ostiary", "local"));
    assert_eq!(json!(event.time), event.detail["time"]);
    let schema = &shared::domain::audit::schemas()[&event.detail_type];
    assert_eq!(schema["x-event"], true);
    assert_eq!(event.detail["version"], schema["properties"]["version"]["const"]);
}

/// A timeout makes Lambda hand over records that were published.
#[tokio::test]
async fn a_repetition_has_the_same_id() {
    let outbox = Outbox::start().await;
    outbox.commit(vec![verified(outbox.user())]).await;
    let event = outbox.event().await;
    // The events are read, and cannot be deleted.
    outbox.app.aws.faults().fail_after(Service::DynamoDb, 1);
    assert_eq!(
        failed_records(&outbox.hand_over(&event).await),
        [sequence_number(&event.records[0])]
    );
    outbox.app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    let ids = outbox.ids();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_failure_holds_up_the_later_events_of_its_owner_alone() {
    let outbox = Outbox::start().await;
    let (ada, eve) = (outbox.user(), outbox.user());
    outbox.commit(vec![verified(ada), changed(ada)]).await;
    outbox.commit(vec![verified(eve)]).await;
    outbox.commit(vec![Fact::UserDeleted { user: ada }]).await;
    let event = outbox.event().await;
    let aws = &outbox.app.aws;
    aws.fail_bus_events(Some(("phone_changed", "ThrottlingException")));
    for _ in 0..2 {
        assert_eq!(
            failed_records(&outbox.hand_over(&event).await),
            [sequence_number(&event.records[0])]
        );
    }
    // What was published before the failure is repeated.
    assert_eq!(
        kinds(&outbox.published(), ada),
        ["address_verified", "address_verified"]
    );
    assert_eq!(kinds(&outbox.published(), eve), ["address_verified"]);
    aws.fail_bus_events(None);
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    let published = outbox.published();
    assert_eq!(
        kinds(&published, ada)[2..],
        ["address_verified", "phone_changed", "user_deleted"]
    );
    assert_eq!(outbox.waiting().await, 0);
}

#[tokio::test]
async fn an_event_that_can_never_be_published_holds_up_nothing() {
    let outbox = Outbox::start().await;
    let ada = outbox.user();
    outbox.commit(vec![verified(ada)]).await;
    outbox.commit(vec![changed(ada)]).await;
    let event = outbox.event().await;
    outbox
        .app
        .aws
        .fail_bus_events(Some(("address_verified", "MalformedDetail")));
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(kinds(&outbox.published(), ada), ["phone_changed"]);
    assert_eq!(outbox.waiting().await, 1, "it is kept for an operator");
}

#[tokio::test]
async fn while_the_bus_or_the_table_is_down_events_wait() {
    let outbox = Outbox::start().await;
    for _ in 0..12 {
        outbox.commit(vec![verified(outbox.user())]).await;
    }
    let event = outbox.event().await;
    let first = [sequence_number(&event.records[0])];
    for (service, mode) in [
        (Service::EventBridge, Mode::Error),
        (Service::EventBridge, Mode::Throttle),
        (Service::DynamoDb, Mode::Error),
    ] {
        outbox.app.aws.faults().set(service, mode);
        assert_eq!(failed_records(&outbox.hand_over(&event).await), first);
        outbox.app.aws.faults().set(service, Mode::Off);
    }
    assert_eq!(outbox.published(), []);
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    assert_eq!(outbox.published().len(), 12);
}

/// An answer of the bus that is lost makes the SDK repeat the call.
#[tokio::test]
async fn events_whose_publication_has_no_answer_are_repeated_with_the_same_id() {
    let outbox = Outbox::start().await;
    outbox.commit(vec![verified(outbox.user())]).await;
    let event = outbox.event().await;
    outbox.app.aws.faults().set(Service::EventBridge, Mode::Lost);
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    let ids = outbox.ids();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
}

#[tokio::test]
async fn other_records_are_left_alone() {
    let outbox = Outbox::start().await;
    outbox.commit(vec![verified(outbox.user())]).await;
    let mut event = outbox.event().await;
    for record in &mut event.records {
        record.event_name = "REMOVE".to_owned();
    }
    assert_eq!(failed_records(&outbox.hand_over(&event).await), [""; 0]);
    let sample: Event = serde_json::from_str(SAMPLE).unwrap();
    assert!(partition(&sample.records[0]).starts_with("EVENT#"));
    // Its events were published long ago.
    assert_eq!(failed_records(&outbox.hand_over(&sample).await), [""; 0]);
    assert_eq!(outbox.published(), []);
}

/// docs/cost.md has these figures.
#[tokio::test]
async fn the_publication_of_ten_commits_is_a_read_a_call_and_ten_deletions() {
    let outbox = Outbox::start().await;
    for _ in 0..10 {
        outbox.commit(vec![verified(outbox.user())]).await;
    }
    let event = outbox.event().await;
    let (response, usage) = usage::measure(Box::pin(outbox.hand_over(&event))).await;
    assert_eq!(failed_records(&response), [""; 0]);
    assert_eq!((usage.event_bridge, usage.events, usage.dynamodb), (1, 10, 11));
    assert_eq!((usage.read_units, usage.write_units), (10.0, 10.0));
}

#[tokio::test]
async fn an_operator_publishes_what_lambda_has_given_up() {
    let outbox = Outbox::start().await;
    let ada = outbox.user();
    for fact in [verified(ada), changed(ada)] {
        outbox.commit(vec![fact]).await;
    }
    outbox.app.clock.advance(SignedDuration::from_hours(7));
    outbox.commit(vec![verified(outbox.user())]).await;
    let core = outbox.app.core();
    let now = || outbox.app.clock.now();
    let waiting = core
        .list_waiting_events(Administrator::operator(), now())
        .await
        .unwrap();
    assert_eq!((waiting.late.len(), waiting.recent, waiting.corrupt.len()), (2, 1, 0));

    let redrive = async || {
        core.redrive_events(Administrator::operator(), &outbox.bus, now())
            .await
            .unwrap()
    };
    outbox.app.aws.faults().set(Service::EventBridge, Mode::Error);
    let failed = Redriven {
        failed: 2,
        recent: 1,
        ..Redriven::default()
    };
    assert_eq!(redrive().await, failed);
    outbox.app.aws.faults().set(Service::EventBridge, Mode::Off);
    let published = Redriven {
        published: 2,
        recent: 1,
        ..Redriven::default()
    };
    assert_eq!(redrive().await, published);
    assert_eq!(kinds(&outbox.published(), ada), ["address_verified", "phone_changed"]);
    assert_eq!(outbox.waiting().await, 1);
}
