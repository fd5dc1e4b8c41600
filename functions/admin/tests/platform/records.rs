//! Administered records: what all kinds have in common, with app-role matrices, and these themselves.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::better_auth::sign_up;
use shared::testkit::platform::{admin, assert_error, assert_invalid, assert_unauthorized, invalid_fields};
use shared::testkit::race::{count, exactly_one_wins, send_at_once};
use shared::testkit::{Answer, TestApp, text};

use super::{ROOT, start};

const MATRICES: &str = "/v1/admin/app-role-matrix";

async fn create(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.post(MATRICES).bearer(token).json(body).send().await
}

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(path).bearer(token).send().await
}

fn matrix(name: &str) -> Value {
    json!({"name": name, "roles": ["MANAGER", "SPECIALIST"]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_is_created_changed_toggled_and_deleted() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let body = json!({"name": "HR", "description": "People", "roles": ["MANAGER", "ESS", "MANAGER"]});
    let created = create(&app, &root, &body).await.expect(201).json();
    let now = "2026-01-31T12:00:00.000Z";
    assert_eq!(
        created,
        json!({
            "id": created["id"], "name": "HR", "description": "People", "roles": ["MANAGER", "ESS"], "active": true,
            "created_at": now, "updated_at": now,
        })
    );
    let path = format!("{MATRICES}/{}", text(&created["id"]));
    assert_eq!(get(&app, &root, &path).await.expect(200).json(), created);
    let by_name = get(&app, &root, &format!("{MATRICES}/by-name/hr")).await;
    assert_eq!(by_name.expect(200).json(), created);
    let change = json!({"name": "People", "roles": ["ESS"]});
    let changed = app
        .request("PUT", &path)
        .bearer(&root)
        .json(&change)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&changed["name"], &changed["roles"], &changed["description"]),
        (&json!("People"), &json!(["ESS"]), &json!("People"))
    );
    assert_error(
        &get(&app, &root, &format!("{MATRICES}/by-name/HR")).await,
        404,
        "App role matrix not found",
    );
    for active in [false, true] {
        let toggled = app
            .request("PATCH", &format!("{path}/toggle-active"))
            .bearer(&root)
            .send()
            .await;
        assert_eq!(toggled.expect(200).json()["active"], active);
    }
    let deleted = app.request("DELETE", &path).bearer(&root).send().await.expect(200);
    assert_eq!(
        deleted.json(),
        json!({"message": "App role matrix deleted successfully"})
    );
    for (method, path) in [
        ("GET", path.clone()),
        ("PUT", path.clone()),
        ("DELETE", path.clone()),
        ("PATCH", format!("{path}/toggle-active")),
        ("GET", format!("{MATRICES}/x")),
        ("GET", format!("{MATRICES}/by-name/People")),
    ] {
        let gone = app.request(method, &path).bearer(&root).json(&json!({})).send().await;
        assert_error(&gone, 404, "App role matrix not found");
    }
    // The name is free again.
    let _ = create(&app, &root, &matrix("people")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_once_whatever_its_case() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let _ = create(&app, &root, &matrix("HR")).await.expect(201);
    assert_error(&create(&app, &root, &matrix("hr")).await, 409, "Name already exists");
    let other = text(&create(&app, &root, &matrix("CRM")).await.expect(201).json()["id"]);
    let path = format!("{MATRICES}/{other}");
    let taken = app
        .request("PUT", &path)
        .bearer(&root)
        .json(&json!({"name": "Hr"}))
        .send()
        .await;
    assert_error(&taken, 409, "Name already exists");
    let own = app
        .request("PUT", &path)
        .bearer(&root)
        .json(&json!({"name": "crm"}))
        .send()
        .await;
    assert_eq!(own.expect(200).json()["name"], "crm");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_a_name_at_once_one_gets_it() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    exactly_one_wins(&app, 201, &[409], move |app, _| {
        app.post(MATRICES).bearer(&root).json(&matrix("HR"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_renamings_to_a_name_one_succeeds() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    let mut paths = Vec::new();
    for at in 0..16 {
        let created = create(&app, &root, &matrix(&format!("app{at}")))
            .await
            .expect(201)
            .json();
        paths.push(format!("{MATRICES}/{}", text(&created["id"])));
    }
    exactly_one_wins(&app, 200, &[409], move |app, at| {
        app.request("PUT", &paths[at])
            .bearer(&root)
            .json(&json!({"name": "HR"}))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_toggles_all_count() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    let created = create(&app, &root, &matrix("HR")).await.expect(201).json();
    let path = format!("{MATRICES}/{}", text(&created["id"]));
    let (toggle, token) = (format!("{path}/toggle-active"), root.clone());
    let answers = send_at_once(&app, move |app, _| app.request("PATCH", &toggle).bearer(&token)).await;
    assert_eq!(count(&answers, 200), 16);
    assert_eq!(get(&app, &root, &path).await.expect(200).json()["active"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_and_filtered() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    for at in 0..3 {
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let body = json!({"name": format!("app{at}"), "roles": ["A"], "active": at != 1});
        let _ = create(&app, &root, &body).await.expect(201);
    }
    for (query, names, total, pages) in [
        ("", vec!["app0", "app1", "app2"], 3, 1),
        ("?limit=2", vec!["app0", "app1"], 3, 2),
        ("?limit=2&page=2", vec!["app2"], 3, 2),
        ("?limit=2&page=9", vec![], 3, 2),
        ("?activeOnly=true", vec!["app0", "app2"], 2, 1),
        ("?activeOnly=false", vec!["app0", "app1", "app2"], 3, 1),
    ] {
        let answer = get(&app, &root, &format!("{MATRICES}{query}")).await.expect(200).json();
        let data = answer["data"].as_array().expect("data").iter();
        let shown: Vec<_> = data.map(|matrix| text(&matrix["name"])).collect();
        assert_eq!(shown, names, "{query}");
        let pagination = &answer["pagination"];
        assert_eq!(
            (&pagination["total"], &pagination["totalPages"]),
            (&json!(total), &json!(pages)),
            "{query}"
        );
    }
    for (query, field, message) in [
        ("?page=0", "page", "must be a whole number from 1"),
        ("?limit=101", "limit", "must be a whole number from 1 to 100"),
        ("?activeOnly=maybe", "activeOnly", "must be a boolean"),
    ] {
        assert_invalid(&get(&app, &root, &format!("{MATRICES}{query}")).await, field, message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let wrong = json!({"name": "", "description": "x".repeat(501), "roles": [], "active": "maybe"});
    let created = create(&app, &root, &wrong).await;
    assert_eq!(invalid_fields(&created), ["name", "description", "roles", "active"]);
    let id = text(&create(&app, &root, &matrix("HR")).await.expect(201).json()["id"]);
    let changed = app
        .request("PUT", &format!("{MATRICES}/{id}"))
        .bearer(&root)
        .json(&wrong)
        .send()
        .await;
    assert_eq!(invalid_fields(&changed), ["name", "description", "roles", "active"]);
    for roles in [
        json!("A"),
        json!([1]),
        json!([""]),
        json!(["x".repeat(65)]),
        json!(["a\u{200b}b"]),
    ] {
        let body = json!({"name": "CRM", "roles": roles});
        assert_eq!(invalid_fields(&create(&app, &root, &body).await), ["roles"], "{roles}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_kept_by_administrators_of_the_platform_only() {
    let app = start().await;
    let user = sign_up(&app, "ada@example.com").await;
    let path = format!("{MATRICES}/01890a5d-ac96-774b-bcce-b302099a8057");
    for (method, path) in [
        ("GET", MATRICES.to_owned()),
        ("POST", MATRICES.to_owned()),
        ("GET", path.clone()),
        ("PUT", path.clone()),
        ("DELETE", path.clone()),
        ("PATCH", format!("{path}/toggle-active")),
        ("GET", format!("{MATRICES}/by-name/HR")),
    ] {
        let request = || app.request(method, &path).json(&matrix("HR"));
        assert_unauthorized(&request().send().await);
        assert_eq!(
            request().bearer(&user).send().await.status.as_u16(),
            403,
            "{method} {path}"
        );
    }
}
