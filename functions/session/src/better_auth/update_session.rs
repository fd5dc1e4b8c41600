//! `POST /update-session`: the fields that an application keeps in sessions. This service keeps none, so every request
//! fails as in the framework without such fields, and nothing changes.

use shared::contract::better_auth::{Body, Failure, Signed, UpdateSessionRequest};

pub async fn update_session(_: Signed, Body(body): Body<UpdateSessionRequest>) -> Failure {
    match body.forbidden {
        Some(name) => Failure::field_not_allowed(&name),
        None => Failure::no_fields_to_update(),
    }
}
