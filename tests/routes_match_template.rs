//! `template.yaml` and the routers say the same: every route of the template is served by the function it names, and
//! every operation of the contracts' groups that are served stands in the template.

use std::collections::BTreeSet;

use axum::Router;
use local_aws::template::{Route, Template};
use shared::http::AppState;
use shared::testkit::TestApp;
use tests::Contract;

fn template() -> &'static Template {
    Template::of_the_service()
}

fn routes(function: &str) -> fn(&AppState) -> Router<AppState> {
    match function {
        "AdminFunction" => admin::routes,
        "ApiKeyFunction" => api_key::routes,
        "SessionFunction" => session::routes,
        "SocialFunction" => social::routes,
        "TwoFactorFunction" => two_factor::routes,
        "UsersFunction" => users::routes,
        "PolicyFunction" => policy::routes,
        "PasskeyFunction" => passkey::routes,
        "PasswordFunction" => password::routes,
        "ProfileFunction" => profile::routes,
        "OrganizationFunction" => organization::routes,
        "KeysFunction" => keys::routes,
        "MailEventsFunction" => mail_events::routes,
        "HealthFunction" => health::routes,
        other => panic!("no router for {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_template_is_served_by_its_function() {
    for Route { function, method, path } in template().routes().expect("routes") {
        // What the route of a whole prefix serves is tested operation by operation, below.
        if path == "$default" || path.ends_with("+}") {
            continue;
        }
        let app = TestApp::start(routes(&function)).await;
        let path = path.replace("{token}", "x").replace("{userId}", "1");
        let method = if method == "ANY" { "GET".to_owned() } else { method };
        let answer = app.request(&method, &path).undocumented().send().await;
        let unknown = app
            .request(&method, "/api/auth/no-such-path")
            .undocumented()
            .send()
            .await;
        let served = answer.status != unknown.status || answer.body != unknown.body;
        assert!(
            served && answer.status != 405,
            "{method} {path} is not served by {function}: {}",
            answer.status
        );
    }
}

/// The groups of each contract of which every operation is served.
fn served() -> [(&'static Contract, &'static [&'static str]); 5] {
    const WHOLE: &[&str] = &[
        "api-key",
        "email-verification",
        "health",
        "organization",
        "passkey",
        "password",
        "profile",
        "session",
        "social",
        "two-factor",
        "user-admin",
    ];
    [
        (Contract::better_auth(), WHOLE),
        (Contract::basic(), WHOLE),
        (Contract::teams(), WHOLE),
        (
            Contract::platform(),
            &[
                "email-verification",
                "health",
                "password",
                "profile",
                "session",
                "social",
            ],
        ),
        (Contract::accounts(), &["mail-events", "session"]),
    ]
}

#[test]
fn every_operation_that_is_served_stands_in_the_template() {
    for (contract, groups) in served() {
        let is_served = |group: &str| groups.contains(&group);
        for operation in contract.operations().into_iter().filter(|it| is_served(&it.capability)) {
            let (method, path) = (operation.method, operation.path);
            let route = template().route_of(&method, &path);
            assert!(route.is_some(), "{method} {path} is not in template.yaml");
        }
    }
}

#[test]
fn watching_routes_as_the_template_does() {
    let manifest: toml::Table = include_str!("../Cargo.toml").parse().expect("Cargo.toml");
    let router = &manifest["workspace"]["metadata"]["lambda"]["watch"]["router"];
    let watched: BTreeSet<(String, String)> = router
        .as_table()
        .expect("a table")
        .iter()
        .map(|(path, function)| (path.clone(), function.as_str().expect("a function").to_owned()))
        .collect();
    let functions = template().functions();
    let package = |id: &str| {
        let code = functions
            .iter()
            .find(|function| function.logical_id == id)
            .and_then(|f| f.code_uri.as_deref());
        code.and_then(|code| code.trim_end_matches('/').rsplit('/').next())
            .expect("a CodeUri")
            .to_owned()
    };
    let deployed = template()
        .routes()
        .expect("routes")
        .into_iter()
        .filter(|route| route.path != "$default");
    // The rest of a path is `{proxy+}` to API Gateway and `{*proxy}` to `cargo lambda`.
    let watched_path = |path: &str| path.replace("{proxy+}", "{*proxy}");
    let deployed: BTreeSet<(String, String)> = deployed
        .map(|route| (watched_path(&route.path), package(&route.function)))
        .collect();
    assert_eq!(watched, deployed);
    // Each is run by name among the default members.
    let default_members = manifest["workspace"]["default-members"].as_array().expect("a list");
    for (_, function) in &watched {
        let member = format!("functions/{function}");
        assert!(
            default_members.iter().any(|known| known.as_str() == Some(&member)),
            "{member} is no default member"
        );
    }
}
