//! Identity providers as records. Their effects are in the tests of the function `social`.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::domain::{RecordId, SocialProvider};
use shared::testkit::better_auth::sign_up;
use shared::testkit::platform::{admin, assert_error, assert_invalid, assert_unauthorized, invalid_fields};
use shared::testkit::race::{count, exactly_one_wins, send_at_once};
use shared::testkit::{Answer, TestApp, text};

use super::{ROOT, start, start_with};

const PROVIDERS: &str = "/v1/admin/social-providers";
const NOW: &str = "2026-01-31T12:00:00.000Z";
const SECRET: &str = "GOCSPX-1234567890";

async fn create(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.post(PROVIDERS).bearer(token).json(body).send().await
}

async fn call(app: &TestApp, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    app.request(method, path).bearer(token).json(body).send().await
}

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(path).bearer(token).send().await
}

fn provider(name: &str) -> Value {
    json!({"provider": name, "client_id": "client-1", "client_secret": SECRET})
}

fn with(name: &str, fields: &Value) -> Value {
    let mut provider = provider(name);
    for (field, value) in fields.as_object().expect("an object") {
        provider[field] = value.clone();
    }
    provider
}

/// The record as the table has it.
async fn stored(app: &TestApp, id: &Value) -> SocialProvider {
    let id = RecordId::parse(&text(id)).expect("an id");
    let found = app.core().store.find_entry::<SocialProvider>(None, id).await;
    found.expect("an answer").expect("a record").value
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_created_changed_toggled_and_deleted() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let redirect = "http://127.0.0.1:3000/auth/callback";
    let body = with(
        "google",
        &json!({"redirect_uri": redirect, "scopes": ["profile", "email", "email"]}),
    );
    let created = create(&app, &root, &body).await.expect(201).json();
    let expected = json!({
        "id": created["id"], "provider": "google", "client_id": "client-1", "client_secret": "********7890",
        "redirect_uri": redirect, "scopes": ["profile", "email"], "enabled": true, "created_at": NOW, "updated_at": NOW,
    });
    assert_eq!(created, expected);
    let path = format!("{PROVIDERS}/{}", text(&created["id"]));
    assert_eq!(get(&app, &root, &path).await.expect(200).json(), created);
    let list = get(&app, &root, PROVIDERS).await.expect(200).json();
    assert_eq!(list, json!({"providers": [created], "total": 1}));

    let change = json!({
        "provider": "acme", "client_id": "client-2", "client_secret": "another secret", "redirect_uri": "", "scopes": [],
        "issuer": "https://login.acme.example/tenant", "enabled": false,
    });
    let changed = call(&app, &root, "PUT", &path, &change).await.expect(200).json();
    let expected = json!({
        "id": created["id"], "provider": "acme", "client_id": "client-2", "client_secret": "********cret",
        "redirect_uri": null, "issuer": "https://login.acme.example/tenant", "enabled": false, "created_at": NOW,
        "updated_at": NOW,
    });
    assert_eq!(changed, expected);

    let toggle = async || {
        let request = app.request("PATCH", &format!("{path}/toggle")).bearer(&root);
        request.send().await.expect(200).json()["enabled"].clone()
    };
    assert_eq!([toggle().await, toggle().await], [json!(true), json!(false)]);

    let deleted = call(&app, &root, "DELETE", &path, &json!({})).await.expect(200);
    assert_eq!(
        deleted.json(),
        json!({"message": "Social provider deleted successfully"})
    );
    for unknown in [path.as_str(), &format!("{PROVIDERS}/nonsense")] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = call(&app, &root, method, unknown, &json!({})).await;
            assert_error(&answer, 404, "Social provider not found");
        }
        let toggle = app.request("PATCH", &format!("{unknown}/toggle")).bearer(&root);
        assert_error(&toggle.send().await, 404, "Social provider not found");
    }
    let _ = create(&app, &root, &provider("acme")).await.expect(400);
    let _ = create(&app, &root, &provider("google")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_never_shown_and_kept_by_an_update_without_one() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let created = create(&app, &root, &provider("google")).await.expect(201);
    assert!(!created.text().contains(SECRET));
    let id = created.json()["id"].clone();
    let path = format!("{PROVIDERS}/{}", text(&id));
    let first = stored(&app, &id).await;
    let json = serde_json::to_string(&first).expect("JSON");
    assert!(
        !json.contains("12345") && !format!("{first:?}").contains("12345"),
        "{json}"
    );
    // A client may return the record as it received it.
    for body in [
        json!({"client_id": "client-2"}),
        created.json(),
        json!({"client_secret": "********7890"}),
    ] {
        let kept = call(&app, &root, "PUT", &path, &body).await.expect(200);
        assert_eq!(kept.json()["client_secret"], "********7890");
        assert_eq!(stored(&app, &id).await.client_secret, first.client_secret);
    }
    let change = json!({"client_secret": "short"});
    let changed = call(&app, &root, "PUT", &path, &change).await.expect(200).json();
    assert_eq!(changed["client_secret"], "********");
    assert_ne!(stored(&app, &id).await.client_secret, first.client_secret);
}

