//! `POST /update-session`: sets the fields that an application stores in sessions. This service stores none, so every
//! request fails as in the framework without such fields, and changes nothing.

use shared::contract::better_auth::{Body, Failure, Signed, UpdateSessionRequest};

pub async fn update_session(_: Signed, Body(body): Body<UpdateSessionRequest>) -> Failure {
    match body.forbidden {
        Some(name) => Failure::field_not_allowed(&name),
        None => Failure::no_fields_to_update(),
    }
}
