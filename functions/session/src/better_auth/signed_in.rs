//! The response to a sign-in by any name.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use serde::Serialize;
use shared::contract::better_auth::{User, ask_for_second_factor, cookies};
use shared::domain::Redirect;
use shared::http::{AppState, known_device};
use shared::operations::SignedIn;

#[derive(Serialize)]
struct SignedInUser {
    /// Whether the client must redirect the browser to `url`.
    redirect: bool,
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    user: User,
}

pub fn signed_in(app: &AppState, signed_in: &SignedIn, callback: Option<&Redirect>) -> Response {
    let opened = match signed_in {
        SignedIn::Session(opened) => opened,
        SignedIn::SecondFactor(challenge) => {
            let mut response = ask_for_second_factor(challenge, &app.config);
            // The sign-in checked this cookie: the browser must present a second factor, so it is not trusted.
            cookies::clear_trusted_device(&mut response, &app.config);
            known_device::set(&mut response, challenge.known_device.as_ref(), &app.config);
            return response;
        }
    };
    let url = callback.map(ToString::to_string);
    let location = url.as_deref().and_then(|url| url.parse().ok());
    let answer = SignedInUser {
        redirect: url.is_some(),
        token: opened.token.to_string(),
        url,
        user: User::from(&opened.user),
    };
    let mut response = Json(answer).into_response();
    cookies::set_session(&mut response, &opened.session, &opened.token, &app.config);
    if let Some(device) = &opened.trusted_device {
        cookies::set_trusted_device(&mut response, device, &app.config);
    }
    known_device::set(&mut response, opened.known_device.as_ref(), &app.config);
    if let Some(location) = location {
        // The framework sends this header with a 200: the client redirects the browser.
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
