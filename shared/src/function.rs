//! Runs the routes of a function on Lambda.

use std::sync::Arc;

use aws_types::SdkConfig;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, LambdaEvent, RequestExt as _, Service as _, lambda_runtime, service_fn};
use percent_encoding::percent_decode_str;

use crate::aws;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::contract::unknown;
use crate::domain::Contract;
use crate::entropy::OsEntropy;
use crate::http::cors::Sharing;
use crate::http::{AppState, logs, request_log};
use crate::operations::Core;

pub type Error = lambda_http::Error;

/// Adds to a function's routes what every function has: responses to unknown paths and methods, headers for pages of
/// other origins, a default of no caching, and the request log.
pub fn app(routes: Router<AppState>, state: AppState) -> Router {
    let mut routes = routes
        .fallback(unknown::answer)
        .method_not_allowed_fallback(unknown::answer);
    if !Contract::ALL
        .iter()
        .all(|contract| state.config.contracts.contains(contract))
    {
        routes = routes.layer(from_fn_with_state(state.clone(), unknown::refuse_switched_off));
    }
    routes
        .layer(from_fn_with_state(state.clone(), around))
        .with_state(state)
}

/// One layer for all, because each layer is added to every route when the function starts.
async fn around(app: State<AppState>, request: Request, next: Next) -> Response {
    let sharing = Sharing::of(&request, &app.config.settings.trusted_origins);
    let mut response = if has_path_of_event(&request) {
        without_caching(request_log::record(app, request, next).await)
    } else {
        without_caching(unknown::refuse_path(request).await)
    };
    sharing.add_to(&mut response);
    response
}

/// Whether the request was routed by the path that API Gateway received. The gateway decodes the path, and `lambda_http`
/// parses the result as a URL, which resolves `..` and ends the path at `?`: an id such as `..%2Fusers%2FID`, which a
/// client has encoded correctly, would choose another operation.
fn has_path_of_event<B>(request: &http::Request<B>) -> bool {
    let path = request.raw_http_path();
    path.is_empty() || percent_decode_str(path).eq(percent_decode_str(request.uri().path()))
}

/// Most responses belong to one user, and many contain a secret: a response that may be cached sets the header itself.
fn without_caching(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The routes of a function crate in all contracts. The state is passed in for middleware that needs it.
pub type Routes = fn(&AppState) -> Router<AppState>;

/// What every function does at a cold start: it begins to log, reads the settings, and builds the clients.
pub fn cold_start() -> Result<(Config, SdkConfig, Core), Error> {
    logs::init();
    let config = Config::from_environment()?;
    let sdk = aws::on_lambda();
    let core = aws::core(&config, &sdk, Arc::new(OsEntropy))?;
    Ok((config, sdk, core))
}

/// Runs a function on Lambda: clients are built once, then requests are served until the execution environment ends.
pub async fn serve(routes: Routes) -> Result<(), Error> {
    let (config, _, core) = cold_start()?;
    let state = AppState::new(core, config, Arc::new(SystemClock), request_log::to_stdout);
    let handler = app(routes(&state), state);
    let invoke = |event: LambdaEvent<LambdaRequest>| {
        let answering = Adapter::from(handler.clone()).call(readable(event));
        async move {
            let Ok(answer) = answering.await;
            Ok::<_, Error>(answer)
        }
    };
    lambda_runtime::run(service_fn(invoke)).await
}

/// Removes the cookies of an event that no HTTP header can carry, such as those with control characters:
/// `lambda_http` would otherwise drop the header with all cookies, and with it the session of the user.
pub fn readable(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    if let LambdaRequest::ApiGatewayV2(request) = &mut event.payload
        && let Some(cookies) = &mut request.cookies
    {
        cookies.retain(|cookie| HeaderValue::from_str(cookie).is_ok());
    }
    event
}

#[cfg(test)]
mod tests {
    use lambda_http::{Context, Request};
    use serde_json::json;

    use super::*;

    fn event(path: &str, cookies: &[&str]) -> LambdaEvent<LambdaRequest> {
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": {},
            "cookies": cookies, "isBase64Encoded": false,
            "requestContext": {
                "accountId": "1", "apiId": "1", "domainName": "x", "domainPrefix": "x", "requestId": "1",
                "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""},
                "routeKey": "$default", "stage": "$default", "time": "", "timeEpoch": 0
            }
        });
        let event: LambdaRequest = serde_json::from_str(&event.to_string()).expect("an event");
        LambdaEvent::new(event, Context::default())
    }

    #[test]
    fn a_path_parameter_chooses_no_other_route() {
        let is_served = |path: &str| {
            let request: Request = event(path, &[]).payload.into();
            has_path_of_event(&request)
        };
        for path in [
            "/",
            "/v1/admin/users/1",
            "/v1/app-role/by-name/größe 1",
            "/v1/a%b",
            "/v1/a.b/..c",
            "/v1/a%2541",
        ] {
            assert!(is_served(path), "{path}");
        }
        for path in [
            "/v1/admin/email-templates/../users/1",
            "/v1/admin/email-templates/%2e%2E/users/1",
            "/v1/admin/email-templates/.\t./users/1",
            "/v1/admin/email-templates/..\\users\\1",
            "/v1/organizations/1/members/..",
            "/v1/organizations/1/./members",
            "/v1/organizations/1?x/members",
            "/v1/organizations/1#x/members",
        ] {
            assert!(!is_served(path), "{path}");
        }
    }

    #[test]
    fn a_cookie_that_no_header_can_carry_does_not_hide_the_others() {
        let event = event("/", &["theme=größe", "bell=\u{7}", "session=1"]);
        let request: Request = readable(event).payload.into();
        let cookies = request.headers()["cookie"].as_bytes();
        assert_eq!(String::from_utf8_lossy(cookies), "theme=größe; session=1");
    }
}