/// A client that has read the record before a rotation of the secret must not make the masked form the secret.
#[tokio::test(flavor = "multi_thread")]
async fn the_masked_form_of_another_secret_is_no_secret() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let reason = "is the masked form of another secret";
    for masked in ["********", "********1234", "********7890"] {
        let body = with("google", &json!({"client_secret": masked}));
        assert_invalid(&create(&app, &root, &body).await, "client_secret", reason);
    }
    let created = create(&app, &root, &provider("google")).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&created["id"]));
    for stale in ["********", "********1234"] {
        let answer = call(&app, &root, "PUT", &path, &json!({"client_secret": stale})).await;
        assert_invalid(&answer, "client_secret", reason);
    }
    let stars = json!({"client_secret": "********12345"});
    let _ = call(&app, &root, "PUT", &path, &stars).await.expect(200);
}

/// Another issuer would receive the secret, although no administrator can read it.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_issuer_or_the_name_needs_the_secret() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let acme = with("acme", &json!({"issuer": "https://login.acme.example"}));
    let created = create(&app, &root, &acme).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&created["id"]));
    let needed = "is required when the issuer or the provider changes";
    for change in [
        json!({"issuer": "https://evil.example"}),
        json!({"provider": "other"}),
        json!({"provider": "google", "issuer": ""}),
    ] {
        for secret in [Value::Null, json!("********7890")] {
            let mut change = change.clone();
            if secret.is_string() {
                change["client_secret"] = secret;
            }
            let answer = call(&app, &root, "PUT", &path, &change).await;
            assert_invalid(&answer, "client_secret", needed);
        }
        let mut change = change.clone();
        change["client_secret"] = json!(SECRET);
        let _ = call(&app, &root, "PUT", &path, &change).await.expect(200);
        let back = with("acme", &json!({"issuer": "https://login.acme.example"}));
        let _ = call(&app, &root, "PUT", &path, &back).await.expect(200);
    }
    // The built-in issuer by its name is no other one.
    let google = create(&app, &root, &provider("google")).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&google["id"]));
    let named = json!({"issuer": "https://accounts.google.com"});
    let _ = call(&app, &root, "PUT", &path, &named).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_unique() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let _ = create(&app, &root, &provider("google")).await.expect(201);
    let taken = "Social provider already exists";
    assert_error(&create(&app, &root, &provider("google")).await, 409, taken);
    let other = create(&app, &root, &provider("github")).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&other["id"]));
    let change = json!({"provider": "google", "client_secret": SECRET});
    let renamed = call(&app, &root, "PUT", &path, &change).await;
    assert_error(&renamed, 409, taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_a_provider_at_once_one_gets_it() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    exactly_one_wins(&app, 201, &[409], move |app, _| {
        app.post(PROVIDERS).bearer(&root).json(&provider("google"))
    })
    .await;
}

/// Each toggle takes the record as the one before it left it.
#[tokio::test(flavor = "multi_thread")]
async fn toggles_at_once_all_count() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    let created = create(&app, &root, &provider("google")).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&created["id"]));
    let (token, toggle) = (root.clone(), format!("{path}/toggle"));
    let answers = send_at_once(&app, move |app, _| app.request("PATCH", &toggle).bearer(&token)).await;
    let toggled = count(&answers, 200);
    assert!(
        answers
            .iter()
            .all(|answer| [200, 503].contains(&answer.status.as_u16())),
        "{answers:?}"
    );
    let left = get(&app, &root, &path).await.expect(200).json();
    assert_eq!(left["enabled"], json!(toggled.is_multiple_of(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let wrong = json!({
        "provider": "Google!", "client_id": "", "client_secret": "x".repeat(1025), "redirect_uri": "javascript:alert(1)",
        "scopes": ["a b"], "issuer": "http://login.example", "enabled": "yes",
    });
    let all = [
        "provider",
        "client_id",
        "client_secret",
        "redirect_uri",
        "scopes",
        "issuer",
        "enabled",
    ];
    assert_eq!(invalid_fields(&create(&app, &root, &wrong).await), all);
    let created = create(&app, &root, &provider("google")).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&created["id"]));
    assert_eq!(invalid_fields(&call(&app, &root, "PUT", &path, &wrong).await), all);
    assert_eq!(
        invalid_fields(&create(&app, &root, &json!({})).await),
        ["provider", "client_id", "client_secret"]
    );
    for (field, value) in [
        ("provider", json!("credential")),
        ("provider", json!("x".repeat(33))),
        ("client_id", json!("tab\t")),
        ("client_secret", json!("line\n")),
        ("client_secret", json!(null)),
        ("scopes", json!("email")),
        ("scopes", json!(vec!["x"; 31])),
        ("scopes", json!(["\""])),
        ("redirect_uri", json!("http://127.0.0.1:3000/#fragment")),
        ("redirect_uri", json!("/path")),
        ("issuer", json!("https://login.example?a=b")),
        ("issuer", json!("http://localhost:4000")),
        ("issuer", json!("ftp://127.0.0.1/")),
        ("issuer", json!("https://localhost:4000")),
        ("issuer", json!("https://10.0.0.1")),
        ("issuer", json!("https://169.254.169.254")),
        ("issuer", json!("https://[fd00:ec2::254]")),
        ("issuer", json!("https://2130706433:4000")),
        ("issuer", json!("https://0:4000")),
        ("issuer", json!("https://intranet")),
        ("issuer", json!(" https://host.test")),
        ("issuer", json!("https://host.test/\n")),
        ("issuer", json!("https:host.test")),
        ("issuer", json!("https:///host.test")),
        ("issuer", json!("https://user:pw@host.test")),
        ("issuer", json!("https://evil.test\\@good.test")),
        ("redirect_uri", json!(" http://127.0.0.1:3000/callback")),
    ] {
        let body = with("acme", &json!({"issuer": "https://login.example", field: value}));
        assert_eq!(invalid_fields(&create(&app, &root, &body).await), [field], "{value}");
    }
}

