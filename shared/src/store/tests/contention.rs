//! Many writers of one item, while transactions take as long as they do in AWS.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;
use tokio::time::Instant;

use super::{TABLE, TRANSACTION, now, session, store, user};
use crate::aws;
use crate::domain::{RateLimit, SessionId, UserId, Window};
use crate::entropy::OsEntropy;
use crate::store::{Changes, CommitError, Store, StoreError};

const CROWD: u32 = 64;

/// A window whose limit no test reaches. The events of a test differ in their times.
fn window(number: u32) -> Window {
    let limit = RateLimit {
        max: 1000,
        ..RateLimit::SIGN_IN
    };
    limit.window("192.0.2.1", now() + jiff::SignedDuration::from_millis(number.into()))
}

async fn hits(store: &Store) -> usize {
    store.find_counter(&window(0)).await.expect("an answer").events()
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_transactions_on_one_item_succeed_within_ten_seconds() {
    let (aws, store, _) = store().await;
    aws.set_transaction_time(Some(TRANSACTION));
    let start = Instant::now();
    let commits = (0..CROWD).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let changes = Changes::new().count(&window(number)).create_session(&session(&user()));
            store.commit(changes).await
        })
    });
    for commit in commits.collect::<Vec<_>>() {
        commit.await.expect("no panic").expect("a commit");
    }
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(hits(&store).await, CROWD as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn single_writes_get_through_between_transactions() {
    let (aws, store, _) = store().await;
    aws.set_transaction_time(Some(TRANSACTION));
    let start = Instant::now();
    let writes = (0..CROWD).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            if number % 2 == 0 {
                assert_eq!(store.count(&window(number)).await.expect("a count"), Ok(()));
            } else {
                let changes = Changes::new().count(&window(number)).create_session(&session(&user()));
                store.commit(changes).await.expect("a commit");
            }
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.expect("no panic");
    }
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(hits(&store).await, CROWD as usize);
}

/// Answers its first requests with a conflict, and all later ones with success.
#[derive(Debug, Clone)]
struct BusyTable {
    conflicts: usize,
    requests: Arc<AtomicUsize>,
}

impl HttpConnector for BusyTable {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_transaction = request
            .headers()
            .get("x-amz-target")
            .is_some_and(|target| target.ends_with("TransactWriteItems"));
        let (status, body) = match self.requests.fetch_add(1, Ordering::SeqCst) {
            number if number >= self.conflicts => (200, "{}"),
            _ if is_transaction => (
                400,
                r#"{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "x",
                    "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}"#,
            ),
            _ => (
                400,
                r#"{"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message": "x"}"#,
            ),
        };
        let status = StatusCode::try_from(status).expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

/// A table without a network, so that the clock can stand still, and the number of requests that it got.
fn table(conflicts: usize) -> (Store, Arc<AtomicUsize>) {
    let requests = Arc::<AtomicUsize>::default();
    let table = BusyTable {
        conflicts,
        requests: Arc::clone(&requests),
    };
    let http = http_client_fn(move |_, _| SharedHttpConnector::new(table.clone()));
    let sdk: SdkConfig = aws::loopback("http://127.0.0.1:1")
        .into_builder()
        .http_client(http)
        .build();
    let client = aws_sdk_dynamodb::Client::new(&sdk);
    (Store::new(client, TABLE.to_owned()), requests)
}

fn deletion() -> Changes {
    let now = Timestamp::UNIX_EPOCH;
    let (user, session) = (UserId::generate(now, &OsEntropy), SessionId::generate(now, &OsEntropy));
    Changes::new().delete_session(user, session)
}

#[tokio::test(start_paused = true)]
async fn a_write_that_met_a_transaction_is_tried_again() {
    let (store, requests) = table(2);
    let window = RateLimit::SIGN_IN.window("192.0.2.1", Timestamp::UNIX_EPOCH);
    assert_eq!(store.count(&window).await.expect("a count"), Ok(()));
    assert_eq!(requests.load(Ordering::SeqCst), 3);

    let (store, requests) = table(1);
    store.commit(deletion()).await.expect("a commit");
    assert_eq!(requests.load(Ordering::SeqCst), 2);

    let (store, requests) = table(6);
    let changes = deletion().create_session(&session(&user()));
    store.commit(changes).await.expect("a commit");
    assert_eq!(requests.load(Ordering::SeqCst), 7);
}

#[tokio::test(start_paused = true)]
async fn retries_end_with_their_time_budget() {
    let start = Instant::now();
    let (store, requests) = table(usize::MAX);
    let window = RateLimit::SIGN_IN.window("192.0.2.1", Timestamp::UNIX_EPOCH);
    let end = store.count(&window).await;
    assert!(matches!(end, Err(StoreError::Throttled)), "{end:?}");
    let end = store.commit(deletion().create_session(&session(&user()))).await;
    assert!(matches!(end, Err(CommitError::Store(StoreError::Throttled))), "{end:?}");
    assert!(start.elapsed() <= Duration::from_secs(20), "{:?}", start.elapsed());
    // Some 25 attempts each.
    assert!((30..100).contains(&requests.load(Ordering::SeqCst)));
}
