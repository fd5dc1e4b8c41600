//! Calling a function as Lambda does: with the bytes of an event, through the adapter that is deployed with it, to the bytes of
//! its answer. What a function does to a request is seen here as it is in AWS, down to headers that JSON cannot carry.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::response::Response;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, LambdaEvent, Request, Service as _};
use shared::http::RequestRecord;
use shared::usage::Usage;
use tower::ServiceExt;

use super::{answer, internal_server_error};

pub(super) struct Outcome {
    pub(super) response: Response,
    pub(super) usage: Usage,
}

/// A function that dies, or that cannot read the event, is answered for.
pub(super) async fn invoke(router: Router, event: Vec<u8>) -> Outcome {
    let reason = match tokio::spawn(call(router, event)).await {
        Ok(Ok(outcome)) => return outcome,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::error!(reason, "a function failed");
    Outcome {
        response: internal_server_error(),
        usage: Usage::default(),
    }
}

async fn call(router: Router, event: Vec<u8>) -> Result<Outcome, answer::Malformed> {
    let event: LambdaRequest = serde_json::from_slice(&event)?;
    let usage = Arc::new(OnceLock::new());
    let kept = Arc::clone(&usage);
    // The record of the request does not leave a function as a part of its answer, so it is taken on the way.
    let function = ServiceExt::<Request>::map_response(router, move |response: Response| {
        if let Some(record) = response.extensions().get::<RequestRecord>() {
            let _ = kept.set(record.usage.clone());
        }
        response
    });
    let event = LambdaEvent::new(event, Context::default());
    // The adapter must not live across an await: it cannot be sent between threads. Routers are always ready.
    let answering = Adapter::from(function).call(event);
    let Ok(answer) = answering.await;
    Ok(Outcome {
        response: answer::response(&serde_json::to_vec(&answer)?)?,
        usage: usage.get().cloned().unwrap_or_default(),
    })
}
