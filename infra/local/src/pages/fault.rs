//! Faults of the local AWS, set and shown over HTTP, so that developers can observe how the service handles them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use lambda_http::http::StatusCode;
use local_aws::{Faults, Mode, Service, UnknownName};
use serde::Deserialize;

use super::state::Pages;
use crate::response::message;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    service: String,
    mode: String,
}

/// The mode of each service.
pub(crate) async fn show(State(pages): State<Pages>) -> Json<BTreeMap<&'static str, &'static str>> {
    Json(modes(pages.aws.faults()))
}

/// Sets the mode of one service, and shows the modes of all.
pub(crate) async fn set(State(pages): State<Pages>, fault: Result<Json<Fault>, JsonRejection>) -> Response {
    let outcome = fault
        .map_err(|rejection| rejection.body_text())
        .and_then(|Json(fault)| apply(pages.aws.faults(), &fault).map_err(|unknown| unknown.to_string()));
    match outcome {
        Ok(()) => show(State(pages)).await.into_response(),
        Err(reason) => message(StatusCode::BAD_REQUEST, &reason),
    }
}

fn apply(faults: &Faults, fault: &Fault) -> Result<(), UnknownName> {
    faults.set(fault.service.parse()?, fault.mode.parse()?);
    Ok(())
}

fn modes(faults: &Faults) -> BTreeMap<&'static str, &'static str> {
    let mode = |service| Mode::as_str(faults.get(service));
    Service::ALL
        .into_iter()
        .map(|service| (service.as_str(), mode(service)))
        .collect()
}
