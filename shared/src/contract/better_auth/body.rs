//! Request bodies of the `better_auth` contract: JSON or a form. An operation without required fields accepts an empty
//! body.

use axum::extract::{FromRequest, Request};

use super::failure::Failure;
use crate::contract::fields::ReadBody;
use crate::contract::reading::{Accept, MAX_BODY, read};
use crate::http::AppState;

#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: ReadBody> FromRequest<AppState> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Failure> {
        Ok(Self(
            read(
                request,
                Accept {
                    forms: true,
                    empty: true,
                    limit: MAX_BODY,
                },
            )
            .await?,
        ))
    }
}
