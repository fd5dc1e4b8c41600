//! The protocol from a function's side, over a plain HTTP client.

use super::*;
use crate::client::{self, Http};
use http_body_util::{BodyExt, Full};

struct Function {
    http: Http,
    base: String,
}

impl Function {
    fn of(api: &RuntimeApi) -> Self {
        Self {
            http: client::http(),
            base: format!("http://{}/2018-06-01/runtime", api.address()),
        }
    }

    async fn send(&self, method: &str, path: &str, body: &'static str) -> Response<Bytes> {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        let response = self
            .http
            .request(request.body(Full::from(body)).unwrap())
            .await
            .unwrap();
        let (head, body) = response.into_parts();
        Response::from_parts(head, body.collect().await.unwrap().to_bytes())
    }
}

/// Sends `event` to the function's next poll and returns the id of the invocation.
async fn invoke(api: &mut RuntimeApi, function: &Function, event: &'static str) -> String {
    let (answer, ()) = tokio::join!(function.send("GET", "/invocation/next", ""), async {
        let Call::Next { event: sender, .. } = api.next_call().await else {
            panic!("not a poll")
        };
        sender.send(Bytes::from_static(event.as_bytes())).unwrap();
    });
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.body(), event);
    answer.headers()["lambda-runtime-aws-request-id"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn an_event_comes_with_the_headers_of_lambda() {
    let mut api = RuntimeApi::start().await.unwrap();
    let function = Function::of(&api);
    let (answer, ()) = tokio::join!(function.send("GET", "/invocation/next", ""), async {
        let Call::Next { event, .. } = api.next_call().await else {
            panic!("not a poll")
        };
        event.send(Bytes::from_static(b"{}")).unwrap();
    });
    let header = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("lambda-runtime-aws-request-id").len(), 36);
    assert!(header("lambda-runtime-deadline-ms").parse::<u128>().unwrap() > 0);
    assert!(header("lambda-runtime-invoked-function-arn").starts_with("arn:aws:lambda:"));
    let trace = header("lambda-runtime-trace-id");
    assert!(
        trace.starts_with("Root=1-65920080-") && trace.contains(";Parent="),
        "{trace}"
    );
}

#[tokio::test]
async fn an_answer_is_accepted_once() {
    let mut api = RuntimeApi::start().await.unwrap();
    let function = Function::of(&api);
    let id = invoke(&mut api, &function, r#"{"n":1}"#).await;
    let path = format!("/invocation/{id}/response");

    let first = function.send("POST", &path, r#"{"statusCode":200}"#).await;
    assert_eq!(
        (first.status().as_u16(), first.body().as_ref()),
        (202, br#"{"status":"OK"}"#.as_slice())
    );
    let Call::Response { body, .. } = api.next_call().await else {
        panic!("not an answer")
    };
    assert_eq!(body, r#"{"statusCode":200}"#);

    let second = function.send("POST", &path, "{}").await;
    assert_eq!(second.status(), 400);
    assert!(String::from_utf8_lossy(second.body()).contains("InvalidRequestID"));
}

#[tokio::test]
async fn invocations_have_distinct_ids() {
    let mut api = RuntimeApi::start().await.unwrap();
    let function = Function::of(&api);
    let first = invoke(&mut api, &function, "{}").await;
    function
        .send("POST", &format!("/invocation/{first}/response"), "{}")
        .await;
    api.next_call().await;
    assert_ne!(invoke(&mut api, &function, "{}").await, first);
}

#[tokio::test]
async fn errors_reach_the_driver() {
    let mut api = RuntimeApi::start().await.unwrap();
    let function = Function::of(&api);

    let answer = function
        .send("POST", "/init/error", r#"{"errorMessage":"no table"}"#)
        .await;
    assert_eq!(answer.status(), 202);
    assert!(matches!(api.next_call().await, Call::InitError { body } if body.ends_with(b"\"no table\"}")));

    let id = invoke(&mut api, &function, "{}").await;
    let answer = function
        .send("POST", &format!("/invocation/{id}/error"), r#"{"errorMessage":"boom"}"#)
        .await;
    assert_eq!(answer.status(), 202);
    assert!(matches!(api.next_call().await, Call::InvocationError { body } if body.ends_with(b"\"boom\"}")));
}
