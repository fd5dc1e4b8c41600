//! That drift is seen: each case is an answer that a client would accept by mistake, or one that must pass.

mod better_auth;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::{Contract, Drift};

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
        .collect()
}

/// An answer with a JSON body.
fn check(contract: &Contract, operation: &str, status: u16, body: &Value) -> Result<(), Drift> {
    check_with(contract, operation, status, &[], body)
}

fn check_with(
    contract: &Contract,
    operation: &str,
    status: u16,
    more: &[(&'static str, &'static str)],
    body: &Value,
) -> Result<(), Drift> {
    let (method, path) = operation.split_once(' ').unwrap();
    let headers = headers(&[&[("content-type", "application/json")], more].concat());
    contract.check(method, path, status, &headers, body.to_string().as_bytes())
}

fn user() -> Value {
    json!({
        "id": "0198c2de", "email": "a@example.test", "name": "A", "image": null, "emailVerified": false,
        "createdAt": "2026-01-31T12:00:00.000Z", "updatedAt": "2026-01-31T12:00:00.000Z",
    })
}

fn signed_up(change: impl FnOnce(&mut Value)) -> Result<(), Drift> {
    let mut body = json!({ "token": "t", "user": user() });
    change(&mut body);
    check(Contract::better_auth(), "POST /api/auth/sign-up/email", 200, &body)
}

#[test]
fn every_operation_is_known() {
    let count = |contract: &Contract| contract.operations().len();
    assert_eq!(count(Contract::better_auth()), 78);
    assert_eq!(count(Contract::basic()), 3);
    assert_eq!(count(Contract::teams()), 14);
    assert_eq!(count(Contract::platform()), 103);
    assert_eq!(count(Contract::accounts()), 28);

    let all = Contract::teams().operations();
    let me = all.iter().find(|operation| operation.path == "/auth/me").unwrap();
    assert_eq!((me.method.as_str(), me.operation_id.as_str()), ("GET", "getMe"));
    assert_eq!((me.capability.as_str(), me.principal.as_str()), ("profile", "user JWT"));
}

#[test]
fn every_schema_compiles() {
    for contract in [
        Contract::better_auth(),
        Contract::basic(),
        Contract::teams(),
        Contract::platform(),
        Contract::accounts(),
    ] {
        for entry in &contract.document.entries {
            for schema in entry.answers.values().flat_map(|answer| answer.content.values()) {
                // Whether it passes is beside the point.
                drop(schema.check(&Value::Null));
            }
        }
    }
}

#[test]
fn a_documented_answer_passes() {
    signed_up(|_| ()).unwrap();
    signed_up(|body| body["another"] = json!(1)).unwrap();
}

#[test]
fn a_wrong_type_is_drift() {
    let drift = signed_up(|body| body["user"]["emailVerified"] = json!("no")).unwrap_err();
    assert_eq!(
        drift.to_string(),
        r#"POST /api/auth/sign-up/email answered 200, /user/emailVerified: "no" is not of type "boolean""#
    );
}

