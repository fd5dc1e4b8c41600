//! DynamoDB: an embedded engine behind its own HTTP server, to which `forward` passes requests. `access` has the
//! permissions that they need, and `transactions` detects the ones that conflict.
//!
//! Forwarding costs a hop over the loopback interface. The engine's typed API would save it, but validation and error
//! messages are in its HTTP layer, and clients depend on both.

mod access;
mod backups;
mod engine;
mod restore;
mod table;
mod transactions;

use std::net::SocketAddr;

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, Uri, request::Parts},
    response::Response,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

pub use self::table::CreateTableError;
pub(crate) use self::{access::required_access, engine::Engine};
use self::{
    backups::Backups,
    transactions::{Admission, Transactions},
};
use crate::wire;

/// Passes requests on to the engine's HTTP server.
#[derive(Debug)]
pub(crate) struct Proxy {
    client: Client<HttpConnector, Body>,
    engine: Uri,
    pub(crate) transactions: Transactions,
    backups: Backups,
}

impl Proxy {
    pub(crate) fn new(engine: SocketAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            engine: Uri::try_from(format!("http://{engine}/")).expect("an address is an authority"),
            transactions: Transactions::default(),
            backups: Backups::default(),
        }
    }

    pub(crate) fn set_recovery(&self, table: &str, is_on: bool) {
        self.backups.set(table, is_on);
    }

    /// `operation` is the last part of the request's target.
    pub(crate) async fn answer(&self, operation: &str, head: Parts, body: Bytes) -> Response {
        if let Some(answer) = self.backups.answer(operation, &body) {
            return answer;
        }
        match self.transactions.admit(operation, &body) {
            Admission::Free => self.forward(head, body.into()).await,
            Admission::Transaction(_held, duration) => {
                tokio::time::sleep(duration).await;
                self.forward(head, body.into()).await
            }
            Admission::Conflict(response) => response,
        }
    }

    async fn forward(&self, mut head: Parts, body: Body) -> Response {
        head.uri.clone_from(&self.engine);
        match self.client.request(Request::from_parts(head, body)).await {
            Ok(response) => response.map(Body::new),
            Err(error) => {
                tracing::error!(%error, "the DynamoDB engine did not answer");
                wire::json_error(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    wire::JSON_1_0,
                    "com.amazonaws.dynamodb.v20120810#InternalServerError",
                    "Internal server error",
                )
            }
        }
    }
}
