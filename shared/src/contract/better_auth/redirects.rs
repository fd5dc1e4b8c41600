//! Redirects of browsers in the `better_auth` contract. An untrusted target is rejected before any other check.
//!
//! In the framework, a relative target is a path on the origin of the service, which mostly is the application, too.
//! Here both are often apart. A relative target of a mail or of a provider is therefore a path on the origin that the
//! request came from, and refused where that is unknown: a user would end on an unknown path of this service, with a
//! token in the address bar.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{LOCATION, REFERRER_POLICY};

use super::failure::Failure;
use crate::config::Config;
use crate::domain::{Redirect, TrustedOrigins};
use crate::http::Meta;

/// Why a target is refused.
enum Refused {
    Untrusted,
    /// It is a path, and it is unknown of which origin.
    OfUnknownOrigin,
}

/// The final redirect target of a mail or a provider, if it is trusted.
pub fn callback(target: Option<&str>, meta: &Meta, config: &Config) -> Result<Option<Redirect>, Failure> {
    resolved(target, meta, config).map_err(|refused| match refused {
        Refused::Untrusted => Failure::invalid_callback_url(),
        Refused::OfUnknownOrigin => Failure::relative_callback_url(),
    })
}

/// The same check for a target that the contract names `redirectTo`.
pub fn redirect_to(target: Option<&str>, meta: &Meta, config: &Config) -> Result<Option<Redirect>, Failure> {
    resolved(target, meta, config).map_err(|refused| match refused {
        Refused::Untrusted => Failure::invalid_redirect_url(),
        Refused::OfUnknownOrigin => Failure::relative_redirect_url(),
    })
}

/// A target that is only returned to the client, which goes there by itself: a path stays one of the client's origin.
pub fn callback_of_client(target: Option<&str>, config: &Config) -> Result<Option<Redirect>, Failure> {
    let trusted = trusted(target, &config.settings.trusted_origins);
    trusted.map_err(|_| Failure::invalid_callback_url())
}

/// The target of a link that a browser opens, and that hands on no token. Without an application of another origin, a
/// path is one of this service, as in the framework.
pub fn callback_of_link(target: Option<&str>, config: &Config) -> Result<Option<Redirect>, Failure> {
    let target = callback_of_client(target, config)?;
    Ok(target.map(|target| of_application(&target, config).unwrap_or(target)))
}

/// As in the framework, an empty target counts as absent.
fn trusted(target: Option<&str>, origins: &TrustedOrigins) -> Result<Option<Redirect>, Refused> {
    let target = target.filter(|target| !target.is_empty());
    let trusted = target.map(|target| origins.redirect(target).map_err(|_| Refused::Untrusted));
    trusted.transpose()
}

fn resolved(target: Option<&str>, meta: &Meta, config: &Config) -> Result<Option<Redirect>, Refused> {
    let origins = &config.settings.trusted_origins;
    let Some(target) = trusted(target, origins)? else {
        return Ok(None);
    };
    if !target.is_path() {
        return Ok(Some(target));
    }
    let own = config.public_origin();
    let resolved = match meta.origin.as_deref().filter(|origin| origins.contain(origin)) {
        Some(origin) if own.as_deref() == Some(origin) => Some(target),
        Some(origin) => target.on(origin, origins),
        None => of_application(&target, config).or_else(|| {
            // No other origin is trusted, so the application is on that of the service.
            let is_alone = origins.sources().all(|origin| own.as_deref() == Some(&origin));
            is_alone.then_some(target)
        }),
    };
    resolved.map(Some).ok_or(Refused::OfUnknownOrigin)
}

/// `None`: the target is no path, or the application's origin is not configured and trusted.
fn of_application(target: &Redirect, config: &Config) -> Option<Redirect> {
    let origin = config.application.origin()?;
    target.on(&origin, &config.settings.trusted_origins)
}

/// A 302, which the contract documents for its GET operations. Their URLs have tokens, and some targets have one, so the
/// browser sends no referrer.
pub fn found(target: &str) -> Response {
    let headers = [(LOCATION, target), (REFERRER_POLICY, "no-referrer")];
    (StatusCode::FOUND, headers).into_response()
}