/// Authorization codes would be sent to the redirect URI, and requests of the service to the issuer.
#[tokio::test(flavor = "multi_thread")]
async fn urls_are_those_that_the_deployment_permits() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let evil = with("google", &json!({"redirect_uri": "https://evil.example/callback"}));
    assert_invalid(
        &create(&app, &root, &evil).await,
        "redirect_uri",
        "must have a trusted origin",
    );
    let local = with("acme", &json!({"issuer": "http://127.0.0.1:4000"}));
    let _ = create(&app, &root, &local).await.expect(201);

    let app = start_with(&[
        ("PUBLIC_URL", "https://auth.example.com"),
        ("TRUSTED_ORIGINS", "https://app.example.com"),
    ])
    .await;
    let root = admin(&app, ROOT).await;
    let needed = "must be an https URL of a DNS name";
    assert_invalid(&create(&app, &root, &local).await, "issuer", needed);
    for local in ["https://127.0.0.1:4000", "https://[::1]"] {
        let body = with("acme", &json!({"issuer": local}));
        assert_invalid(&create(&app, &root, &body).await, "issuer", needed);
    }
    let body = with(
        "acme",
        &json!({"issuer": "https://login.example", "redirect_uri": "https://app.example.com/callback"}),
    );
    let created = create(&app, &root, &body).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&created["id"]));
    let change = json!({"issuer": "http://[::1]:4000", "client_secret": SECRET});
    assert_invalid(&call(&app, &root, "PUT", &path, &change).await, "issuer", needed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_belongs_to_openid_providers_and_most_need_it() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    assert_invalid(
        &create(&app, &root, &provider("acme")).await,
        "issuer",
        "is required for this provider",
    );
    let github = with("github", &json!({"issuer": "https://github.com"}));
    assert_eq!(invalid_fields(&create(&app, &root, &github).await), ["issuer"]);
    let google = with("google", &json!({"issuer": "https://accounts.google.com"}));
    let created = create(&app, &root, &google).await.expect(201).json();
    let path = format!("{PROVIDERS}/{}", text(&created["id"]));
    for change in [
        json!({"provider": "github", "client_secret": SECRET}),
        json!({"provider": "acme", "issuer": "", "client_secret": SECRET}),
    ] {
        assert_eq!(
            invalid_fields(&call(&app, &root, "PUT", &path, &change).await),
            ["issuer"]
        );
    }
    let kept = call(&app, &root, "PUT", &path, &json!({"issuer": null}))
        .await
        .expect(200);
    assert!(kept.json().get("issuer").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_are_kept_by_administrators_of_the_platform_only() {
    let app = start().await;
    let user = sign_up(&app, "ada@example.com").await;
    let path = format!("{PROVIDERS}/01890a5d-ac96-774b-bcce-b302099a8057");
    for (method, path) in [
        ("GET", PROVIDERS.to_owned()),
        ("POST", PROVIDERS.to_owned()),
        ("GET", path.clone()),
        ("PUT", path.clone()),
        ("DELETE", path.clone()),
        ("PATCH", format!("{path}/toggle")),
    ] {
        let request = || app.request(method, &path).json(&provider("google"));
        assert_unauthorized(&request().send().await);
        let refused = request().bearer(&user).send().await;
        assert_eq!(refused.status.as_u16(), 403, "{method} {path}");
    }
}
