//! The authenticated user of a request in the `accounts` contract.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::failure::Failure;
use crate::contract::bearer::bearer;
use crate::http::AppState;
use crate::operations::Caller;

bearer!(Failure);

/// The user of a request that also a client without a session may send. A credential that is sent must be valid.
#[derive(Debug)]
pub struct OptionalBearer(pub Option<Caller>);

impl FromRequestParts<AppState> for OptionalBearer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Ok(Self(None));
        }
        let Bearer(caller) = Bearer::from_request_parts(parts, app).await?;
        Ok(Self(Some(caller)))
    }
}
