//! Bodies of the `platform` contract: JSON only, and 400 with the fields that are wrong.

use axum::extract::{FromRequest, Request};

use super::failure::Failure;
use crate::contract::fields::ReadBody;
use crate::contract::reading::{Accept, read};
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
                    forms: false,
                    empty: false,
                },
            )
            .await?,
        ))
    }
}
