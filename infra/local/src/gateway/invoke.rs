//! Invokes a function as Lambda does: event and response pass through the adapter of the deployment as JSON, so that
//! requests are limited to what JSON can represent, as in AWS.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::response::Response;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, LambdaEvent, Request, Service as _};
use shared::domain::audit::AuditRecord;
use shared::function::readable;
use shared::http::RequestRecord;
use shared::usage::Usage;
use tower::ServiceExt;

use super::answer;
use crate::response::internal_server_error;

pub(super) struct Outcome {
    pub(super) response: Response,
    pub(super) usage: Usage,
    pub(super) audit: Vec<AuditRecord>,
}

/// If the function panics or cannot parse the event, the response is an internal server error.
pub(super) async fn invoke(router: Router, event: Vec<u8>, request_id: &str) -> Outcome {
    let mut context = Context::default();
    // In AWS, Lambda has an id of its own for the same request.
    request_id.clone_into(&mut context.request_id);
    let reason = match tokio::spawn(call(router, LambdaEvent::new(event, context))).await {
        Ok(Ok(outcome)) => return outcome,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::error!(request_id, reason, "a function failed");
    Outcome {
        response: internal_server_error(),
        usage: Usage::default(),
        audit: Vec::new(),
    }
}

async fn call(router: Router, event: LambdaEvent<Vec<u8>>) -> Result<Outcome, answer::Malformed> {
    let request: LambdaRequest = serde_json::from_slice(&event.payload)?;
    let record = Arc::new(OnceLock::new());
    let kept = Arc::clone(&record);
    // The record of the request is not a part of the JSON response, so it is taken from the response before the
    // conversion.
    let function = ServiceExt::<Request>::map_response(router, move |response: Response| {
        if let Some(record) = response.extensions().get::<RequestRecord>() {
            let _ = kept.set((record.usage.clone(), record.audit.clone()));
        }
        response
    });
    let event = LambdaEvent::new(request, event.context);
    // The adapter must not live across an await, because it is not `Send`. Routers are always ready.
    let answering = Adapter::from(function).call(readable(event));
    let Ok(answer) = answering.await;
    let (usage, audit) = record.get().cloned().unwrap_or_default();
    Ok(Outcome {
        response: answer::response(&serde_json::to_vec(&answer)?)?,
        usage,
        audit,
    })
}
