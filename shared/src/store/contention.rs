//! Single writes that meet a transaction on their item. DynamoDB refuses them, and the SDK does not try them again by itself; a
//! transaction that meets another one is run again in `changes`.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_smithy_runtime_api::client::interceptors::context::{Error, InterceptorContext};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// A client that tries such writes again: nothing of them has happened.
pub fn client(sdk: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(sdk).retry_classifier(Contention).build())
}

#[derive(Debug)]
struct Contention;

impl ClassifyRetry for Contention {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        if error
            .and_then(OrchestratorError::as_operation_error)
            .is_some_and(is_contention)
        {
            RetryAction::transient_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "a transaction on the item"
    }
}

fn is_contention(error: &Error) -> bool {
    let update = error.downcast_ref::<UpdateItemError>();
    let put = error.downcast_ref::<PutItemError>();
    let delete = error.downcast_ref::<DeleteItemError>();
    update.is_some_and(UpdateItemError::is_transaction_conflict_exception)
        || put.is_some_and(PutItemError::is_transaction_conflict_exception)
        || delete.is_some_and(DeleteItemError::is_transaction_conflict_exception)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::StatusCode;
    use axum::http::header::CONTENT_TYPE;
    use axum::response::{IntoResponse, Response};
    use jiff::Timestamp;
    use tokio::net::TcpListener;

    use crate::aws;
    use crate::domain::{RateLimit, SessionId, UserId};
    use crate::entropy::OsEntropy;
    use crate::store::{Changes, Store, StoreError};

    /// A table whose first `busy` answers say that a transaction is under way; and how often it was asked.
    async fn table(busy: usize) -> (Store, Arc<AtomicUsize>) {
        let asked = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&asked);
        let answer = async move || -> Response {
            let (status, body) = if count.fetch_add(1, Ordering::SeqCst) < busy {
                let kind = "com.amazonaws.dynamodb.v20120810#TransactionConflictException";
                (
                    StatusCode::BAD_REQUEST,
                    format!(r#"{{"__type": "{kind}", "message": "x"}}"#),
                )
            } else {
                (StatusCode::OK, "{}".to_owned())
            };
            (status, [(CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async { axum::serve(listener, Router::new().fallback(answer)).await });
        let client = super::client(&aws::loopback(&endpoint));
        (Store::new(client, "table".to_owned()), asked)
    }

    #[tokio::test]
    async fn a_write_that_met_a_transaction_is_tried_again() {
        let now = Timestamp::UNIX_EPOCH;
        let (store, asked) = table(2).await;
        let window = RateLimit::SIGN_IN.window("192.0.2.1", now);
        assert!(store.count(&window).await.expect("a count"));
        assert_eq!(asked.load(Ordering::SeqCst), 3);

        let (store, asked) = table(1).await;
        let (user, session) = (UserId::generate(now, &OsEntropy), SessionId::generate(now, &OsEntropy));
        let changes = Changes::new().delete_session(user, session);
        store.commit(changes).await.expect("a commit");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn not_for_ever() {
        let (store, asked) = table(usize::MAX).await;
        let window = RateLimit::SIGN_IN.window("192.0.2.1", Timestamp::UNIX_EPOCH);
        let end = store.count(&window).await;
        assert!(matches!(end, Err(StoreError::Throttled)), "{end:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }
}
