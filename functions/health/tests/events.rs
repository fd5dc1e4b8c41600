//! The sample events are what the functions would be invoked with, on routes that there are.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::PathBuf;

use aws_lambda_events::event::dynamodb;
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Body, Request, RequestExt};
use local_aws::template::Template;
use serde_json::Value;
use shared::domain::SessionToken;

/// Name and text of each file.
fn samples() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../events");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let samples = files.map(|file| {
        (
            file.file_stem().unwrap().to_str().unwrap().to_owned(),
            fs::read_to_string(&file).unwrap(),
        )
    });
    samples.collect()
}

fn requests() -> Vec<(String, Request)> {
    // The authorizer's event is a request to another API.
    let is_request = |(name, text): &(String, String)| {
        name != "authorize" && serde_json::from_str::<Value>(text).unwrap()["version"] == "2.0"
    };
    let request = |(name, text): (String, String)| {
        let event: LambdaRequest = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, Request::from(event))
    };
    samples().into_iter().filter(is_request).map(request).collect()
}

#[test]
fn every_sample_is_an_event() {
    let names: Vec<_> = samples().into_iter().map(|(name, _)| name).collect();
    let main = [
        "sign-up",
        "sign-in",
        "get-session",
        "basic-login",
        "teams-sign-in",
        "forgot-password",
        "jwks",
        "mail-outbox",
        "event-outbox",
    ];
    for name in main {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
    for (name, text) in samples() {
        let event: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        if event["Records"][0]["eventSource"] == "aws:dynamodb" {
            let event: dynamodb::Event = serde_json::from_value(event).unwrap();
            assert_eq!(event.records[0].event_name, "INSERT", "{name}");
        }
    }
}

#[test]
fn requests_are_for_routes_of_the_template() {
    for (name, request) in requests() {
        let RequestContext::ApiGatewayV2(context) = request.request_context() else {
            panic!("{name} is no event of an HTTP API");
        };
        let (method, path) = (request.method().as_str(), request.uri().path());
        let route = Template::of_the_service().route_of(method, path);
        let route = route.unwrap_or_else(|| panic!("{name} is for no route"));
        let key = format!("{} {}", route.method, route.path);
        assert_eq!(context.route_key, Some(key), "{name}");
        assert_eq!(context.http.source_ip.as_deref(), Some("203.0.113.7"), "{name}");
    }
}

#[test]
fn bodies_are_json_of_the_length_that_is_stated() {
    for (name, request) in requests() {
        match request.body() {
            Body::Text(text) => {
                serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(request.headers()["content-length"], text.len().to_string(), "{name}");
            }
            Body::Empty => assert_eq!(request.method(), "GET", "{name}"),
            _ => panic!("{name} has a body of another kind"),
        }
    }
}

/// So that an invocation goes as far as the table.
#[test]
fn the_session_token_has_the_form_of_one() {
    let (_, request) = requests().into_iter().find(|(name, _)| name == "get-session").unwrap();
    let bearer = request.headers()["authorization"].to_str().unwrap();
    assert!(SessionToken::parse(bearer.strip_prefix("Bearer ").unwrap()).is_ok());
}
