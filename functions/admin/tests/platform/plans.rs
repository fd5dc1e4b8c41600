//! Organization-type plans as records. Their effects are in the tests of the functions that take seats.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::better_auth::sign_up;
use shared::testkit::platform::{admin, assert_error, assert_unauthorized, invalid_fields};
use shared::testkit::race::{exactly_one_wins, send_at_once};
use shared::testkit::{Answer, TestApp, text};

use super::{OTHER, ROOT, start};

const PLANS: &str = "/v1/admin/organization-type-plans";
const NOW: &str = "2026-01-31T12:00:00.000Z";

async fn create(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.post(PLANS).bearer(token).json(body).send().await
}

async fn call(app: &TestApp, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    app.request(method, path).bearer(token).json(body).send().await
}

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    app.get(path).bearer(token).send().await
}

fn plan(name: &str) -> Value {
    json!({
        "org_type": "BUSINESS", "plan": name, "can_create_business_org": false, "max_business_orgs_per_user": 2,
        "max_active_business_orgs_per_user": 1, "max_members": 50, "max_active_members": 10,
    })
}

fn names(answer: &Value) -> Vec<(String, String)> {
    let data = answer["data"].as_array().expect("data").iter();
    data.map(|plan| (text(&plan["org_type"]), text(&plan["plan"])))
        .collect()
}

