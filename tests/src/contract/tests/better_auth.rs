//! That the departures of the Better Auth contract are let pass, and nothing beside them.

use http::HeaderMap;
use serde_json::{Value, json};

use super::{Contract, check, headers, signed_up, user};

#[test]
fn a_time_that_the_client_does_not_take_for_one_is_drift() {
    let times = [
        "2026-01-31T12:00:00Z",
        "2026-01-31T13:00:00.000+01:00",
        "2026-02-30T12:00:00.000Z",
        "yesterday",
    ];
    for time in times {
        let drift = signed_up(|body| body["user"]["createdAt"] = json!(time)).unwrap_err();
        assert_eq!(drift.pointer, "/user/createdAt", "{time}");
    }
    let drift = signed_up(|body| body["user"]["createdAt"] = json!(1_700_000_000)).unwrap_err();
    assert_eq!(drift.pointer, "/user/createdAt");
}

#[test]
fn null_is_absent_for_an_optional_field_of_better_auth_alone() {
    let session = json!({ "session": { "id": "s", "impersonatedBy": null }, "user": { "banExpires": null } });
    check(Contract::better_auth(), "GET /api/auth/get-session", 200, &session).unwrap();
    let drift = signed_up(|body| body["user"]["email"] = Value::Null).unwrap_err();
    assert_eq!(drift.pointer, "/user/email");

    let me = |photo| {
        let body = json!({
            "id": 1, "email": "a@example.test", "firstName": "A", "lastName": "B", "roles": ["User"],
            "isTwoFactorEnable": false, "photo": photo,
        });
        check(Contract::teams(), "GET /auth/me", 200, &body)
    };
    me(json!("https://example.test/photo.jpg")).unwrap();
    assert_eq!(me(json!(7)).unwrap_err().pointer, "/photo");
}

#[test]
fn a_null_answer_passes_only_where_the_client_expects_one() {
    check(Contract::better_auth(), "GET /api/auth/get-session", 200, &Value::Null).unwrap();
    check(
        Contract::better_auth(),
        "POST /api/auth/organization/set-active",
        200,
        &Value::Null,
    )
    .unwrap();
    check(
        Contract::better_auth(),
        "GET /api/auth/list-sessions",
        200,
        &Value::Null,
    )
    .unwrap_err();
}

#[test]
fn an_empty_body_passes_only_where_the_client_looks_at_the_status_alone() {
    let empty = |contract: &Contract, path, status| contract.check("POST", path, status, &HeaderMap::new(), b"");
    empty(Contract::better_auth(), "/api/auth/change-password", 401).unwrap();
    let drift = empty(Contract::better_auth(), "/api/auth/change-password", 400).unwrap_err();
    assert_eq!(drift.problem, "the body is empty");
    empty(Contract::basic(), "/api/auth/login", 401).unwrap_err();
}

#[test]
fn the_alternative_that_was_meant_is_named() {
    let mut body = json!({ "redirect": false, "token": "t", "url": null, "user": user() });
    check(Contract::better_auth(), "POST /api/auth/sign-in/email", 200, &body).unwrap();
    body["user"]["createdAt"] = json!("today");
    let drift = check(Contract::better_auth(), "POST /api/auth/sign-in/email", 200, &body).unwrap_err();
    assert_eq!(drift.pointer, "/user/createdAt");
    body = json!({ "redirect": false });
    let drift = check(Contract::better_auth(), "POST /api/auth/sign-in/email", 200, &body).unwrap_err();
    assert!(
        drift.problem.contains(r#""token" is a required property, or "#),
        "{drift}"
    );
}

#[test]
fn the_newer_names_are_held_against_the_documented_ones() {
    let ok = json!({ "status": true, "message": "If this email exists, a mail is on its way" });
    check(
        Contract::better_auth(),
        "POST /api/auth/request-password-reset",
        200,
        &ok,
    )
    .unwrap();
    let wrong = json!({ "status": "yes" });
    check(
        Contract::better_auth(),
        "POST /api/auth/request-password-reset",
        200,
        &wrong,
    )
    .unwrap_err();

    let undocumented = "POST /api/auth/is-username-available";
    check(
        Contract::better_auth(),
        undocumented,
        200,
        &json!({ "available": true }),
    )
    .unwrap();
    check(Contract::better_auth(), undocumented, 400, &json!({ "code": "X" })).unwrap_err();
}

#[test]
fn a_refusal_that_only_the_framework_knows_looks_like_the_documented_one() {
    let taken = json!({ "code": "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "message": "User already exists." });
    check(Contract::better_auth(), "POST /api/auth/sign-up/email", 422, &taken).unwrap();
    check(Contract::better_auth(), "POST /api/auth/sign-up/email", 422, &json!({})).unwrap_err();
    check(Contract::better_auth(), "POST /api/auth/sign-in/email", 422, &taken).unwrap_err();
}

#[test]
fn a_redirect_says_where() {
    let redirect = |pairs| {
        Contract::better_auth().check(
            "GET",
            "/api/auth/reset-password/abc?callbackURL=/x",
            302,
            &headers(pairs),
            b"",
        )
    };
    assert_eq!(redirect(&[]).unwrap_err().pointer, "Location");
    redirect(&[("location", "/x?token=abc")]).unwrap();
    redirect(&[("location", "https://app.example.test/x?token=abc")]).unwrap();
}

#[test]
fn a_sign_in_with_a_callback_sends_the_client_there() {
    let mut body = json!({ "redirect": true, "token": "t", "url": "/home", "user": user() });
    check(Contract::better_auth(), "POST /api/auth/sign-in/email", 200, &body).unwrap();
    body["url"] = json!(7);
    check(Contract::better_auth(), "POST /api/auth/sign-in/email", 200, &body).unwrap_err();
}

#[test]
fn metadata_is_an_object_where_an_organization_is_made_and_a_string_where_it_is_read() {
    let organization = |metadata| json!({ "id": "o", "name": "O", "slug": "o", "createdAt": "2026-01-31T12:00:00.000Z", "metadata": metadata });
    let (object, text) = (organization(json!({ "a": 1 })), organization(json!(r#"{"a":1}"#)));
    let answers = |operation, body| check(Contract::better_auth(), operation, 200, body).is_ok();
    assert!(answers("POST /api/auth/organization/create", &object));
    assert!(!answers("POST /api/auth/organization/create", &text));
    assert!(answers("GET /api/auth/organization/get-full-organization", &text));
    assert!(!answers("GET /api/auth/organization/get-full-organization", &object));
    assert!(answers(
        "POST /api/auth/organization/create",
        &organization(Value::Null)
    ));
}