#[test]
fn a_missing_field_is_drift() {
    let drift = signed_up(|body| drop(body["user"].as_object_mut().unwrap().remove("name"))).unwrap_err();
    assert_eq!(
        (drift.pointer.as_str(), drift.problem.as_str()),
        ("/user", r#""name" is a required property"#)
    );
}

#[test]
fn an_undocumented_status_is_drift() {
    let error = json!({ "detail": "x" });
    let drift = check(Contract::basic(), "POST /api/auth/login", 418, &error).unwrap_err();
    assert_eq!(
        drift.to_string(),
        "POST /api/auth/login answered 418, the whole of it: this status is not documented"
    );
}

#[test]
fn an_unknown_operation_is_drift() {
    for operation in [
        "GET /api/auth/login",
        "POST /api/auth/logon",
        "POST /v1/login",
        "POST /login",
    ] {
        let drift = check(Contract::basic(), operation, 200, &json!({})).unwrap_err();
        assert_eq!(drift.problem, "the contract has no such operation");
    }
}

#[test]
fn formats_are_asserted() {
    for (field, value) in [("id", "7"), ("email", "not an address")] {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        let mut body = json!({ "id": id, "email": "a@example.test", "first_name": "A", "last_name": "B" });
        check(Contract::basic(), "POST /api/auth/signup", 201, &body).unwrap();
        body[field] = json!(value);
        let drift = check(Contract::basic(), "POST /api/auth/signup", 201, &body).unwrap_err();
        assert_eq!(drift.pointer, format!("/{field}"));
    }
    let drift = signed_up(|body| body["user"]["image"] = json!("no uri")).unwrap_err();
    assert_eq!(drift.pointer, "/user/image");
}

#[test]
fn too_many_requests_say_how_long_to_wait() {
    for (contract, operation, body) in [
        (
            Contract::basic(),
            "POST /api/auth/login",
            json!({ "detail": "Too many attempts" }),
        ),
        (
            Contract::better_auth(),
            "POST /api/auth/sign-in/email",
            json!({ "message": "Too many requests" }),
        ),
    ] {
        assert_eq!(
            check(contract, operation, 429, &body).unwrap_err().pointer,
            "Retry-After"
        );
        check_with(contract, operation, 429, &[("retry-after", "soon")], &body).unwrap_err();
        check_with(contract, operation, 429, &[("retry-after", "0")], &body).unwrap_err();
        check_with(contract, operation, 429, &[("retry-after", "60")], &body).unwrap();
    }
}

#[test]
fn unavailable_looks_like_the_other_errors_and_says_how_long_to_wait() {
    let wait = [("retry-after", "5")];
    let error = json!({ "detail": "Service unavailable" });
    check_with(Contract::basic(), "POST /api/auth/login", 503, &wait, &error).unwrap();
    check_with(Contract::basic(), "POST /api/auth/login", 503, &wait, &json!({})).unwrap_err();
    assert_eq!(
        check(Contract::basic(), "POST /api/auth/login", 503, &error)
            .unwrap_err()
            .pointer,
        "Retry-After"
    );
    // Documented: the answer of a probe, which does not wait.
    let drift = check(Contract::platform(), "GET /v1/health/ready", 503, &json!([])).unwrap_err();
    assert_ne!(drift.pointer, "Retry-After");
}

#[test]
fn the_content_type_is_part_of_the_answer() {
    let body = br#"{"detail":"Invalid credentials"}"#;
    let html = headers(&[("content-type", "text/html")]);
    let drift = Contract::basic()
        .check("POST", "/api/auth/login", 401, &html, body)
        .unwrap_err();
    assert_eq!(drift.pointer, "Content-Type");
    let charset = headers(&[("content-type", "application/json; charset=utf-8")]);
    Contract::basic()
        .check("POST", "/api/auth/login", 401, &charset, body)
        .unwrap();
    let drift = Contract::basic()
        .check("POST", "/api/auth/login", 401, &charset, b"{")
        .unwrap_err();
    assert!(drift.problem.starts_with("the body is not JSON"), "{drift}");
}

#[test]
fn no_content_means_none() {
    let path = "/v1/organizations/550e8400-e29b-41d4-a716-446655440000";
    Contract::platform()
        .check("DELETE", path, 204, &HeaderMap::new(), b"")
        .unwrap();
    Contract::platform()
        .check("DELETE", path, 204, &HeaderMap::new(), b"{}")
        .unwrap_err();
}

#[test]
fn a_literal_segment_wins_over_a_parameter() {
    let find = |path| {
        Contract::platform()
            .document
            .find("GET", path)
            .unwrap()
            .operation
            .path
            .clone()
    };
    assert_eq!(find("/admin/keys/status"), "/v1/admin/keys/status");
    assert_eq!(find("/admin/keys/abc"), "/v1/admin/keys/{kid}");
    assert!(Contract::platform().document.find("GET", "/admin/keys/").is_none());
}
