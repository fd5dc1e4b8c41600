//! Templates of mails: the records, and the mails that they make.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::better_auth::sign_up;
use shared::testkit::platform::{admin, assert_error, assert_invalid, assert_unauthorized, invalid_fields};
use shared::testkit::race::{count, exactly_one_wins, send_at_once};
use shared::testkit::{Answer, PASSWORD, TestApp, text};

use super::{ROOT, start};

const TEMPLATES: &str = "/v1/admin/email-templates";

fn template(name: &str, language: &str) -> Value {
    json!({
        "name": name, "type": "system", "subject": "Welcome, {{ name }}",
        "html_body": "<h1>Hello {{firstName}}</h1><a href=\"{{ url }}\">Verify</a>",
        "language": language, "is_active": true,
    })
}

fn with(name: &str, fields: &Value) -> Value {
    let mut template = template(name, "en");
    for (field, value) in fields.as_object().expect("an object") {
        template[field] = value.clone();
    }
    template
}

async fn create(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.post(TEMPLATES).bearer(token).json(body).send().await
}

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(path).bearer(token).send().await
}

async fn put(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.request("PUT", path).bearer(token).json(body).send().await
}

async fn created(app: &TestApp, token: &str, body: &Value) -> String {
    let created = create(app, token, body).await.expect(201).json();
    format!("{TEMPLATES}/{}", text(&created["id"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_created_changed_toggled_and_deleted() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let mut body = with(
        "verification",
        &json!({
            "text_body": "Hello {{firstName}}: {{ url }}", "shipper_name": "Platform Team",
            "shipper_email": "noreply@example.com", "response_email": "support@example.com",
            "variables": ["firstName", "url", "firstName"], "description": "Email template for user verification",
        }),
    );
    let record = create(&app, &root, &body).await.expect(201).json();
    let now = "2026-01-31T12:00:00.000Z";
    for (field, value) in [
        ("id", record["id"].clone()),
        ("variables", json!(["firstName", "url"])),
        ("created_at", json!(now)),
        ("updated_at", json!(now)),
    ] {
        body[field] = value;
    }
    assert_eq!(record, body);
    let path = format!("{TEMPLATES}/{}", text(&record["id"]));
    assert_eq!(get(&app, &root, &path).await.expect(200).json(), record);
    app.clock.advance(SignedDuration::from_secs(1));
    let change = json!({
        "name": "password_reset", "type": "mine", "subject": "S", "html_body": "<p>", "text_body": "", "language": "DE",
        "shipper_name": "", "shipper_email": "", "response_email": "", "variables": [], "description": "",
        "is_active": false,
    });
    let changed = put(&app, &root, &path, &change).await.expect(200).json();
    let expected = json!({
        "id": record["id"], "name": "password_reset", "type": "mine", "subject": "S", "html_body": "<p>",
        "language": "de", "variables": [], "is_active": false, "created_at": now,
        "updated_at": "2026-01-31T12:00:01.000Z",
    });
    assert_eq!(changed, expected);
    assert_eq!(put(&app, &root, &path, &json!({})).await.expect(200).json(), expected);
    for active in [true, false] {
        let toggled = app
            .request("PATCH", &format!("{path}/toggle"))
            .bearer(&root)
            .send()
            .await;
        assert_eq!(toggled.expect(200).json()["is_active"], active);
    }
    let deleted = app.request("DELETE", &path).bearer(&root).send().await.expect(200);
    assert_eq!(
        deleted.json(),
        json!({"message": "Email template deleted successfully"})
    );
    for (method, path) in [
        ("GET", path.clone()),
        ("PUT", path.clone()),
        ("DELETE", path.clone()),
        ("PATCH", format!("{path}/toggle")),
        ("GET", format!("{TEMPLATES}/x")),
    ] {
        let gone = app.request(method, &path).bearer(&root).json(&json!({})).send().await;
        assert_error(&gone, 404, "Email template not found");
    }
    // The name is free again, and fields with defaults may be absent.
    let body = json!({"name": "reset-password", "type": "system", "subject": "S", "html_body": "<p>"});
    let again = create(&app, &root, &body).await.expect(201).json();
    assert_eq!((&again["language"], &again["is_active"]), (&json!("en"), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_once_in_each_language() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let taken = "Email template with same name and language already exists";
    let _ = created(&app, &root, &template("verification", "en")).await;
    for name in ["verification", "verify-email", "Verify-Email"] {
        assert_error(&create(&app, &root, &template(name, "en")).await, 409, taken);
    }
    let german = created(&app, &root, &template("verify-email", "de")).await;
    assert_error(&put(&app, &root, &german, &json!({"language": "en"})).await, 409, taken);
    let change = json!({"name": "verification"});
    assert_eq!(
        put(&app, &root, &german, &change).await.expect(200).json()["name"],
        "verification"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_a_name_and_language_at_once_one_gets_it() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    exactly_one_wins(&app, 201, &[409], move |app, at| {
        let name = ["verification", "verify-email"][at % 2];
        app.post(TEMPLATES).bearer(&root).json(&template(name, "en"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_toggles_all_count() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    let path = created(&app, &root, &template("verification", "en")).await;
    let (toggle, token) = (format!("{path}/toggle"), root.clone());
    let answers = send_at_once(&app, move |app, _| app.request("PATCH", &toggle).bearer(&token)).await;
    assert_eq!(count(&answers, 200), 16);
    assert_eq!(get(&app, &root, &path).await.expect(200).json()["is_active"], true);
    let _ = sign_up(&app, "ada@example.com").await;
    assert_eq!(app.last_mail("verify-email").subject, "Welcome, Ada Lovelace");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_and_filtered() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    for (name, language, fields) in [
        ("verification", "en", json!({"description": "Confirms an address"})),
        ("verification", "fr", json!({"subject": "Bienvenue"})),
        ("reset-password", "en", json!({"type": "security"})),
    ] {
        app.clock.advance(SignedDuration::from_secs(1));
        let mut body = with(name, &fields);
        body["language"] = json!(language);
        let _ = created(&app, &root, &body).await;
    }
    let (verification, french, reset) = ("verification/en", "verification/fr", "reset-password/en");
    for (query, names, total) in [
        ("", vec![verification, french, reset], 3),
        ("?limit=2", vec![verification, french], 3),
        ("?limit=2&page=2", vec![reset], 3),
        ("?page=9", vec![], 3),
        ("?search=VERIF", vec![verification, french], 2),
        ("?search=bienvenue", vec![french], 1),
        ("?search=confirms", vec![verification], 1),
        ("?search=h1", vec![], 0),
        ("?type=security", vec![reset], 1),
        ("?type=secur", vec![], 0),
        ("?language=fr", vec![french], 1),
        ("?language=EN&search=verif&type=system", vec![verification], 1),
    ] {
        let answer = get(&app, &root, &format!("{TEMPLATES}{query}"))
            .await
            .expect(200)
            .json();
        let shown = answer["templates"].as_array().expect("templates").iter();
        let shown: Vec<_> = shown
            .map(|shown| format!("{}/{}", text(&shown["name"]), text(&shown["language"])))
            .collect();
        assert_eq!(
            (shown, &answer["total"]),
            (names.iter().map(ToString::to_string).collect(), &json!(total)),
            "{query}"
        );
    }
    for (query, field, message) in [
        ("?page=0", "page", "must be a whole number from 1"),
        ("?limit=101", "limit", "must be a whole number from 1 to 100"),
    ] {
        assert_invalid(&get(&app, &root, &format!("{TEMPLATES}{query}")).await, field, message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let wrong = json!({
        "name": "", "type": "x".repeat(51), "subject": "a\nb", "html_body": "x".repeat(40_001), "text_body": "\u{0}",
        "shipper_name": "a\r\nb", "shipper_email": "x", "response_email": 1, "variables": ["a b"],
        "description": "x".repeat(501), "language": "xx", "is_active": "yes",
    });
    let names = [
        "name",
        "type",
        "subject",
        "html_body",
        "text_body",
        "shipper_name",
        "shipper_email",
        "response_email",
        "variables",
        "description",
        "language",
        "is_active",
    ];
    assert_eq!(invalid_fields(&create(&app, &root, &wrong).await), names);
    let path = created(&app, &root, &template("verification", "en")).await;
    assert_eq!(invalid_fields(&put(&app, &root, &path, &wrong).await), names);
    assert_eq!(
        invalid_fields(&create(&app, &root, &json!({})).await),
        ["name", "type", "subject", "html_body"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_could_not_make_its_mail_is_not_saved() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let path = created(&app, &root, &template("verification", "en")).await;
    for (field, source, message) in [
        ("subject", "{{ code }}", "line 1: there is no variable `code`"),
        (
            "html_body",
            "<p>\n{{ password }}",
            "line 2: there is no variable `password`",
        ),
        ("html_body", "{{ name | safe }}", "line 1: there is no filter `safe`"),
        (
            "html_body",
            "{% for x in name %}{% endfor %}",
            "line 1: loops are not supported",
        ),
        (
            "text_body",
            "{% include 'x' %}",
            "line 1: other templates cannot be included",
        ),
        (
            "text_body",
            "{{ name",
            "line 1: unexpected end of input, expected end of variable block",
        ),
        ("variables", "code", "there is no variable `code`"),
    ] {
        let value = if field == "variables" {
            json!([source])
        } else {
            json!(source)
        };
        let change = json!({ field: value });
        assert_invalid(&put(&app, &root, &path, &change).await, field, message);
        assert_invalid(
            &create(&app, &root, &with("password_reset", &change)).await,
            field,
            message,
        );
    }
    // What the new kind does not have counts as well.
    assert_eq!(
        invalid_fields(&put(&app, &root, &path, &json!({"name": "email-changed"})).await),
        ["html_body"]
    );
    // No mail uses the name, so nothing is known of its variables.
    let other = with(
        "welcome",
        &json!({"html_body": "{{ planName }}", "variables": ["planName"]}),
    );
    let _ = created(&app, &root, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_mail_is_made_by_the_template() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let _ = sign_up(&app, "a@example.com").await;
    let built_in = app.last_mail("verify-email");
    let path = created(&app, &root, &template("verification", "en")).await;
    let _ = sign_up(&app, "b@example.com").await;
    let mail = app.last_mail("verify-email");
    assert_eq!(mail.subject, "Welcome, Ada Lovelace");
    let link = app.mailed_link("verify-email").replace('&', "&amp;");
    assert_eq!(
        mail.html.expect("an HTML part"),
        format!("<h1>Hello Ada</h1><a href=\"{link}\">Verify</a>")
    );
    // The link in the mail works.
    let token = app.mailed_token("verify-email");
    let verify = app
        .post("/v1/auth/verify-email")
        .json(&json!({"token": token}))
        .send()
        .await;
    let _ = verify.expect(200);
    let change = json!({"subject": "Changed", "text_body": "Open {{ url }}", "shipper_name": "The \"Team\""});
    let _ = put(&app, &root, &path, &change).await.expect(200);
    let _ = sign_up(&app, "c@example.com").await;
    let mail = app.last_mail("verify-email");
    assert_eq!(
        (mail.subject.as_str(), mail.from.as_str()),
        ("Changed", "\"The \\\"Team\\\"\" <no-reply@example.com>")
    );
    assert_eq!(
        mail.text.expect("a text part"),
        format!("Open {}", app.mailed_link("verify-email"))
    );
    let toggle = app
        .request("PATCH", &format!("{path}/toggle"))
        .bearer(&root)
        .send()
        .await;
    let _ = toggle.expect(200);
    let _ = sign_up(&app, "d@example.com").await;
    assert_eq!(app.last_mail("verify-email").subject, built_in.subject);
    let _ = put(&app, &root, &path, &json!({"is_active": true, "name": "other"}))
        .await
        .expect(200);
    let _ = sign_up(&app, "e@example.com").await;
    assert_eq!(app.last_mail("verify-email").subject, built_in.subject);
    let _ = put(&app, &root, &path, &json!({"name": "verify-email"}))
        .await
        .expect(200);
    let _ = sign_up(&app, "f@example.com").await;
    assert_eq!(app.last_mail("verify-email").subject, "Changed");
    let _ = app.request("DELETE", &path).bearer(&root).send().await.expect(200);
    let _ = sign_up(&app, "g@example.com").await;
    assert_eq!(app.last_mail("verify-email").subject, built_in.subject);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_a_user_is_no_markup() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let _ = created(&app, &root, &template("verification", "en")).await;
    let body = json!({"email": "eve@example.com", "password": PASSWORD, "name": "<script>alert(1)</script> \"&'"});
    let _ = app.post("/api/auth/sign-up/email").json(&body).send().await.expect(200);
    let html = app.last_mail("verify-email").html.expect("an HTML part");
    assert!(
        html.starts_with("<h1>Hello &lt;script&gt;alert(1)&lt;/script&gt;</h1>"),
        "{html}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_kept_by_administrators_of_the_platform_only() {
    let app = start().await;
    let user = sign_up(&app, "ada@example.com").await;
    let path = format!("{TEMPLATES}/01890a5d-ac96-774b-bcce-b302099a8057");
    for (method, path) in [
        ("GET", TEMPLATES.to_owned()),
        ("POST", TEMPLATES.to_owned()),
        ("GET", path.clone()),
        ("PUT", path.clone()),
        ("DELETE", path.clone()),
        ("PATCH", format!("{path}/toggle")),
    ] {
        let request = || app.request(method, &path).json(&template("verification", "en"));
        assert_unauthorized(&request().send().await);
        assert_eq!(
            request().bearer(&user).send().await.status.as_u16(),
            403,
            "{method} {path}"
        );
    }
}
