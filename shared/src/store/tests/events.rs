//! The events of commits: each is there exactly if its change is, once.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use jiff::SignedDuration;
use local_aws::{LocalAws, Mode, Service};
use serde_json::Value;

use super::{email, now, race, session, user};
use crate::audit::{self, Trail};
use crate::domain::audit::{Fact, Origin};
use crate::domain::one_time::ResetPassword;
use crate::domain::{OneTimeGrant, OrganizationId, PasswordHash, PendingEvents, SecretHash, UserId};
use crate::entropy::{Entropy, OsEntropy};
use crate::store::{Changes, CommitError, Conflict, Store};
use crate::usage::{self, Usage};

async fn store() -> (LocalAws, Arc<Store>, Client) {
    let (aws, store, client) = super::store().await;
    (aws, Arc::new(Store::clone(&store).with_events(true)), client)
}

/// All that wait, in the order of their owners.
async fn waiting(store: &Store) -> Vec<PendingEvents> {
    let keys = store.list_waiting_events().await.expect("an answer");
    let found = store.find_events(&keys).await.expect("an answer");
    let found = found.into_iter().map(|found| found.expect("it parses"));
    found.map(|found| found.expect("it waits")).collect()
}

fn kinds(pending: &PendingEvents) -> Vec<&str> {
    pending.events.iter().map(|event| event.kind.as_str()).collect()
}

async fn commit(store: &Store, changes: Changes) -> (Result<(), CommitError>, Trail) {
    Box::pin(audit::within(Origin::default(), now(), store.commit(changes))).await
}

fn details(pending: &[PendingEvents]) -> Vec<Value> {
    let events = pending.iter().flat_map(|pending| &pending.events);
    let details = events.map(|event| serde_json::from_str(&event.detail).expect("JSON"));
    details.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_the_records_of_the_trail_by_owner_and_in_order() {
    let (_aws, store, _) = store().await;
    let user = user();
    let organization = OrganizationId::generate(now(), &OsEntropy);
    let changes = Changes::new()
        .create_user(&user)
        .fact(Fact::TeamCreated {
            organization,
            team: crate::domain::TeamId::generate(now(), &OsEntropy),
        })
        // What is refused is a record only.
        .fact(Fact::PasswordProofFailed { user: user.id })
        .create_session(&session(&user));
    let (committed, trail) = commit(&store, changes).await;
    committed.expect("a commit");
    let recorded = trail.records.iter().filter(|record| record.fact.is_event());
    let recorded: Vec<_> = recorded.map(crate::domain::audit::AuditRecord::to_json).collect();
    let pending = waiting(&store).await;
    let of_user = pending.iter().find(|pending| pending.key.owner == user.id.to_string());
    let of_organization = pending
        .iter()
        .find(|pending| pending.key.owner == organization.to_string());
    assert_eq!(pending.len(), 2);
    assert_eq!(kinds(of_user.expect("its events")), ["user_created", "signed_in"]);
    assert_eq!(kinds(of_organization.expect("its events")), ["team_created"]);
    let mut found = details(&pending);
    // Ids of one commit have its order.
    found.sort_by_key(|detail| detail["id"].to_string());
    assert_eq!(found, recorded);
    assert_eq!(trail.records.len(), 4, "the refusal is in the trail");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_and_for_an_import_there_are_none() {
    let (_aws, plain, _) = super::store().await;
    let changes = || Changes::new().create_user(&user()).create_session(&session(&user()));
    plain.commit(changes()).await.expect("a commit");
    assert_eq!(waiting(&plain).await, []);
    let store = Store::clone(&plain).with_events(true);
    let silent = audit::silently(store.commit(changes()));
    Box::pin(audit::within(Origin::default(), now(), silent))
        .await
        .0
        .expect("a commit");
    assert_eq!(waiting(&store).await, []);
    // The user, the number and the name; and those of one event.
    store
        .commit(Changes::new().delete_session(user().id, session(&user()).id))
        .await
        .expect("a commit");
    assert_eq!(waiting(&store).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_commit_leaves_none() {
    let (_aws, store, _) = store().await;
    let claim = |id: UserId| {
        Changes::new()
            .claim_email(&email(), id)
            .fact(Fact::AddressVerified { user: id })
    };
    store.commit(claim(user().id)).await.expect("a commit");
    let refused = store.commit(claim(user().id)).await;
    assert!(matches!(refused, Err(CommitError::Conflict(Conflict::EmailTaken))));
    assert_eq!(waiting(&store).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_uses_of_a_token_one_leaves_an_event() {
    let (_aws, store, _) = store().await;
    let user = user();
    let entropy: &dyn Entropy = &OsEntropy;
    let grant = OneTimeGrant {
        user_id: user.id,
        hash: SecretHash::from_bytes(entropy.bytes()),
        email: email(),
        requester: None,
        new_email: None,
        expires_at: now() + SignedDuration::from_hours(1),
        spent_at: None,
    };
    store
        .commit(Changes::new().put_grant::<ResetPassword>(&grant))
        .await
        .expect("a grant");
    let spend = |store: Arc<Store>| {
        let grant = grant.clone();
        async move {
            let hash = PasswordHash::from_phc("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned());
            let changes = Changes::new()
                .spend_grant::<ResetPassword>(&grant)
                .set_password(grant.user_id, &hash);
            store.commit(changes).await
        }
    };
    let ended = race(spend, &store).await;
    assert_eq!(ended.iter().filter(|end| end.is_ok()).count(), 1);
    let pending = waiting(&store).await;
    assert_eq!(pending.iter().map(kinds).collect::<Vec<_>>(), [["password_reset"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_one_event() {
    let (aws, store, _) = store().await;
    let user = user();
    for changes in [
        Changes::new().create_user(&user),
        Changes::new().delete_session(user.id, session(&user).id),
    ] {
        aws.faults().set(Service::DynamoDb, Mode::Lost);
        let (committed, trail) = commit(&store, changes).await;
        committed.expect("a commit");
        aws.faults().set(Service::DynamoDb, Mode::Off);
        let pending = waiting(&store).await;
        assert_eq!(details(&pending), [trail.records[0].to_json()]);
        store.delete_events(&pending[0].key).await.expect("a deletion");
    }
    assert_eq!(waiting(&store).await, []);
}

/// docs/cost.md has these figures.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_costs_two_write_units_and_makes_a_single_write_a_transaction() {
    let (_aws, with_events, _) = store().await;
    let without = Store::clone(&with_events).with_events(false);
    let user = user();
    let written = async |store: &Store, changes: Changes| -> f64 {
        let (committed, Usage { write_units, .. }) = usage::measure(store.commit(changes)).await;
        committed.expect("a commit");
        write_units
    };
    let single = || Changes::new().delete_session(user.id, session(&user).id);
    let transaction = || Changes::new().claim_email(&email(), user.id).create_user(&user);
    let (cheap, dear) = (written(&without, single()).await, written(&with_events, single()).await);
    assert_eq!((cheap, dear), (1.0, 4.0));
    let base = written(&without, transaction()).await;
    let (_aws, with_events, _) = store().await;
    let with_event = written(&with_events, transaction()).await;
    assert_eq!((base, with_event), (base, base + 2.0));
}
