//! The `platform` contract: the app roles that organizations may give to their members.

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::{AppRoleMatrix, Entry, RecordId};
use shared::store::Changes;
use shared::testkit::TestApp;
use shared::testkit::platform::{assert_error, assert_unauthorized};

use crate::start;
use crate::support::{OWNER, sign_up};

/// Stores matrices as an administrator of the platform does.
pub async fn store(app: &TestApp, matrices: &[(&str, Option<&str>, bool)]) {
    for (name, description, active) in matrices {
        let matrix = AppRoleMatrix {
            name: (*name).to_owned(),
            description: description.map(str::to_owned),
            roles: vec![format!("{name}_MANAGER")],
            active: *active,
        };
        let now = app.clock.now();
        let entry = Entry::new(RecordId::generate(now, &*app.core().entropy), None, matrix, now);
        let created = app.core().store.commit(Changes::new().create_entry(&entry)).await;
        created.expect("a commit");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_see_the_active_matrices() {
    let app = start().await;
    let user = sign_up(&app, OWNER).await;
    store(
        &app,
        &[("HR", Some("People"), true), ("Old", None, false), ("crm", None, true)],
    )
    .await;
    let get = |path: &'static str| app.get(path).bearer(&user).send();
    assert_eq!(get("/v1/app-roles/apps").await.expect(200).json(), json!(["crm", "HR"]));
    let hr = json!({"app": "HR", "description": "People", "availableRoles": ["HR_MANAGER"]});
    let crm = json!({"app": "crm", "description": "", "availableRoles": ["crm_MANAGER"]});
    assert_eq!(get("/v1/app-roles/available/hr").await.expect(200).json(), hr);
    for path in ["/v1/app-roles/available/Old", "/v1/app-roles/available/none"] {
        assert_error(&get(path).await, 404, "App role matrix not found or inactive");
    }
    let meta = |page: u32, limit: u32, pages: u32, next: bool, previous: bool| {
        json!({
            "currentPage": page, "itemsPerPage": limit, "totalItems": 2, "total_pages": pages, "hasNextPage": next,
            "hasPreviousPage": previous,
        })
    };
    for (path, data, meta) in [
        (
            "/v1/app-roles/available",
            json!([crm, hr]),
            meta(1, 20, 1, false, false),
        ),
        (
            "/v1/app-roles/available?limit=1",
            json!([crm]),
            meta(1, 1, 2, true, false),
        ),
        (
            "/v1/app-roles/available?limit=1&page=2",
            json!([hr]),
            meta(2, 1, 2, false, true),
        ),
    ] {
        assert_eq!(
            get(path).await.expect(200).json(),
            json!({"data": data, "meta": meta}),
            "{path}"
        );
    }
    let _ = get("/v1/app-roles/available?limit=0").await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn app_roles_are_shown_to_users_only() {
    let app = start().await;
    for path in [
        "/v1/app-roles/available",
        "/v1/app-roles/available/HR",
        "/v1/app-roles/apps",
    ] {
        assert_unauthorized(&app.get(path).send().await);
    }
}
