//! The caller of operations for other services: a service token, or an AWS principal. A user's token is not accepted.

use axum::extract::FromRequestParts;
use http::HeaderName;
use http::request::Parts;
use lambda_http::request::RequestContext;

use super::failure::Failure;
use crate::domain::token::PlainServiceToken;
use crate::http::AppState;
use crate::operations::ServiceCredential;

const SERVICE_TOKEN: HeaderName = HeaderName::from_static("x-service-token");

/// The credential of a service, whose token is yet to be verified.
#[derive(Debug)]
pub struct Service(pub ServiceCredential);

impl FromRequestParts<AppState> for Service {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Failure> {
        if is_signed_by_principal(parts) {
            return Ok(Self(ServiceCredential::Iam));
        }
        let mut values = parts.headers.get_all(SERVICE_TOKEN).iter();
        let value = values.next().ok_or_else(Failure::unauthorized)?;
        let token = value.to_str().ok().filter(|_| values.next().is_none());
        let token = token.and_then(|text| PlainServiceToken::parse(text).ok());
        token
            .map(|token| Self(ServiceCredential::Token(token)))
            .ok_or_else(Failure::invalid_token)
    }
}

/// API Gateway describes the principal in the event, and only for a route with IAM authorization. Nothing that a client
/// sends can become this part of the event.
fn is_signed_by_principal(parts: &Parts) -> bool {
    match parts.extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => {
            let authorizer = context.authorizer.as_ref();
            authorizer.is_some_and(|authorizer| authorizer.iam.is_some())
        }
        _ => false,
    }
}
