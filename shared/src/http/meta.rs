//! What the gateway knows of a request: its id, when it came, and from where. Nothing here is taken from a header that
//! the client could have written, but for the user agent, which is shown and never trusted.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;
use jiff::Timestamp;
use lambda_http::request::RequestContext;

use super::AppState;
use crate::operations::Client;

#[derive(Debug, Clone)]
pub struct Meta {
    /// When the request came. Read once: all that a request does happens at this time.
    pub now: Timestamp,
    pub client: Client,
}

impl FromRequestParts<AppState> for Meta {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, app))
    }
}

impl Meta {
    /// The first one to ask reads the clock; the rest of the request sees the same time.
    pub fn of(parts: &mut Parts, app: &AppState) -> Self {
        if let Some(known) = parts.extensions.get::<Self>() {
            return known.clone();
        }
        let user_agent = parts
            .headers
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let client = Client {
            ip: source_ip(parts),
            user_agent: user_agent.to_owned(),
        };
        let meta = Self {
            now: app.clock.now(),
            client,
        };
        parts.extensions.insert(meta.clone());
        meta
    }
}

fn source_ip(parts: &Parts) -> String {
    match parts.extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// API Gateway's id of the request, for the log and the answer.
pub fn request_id(extensions: &http::Extensions) -> Option<String> {
    match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    }
}
