//! Metadata of a request: its ids, its time and its source IP address. None of it is from a header that the client
//! could have written, except for the user agent, which is displayed and never trusted.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;
use jiff::Timestamp;
use lambda_http::Context;
use lambda_http::request::RequestContext;

use super::AppState;
use crate::operations::Client;

#[derive(Debug, Clone)]
pub struct Meta {
    /// The time of the request. The clock is read once, so that the whole request has one time.
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
    /// The first call reads the clock; later calls in the same request return the same time.
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

/// Lambda's id of the invocation, for the log.
pub fn lambda_request_id(extensions: &http::Extensions) -> Option<String> {
    extensions.get::<Context>().map(|context| context.request_id.clone())
}

/// API Gateway's id of the request, for the log and the response.
pub fn request_id(extensions: &http::Extensions) -> Option<String> {
    match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    }
}
