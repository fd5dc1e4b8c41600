use axum::Router;
use lambda_http::http::{Method, Request};

use super::*;
use crate::gateway::routes::Target;

fn event_of(request: Request<()>, body: &[u8]) -> Value {
    let (head, ()) = request.into_parts();
    let origin = Origin::of(&head, "127.0.0.9:40000".parse().expect("an address"), "id=").expect("a sound request");
    let target = Target {
        key: "POST /a/{id}".to_owned(),
        router: Router::new(),
    };
    let parameters = [("id".to_owned(), "x".to_owned())].into();
    let found = Found {
        target: &target,
        parameters,
    };
    let bytes = json(&head, body, &origin, &found);
    // A function can parse the event.
    lambda_http::request::from_str(std::str::from_utf8(&bytes).expect("text")).expect("an event");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn post(uri: &str) -> lambda_http::http::request::Builder {
    Request::builder()
        .method(Method::POST)
        .uri(uri)
        .header("host", "127.0.0.1:3000")
}

#[test]
fn an_event_has_the_request_and_its_origin() {
    let request = post("/a/x?b=1&c=%20&b=2")
        .header("user-agent", "probe")
        .header("x-forwarded-for", "10.0.0.1");
    let event = event_of(request.body(()).expect("a request"), b"");
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["routeKey"], "POST /a/{id}");
    assert_eq!(event["rawPath"], "/a/x");
    assert_eq!(event["rawQueryString"], "b=1&c=%20&b=2");
    assert_eq!(event["queryStringParameters"], json!({ "b": "1,2", "c": " " }));
    assert_eq!(event["pathParameters"], json!({ "id": "x" }));
    let context = &event["requestContext"];
    let http = json!({ "method": "POST", "path": "/a/x", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.9", "userAgent": "probe" });
    assert_eq!(context["http"], http);
    assert_eq!(
        (&context["stage"], &context["domainName"]),
        (&json!("$default"), &json!("127.0.0.1:3000"))
    );
    let headers = json!({
        "host": "127.0.0.1:3000", "user-agent": "probe",
        "x-forwarded-for": "10.0.0.1, 127.0.0.9", "x-forwarded-port": "3000", "x-forwarded-proto": "http",
    });
    assert_eq!(event["headers"], headers);
    assert!(event.get("cookies").is_none() && event.get("body").is_none());
}

#[test]
fn cookies_are_separate_and_repeated_headers_are_joined() {
    let request = post("/a/x")
        .header("Cookie", "a=1; b=2")
        .header("cookie", "c=3")
        .header("X-Tag", "1")
        .header("x-tag", "2");
    let event = event_of(request.body(()).expect("a request"), b"");
    assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
    assert_eq!(event["headers"]["x-tag"], "1,2");
    assert!(event["headers"].get("cookie").is_none());
}

#[test]
fn header_values_keep_letters_beyond_ascii() {
    let request = post("/a/x")
        .header("cookie", "theme=größe; a=1".as_bytes())
        .header("cookie", b"b=\xe9".as_slice())
        .header("user-agent", "Ö/1".as_bytes());
    let event = event_of(request.body(()).expect("a request"), b"");
    assert_eq!(event["cookies"], json!(["theme=größe", "a=1", "b=é"]));
    assert_eq!(event["requestContext"]["http"]["userAgent"], "Ö/1");
}

#[test]
fn bodies_are_text_or_base64_by_their_type() {
    let body_of = |media_type: Option<&str>, body: &[u8]| {
        let request = post("/a/x");
        let request = match media_type {
            Some(media_type) => request.header("content-type", media_type),
            None => request,
        };
        let event = event_of(request.body(()).expect("a request"), body);
        (
            event["body"].as_str().expect("a body").to_owned(),
            event["isBase64Encoded"] == true,
        )
    };
    let text = |body: &str| (body.to_owned(), false);
    let base64 = |body: &str| (body.to_owned(), true);
    assert_eq!(body_of(Some("application/json; charset=utf-8"), b"{}"), text("{}"));
    assert_eq!(body_of(Some("Text/Plain"), b"a"), text("a"));
    assert_eq!(
        body_of(Some("application/x-www-form-urlencoded"), b"a=b"),
        base64("YT1i")
    );
    assert_eq!(body_of(None, b"{}"), base64("e30="));
    assert_eq!(body_of(Some("text/plain"), b"\xff"), base64("/w=="));
}

#[test]
fn paths_are_decoded() {
    assert_eq!(decoded_path("/a%2Fb/%C3%A9").as_deref(), Some("/a/b/\u{e9}"));
    assert_eq!(decoded_path("/a%3Fadmin=true").as_deref(), Some("/a"));
    assert_eq!(decoded_path("*"), None);
}

#[test]
fn hostile_requests_result_in_valid_events() {
    for uri in [
        "/a/%00",
        "/a/%0d%0aX:1",
        "/a//..%2f..%2fetc",
        "/%23?%23#",
        "/a?%",
        "//evil.test/a",
    ] {
        event_of(post(uri).body(()).expect("a request"), b"x");
    }
    let headers = post("/")
        .header("x", b"\xff\xfe".as_slice())
        .header("cookie", "\u{1F36A}=1;;=; ");
    event_of(headers.body(()).expect("a request"), b"");
}

#[test]
fn an_invalid_host_is_refused() {
    let peer = "127.0.0.1:1".parse().expect("an address");
    for host in ["", "a b", "[", "a:b:c"] {
        let request = Request::builder()
            .uri("/")
            .header("host", host)
            .body(())
            .expect("a request");
        assert!(Origin::of(&request.into_parts().0, peer, "id=").is_none(), "{host:?}");
    }
}
