//! The handler of two kinds of events: SNS messages and API Gateway requests.

use std::fmt;

use aws_lambda_events::event::sns::SnsEvent;
use axum::Router;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, LambdaEvent, Service as _};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use shared::function::{app, readable};
use shared::http::AppState;

use crate::trigger::{TriggerError, handle_sns};

/// The handler that Lambda runs.
pub struct Function {
    state: AppState,
    app: Router,
}

#[derive(Debug, thiserror::Error)]
pub enum InvocationError {
    #[error("the event is neither of SNS nor of API Gateway")]
    Unknown(#[from] serde_json::Error),
    #[error(transparent)]
    Trigger(#[from] TriggerError),
}

/// The source of an event. Clients cannot forge it: their input is nested deeper in an API Gateway event.
#[derive(Deserialize)]
struct Origin {
    #[serde(rename = "Records", default)]
    records: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    #[serde(rename = "EventSource")]
    event_source: Option<String>,
}

impl Function {
    pub fn new(state: AppState) -> Self {
        Self {
            app: app(crate::routes(&state), state.clone()),
            state,
        }
    }

    /// The response to API Gateway; `null` for SNS, which only distinguishes success from failure.
    pub async fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Value, InvocationError> {
        let LambdaEvent { payload, context } = event;
        if is_of_sns(&payload)? {
            let event: SnsEvent = serde_json::from_str(payload.get())?;
            handle_sns(&self.state, event, self.state.clock.now()).await?;
            return Ok(Value::Null);
        }
        let request: LambdaRequest = serde_json::from_str(payload.get())?;
        // Routers are always ready.
        let answering = Adapter::from(self.app.clone()).call(readable(LambdaEvent::new(request, context)));
        let Ok(answer) = answering.await;
        Ok(serde_json::to_value(answer)?)
    }
}

fn is_of_sns(event: &RawValue) -> Result<bool, serde_json::Error> {
    let origin: Origin = serde_json::from_str(event.get())?;
    let is_sns = |source: &Source| source.event_source.as_deref() == Some("aws:sns");
    Ok(!origin.records.is_empty() && origin.records.iter().all(is_sns))
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").finish_non_exhaustive()
    }
}
