//! `POST /update-session`: what an application keeps in sessions beside what the service does. It keeps nothing, so whatever the current
//! client asks for is told apart as in the framework without fields of an application, and nothing changes.

use shared::contract::better_auth::{Body, Failure, Signed, UpdateSessionRequest};

pub async fn update_session(_: Signed, Body(body): Body<UpdateSessionRequest>) -> Failure {
    match body.forbidden {
        Some(name) => Failure::field_not_allowed(&name),
        None => Failure::no_fields_to_update(),
    }
}