async fn id_of_admin(app: &TestApp, token: &str) -> Value {
    let created = create(app, token, &plan("ENTERPRISE")).await.expect(201).json();
    created["created_by"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_created_changed_and_deleted() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let other = admin(&app, OTHER).await;
    let mut body = plan("TEAM_GROWTH");
    body["features"] = json!({"ai_features": true, "limits": {"storage": 5}});
    let created = create(&app, &root, &body).await.expect(201).json();
    let author = created["created_by"].clone();
    let mut expected = body.clone();
    for (field, value) in [("created_at", json!(NOW)), ("updated_at", json!(NOW))] {
        expected[field] = value;
    }
    for (field, value) in [
        ("id", created["id"].clone()),
        ("created_by", author.clone()),
        ("updated_by", author.clone()),
    ] {
        expected[field] = value;
    }
    assert_eq!(created, expected);
    let path = format!("{PLANS}/{}", text(&created["id"]));
    assert_eq!(get(&app, &root, &path).await.expect(200).json(), created);

    let change = json!({"max_members": 60, "can_create_business_org": true, "features": {}});
    let changed = call(&app, &other, "PUT", &path, &change).await.expect(200).json();
    assert_eq!(
        (
            &changed["max_members"],
            &changed["can_create_business_org"],
            &changed["features"]
        ),
        (&json!(60), &json!(true), &json!({}))
    );
    assert_eq!(
        (&changed["max_active_members"], &changed["plan"]),
        (&json!(10), &json!("TEAM_GROWTH"))
    );
    let second = id_of_admin(&app, &other).await;
    assert_eq!((&changed["created_by"], &changed["updated_by"]), (&author, &second));
    assert_ne!(author, second);

    let deleted = call(&app, &root, "DELETE", &path, &json!({})).await.expect(200);
    assert_eq!(
        deleted.json(),
        json!({"message": "Organization type plan deleted successfully"})
    );
    for unknown in [path.as_str(), &format!("{PLANS}/nonsense")] {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = call(&app, &root, method, unknown, &json!({})).await;
            assert_error(&answer, 404, "Organization type plan not found");
        }
    }
    // The name is free again.
    let _ = create(&app, &root, &plan("TEAM_GROWTH")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_new_plan_does_not_say_has_the_default_of_the_document() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let body = json!({"org_type": "SOLO", "plan": "SOLO_TRIAL"});
    let created = create(&app, &root, &body).await.expect(201).json();
    for (field, value) in [
        ("can_create_business_org", json!(false)),
        ("max_business_orgs_per_user", json!(1)),
        ("max_active_business_orgs_per_user", json!(1)),
        ("max_members", json!(100)),
        ("max_active_members", json!(5)),
    ] {
        assert_eq!(created[field], value, "{field}");
    }
    assert!(created.get("features").is_none());
}

/// Once: a built-in record that was deleted stays deleted.
#[tokio::test(flavor = "multi_thread")]
async fn two_plans_are_built_in() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    let token = root.clone();
    // The first requests create them together.
    let answers = send_at_once(&app, move |app, _| app.get(PLANS).bearer(&token)).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let listed = get(&app, &root, PLANS).await.expect(200).json();
    // Both are created in one commit, so either may come first.
    let plans = listed["data"].as_array().expect("plans");
    assert_eq!(plans.len(), 2);
    let [solo, team] = [("SOLO", "SOLO_FREE"), ("BUSINESS", "TEAM_STARTER")].map(|(kind, name)| {
        let built_in = plans
            .iter()
            .find(|plan| plan["org_type"] == kind && plan["plan"] == name);
        built_in.expect("a built-in plan").clone()
    });
    let terms = |plan: &Value| {
        let fields = [
            "can_create_business_org",
            "max_business_orgs_per_user",
            "max_active_business_orgs_per_user",
            "max_members",
            "max_active_members",
        ];
        json!(fields.map(|field| plan[field].clone()))
    };
    assert_eq!(terms(&solo), json!([true, 1, 1, 1, 1]));
    assert_eq!(terms(&team), json!([false, 1, 1, 100, 25]));
    assert!(team.get("created_by").is_none());
    let refused = create(&app, &root, &plan("TEAM_STARTER")).await;
    assert_error(
        &refused,
        409,
        "Organization type plan with same org_type and plan already exists",
    );
    for plan in [&solo, &team] {
        let path = format!("{PLANS}/{}", text(&plan["id"]));
        let _ = call(&app, &root, "DELETE", &path, &json!({})).await.expect(200);
    }
    assert!(names(&get(&app, &root, PLANS).await.expect(200).json()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_unique_for_its_type() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let created = create(&app, &root, &plan("TEAM_FREE")).await.expect(201).json();
    let taken = "Organization type plan with same org_type and plan already exists";
    assert_error(&create(&app, &root, &plan("TEAM_FREE")).await, 409, taken);
    let growth = create(&app, &root, &plan("TEAM_GROWTH")).await.expect(201).json();
    let path = format!("{PLANS}/{}", text(&growth["id"]));
    let renamed = call(&app, &root, "PUT", &path, &json!({"plan": "TEAM_FREE"})).await;
    assert_error(&renamed, 409, taken);
    let path = format!("{PLANS}/{}", text(&created["id"]));
    let _ = call(&app, &root, "PUT", &path, &json!({"plan": "ENTERPRISE"}))
        .await
        .expect(200);
    let _ = create(&app, &root, &plan("TEAM_FREE")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_a_plan_at_once_one_gets_it() {
    let app = Arc::new(start().await);
    let root = admin(&app, ROOT).await;
    exactly_one_wins(&app, 201, &[409], move |app, _| {
        app.post(PLANS).bearer(&root).json(&plan("TEAM_GROWTH"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_are_paged_and_filtered() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    for name in ["TEAM_FREE", "TEAM_GROWTH"] {
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let _ = create(&app, &root, &plan(name)).await.expect(201);
    }
    for (query, shown, total) in [
        ("", vec!["SOLO_FREE", "TEAM_STARTER", "TEAM_FREE", "TEAM_GROWTH"], 4),
        ("?limit=1&page=3", vec!["TEAM_FREE"], 4),
        ("?orgType=SOLO", vec!["SOLO_FREE"], 1),
        ("?orgType=BUSINESS&plan=TEAM_GROWTH", vec!["TEAM_GROWTH"], 1),
        ("?orgType=SOLO&plan=TEAM_GROWTH", vec![], 0),
    ] {
        let answer = get(&app, &root, &format!("{PLANS}{query}")).await.expect(200).json();
        let mut plans: Vec<_> = names(&answer).into_iter().map(|(_, plan)| plan).collect();
        let mut shown: Vec<_> = shown.into_iter().map(str::to_owned).collect();
        plans.sort();
        shown.sort();
        assert_eq!(
            (plans, &answer["pagination"]["total"]),
            (shown, &json!(total)),
            "{query}"
        );
    }
    for (query, field) in [
        ("?page=0", "page"),
        ("?limit=101", "limit"),
        ("?orgType=TEAM", "orgType"),
        ("?plan=FREE", "plan"),
    ] {
        let refused = get(&app, &root, &format!("{PLANS}{query}")).await.expect(400).json();
        assert_eq!(refused["details"][0]["field"], field);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let wrong = json!({
        "org_type": "TEAM", "plan": null, "can_create_business_org": "yes", "features": [],
        "max_business_orgs_per_user": -1, "max_active_business_orgs_per_user": 1.5, "max_members": 0,
        "max_active_members": 5_000_000_000_u64,
    });
    let all = [
        "org_type",
        "plan",
        "can_create_business_org",
        "features",
        "max_business_orgs_per_user",
        "max_active_business_orgs_per_user",
        "max_members",
        "max_active_members",
    ];
    assert_eq!(invalid_fields(&create(&app, &root, &wrong).await), all);
    let created = create(&app, &root, &plan("TEAM_FREE")).await.expect(201).json();
    let path = format!("{PLANS}/{}", text(&created["id"]));
    assert_eq!(invalid_fields(&call(&app, &root, "PUT", &path, &wrong).await), all);
    assert_eq!(
        invalid_fields(&create(&app, &root, &json!({})).await),
        ["org_type", "plan"]
    );
    let mut deep = json!({});
    for _ in 0..16 {
        deep = json!({ "a": deep });
    }
    for features in [json!({"x": "x".repeat(2048)}), deep] {
        let mut body = plan("TEAM_GROWTH");
        body["features"] = features;
        assert_eq!(invalid_fields(&create(&app, &root, &body).await), ["features"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_are_kept_by_administrators_of_the_platform_only() {
    let app = start().await;
    let user = sign_up(&app, "ada@example.com").await;
    let path = format!("{PLANS}/01890a5d-ac96-774b-bcce-b302099a8057");
    for (method, path) in [
        ("GET", PLANS),
        ("POST", PLANS),
        ("GET", &path),
        ("PUT", &path),
        ("DELETE", &path),
    ] {
        let request = || app.request(method, path).json(&plan("TEAM_FREE"));
        assert_unauthorized(&request().send().await);
        let refused = request().bearer(&user).send().await;
        assert_eq!(refused.status.as_u16(), 403, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_the_other_type_is_refused() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let mut body = plan("TEAM_FREE");
    body["org_type"] = json!("SOLO");
    assert_eq!(invalid_fields(&create(&app, &root, &body).await), ["plan"]);
    let created = create(&app, &root, &plan("TEAM_FREE")).await.expect(201).json();
    let path = format!("{PLANS}/{}", text(&created["id"]));
    for body in [json!({"org_type": "SOLO"}), json!({"plan": "SOLO_FREE"})] {
        assert_eq!(invalid_fields(&call(&app, &root, "PUT", &path, &body).await), ["plan"]);
    }
}
