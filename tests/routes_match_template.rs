//! `template.yaml` and the routers say the same: every route of the template is served by the function it names, and every
//! operation of the contracts' groups that are served stands in the template.

use std::collections::BTreeSet;

use axum::Router;
use local_aws::template::{Route, Template};
use shared::http::AppState;
use shared::testkit::TestApp;
use tests::Contract;

fn template() -> Template {
    Template::parse(include_str!("../template.yaml")).expect("template.yaml")
}

fn routes(function: &str) -> fn(&AppState) -> Router<AppState> {
    match function {
        "ApiKeyFunction" => api_key::routes,
        "SessionFunction" => session::routes,
        "SocialFunction" => social::routes,
        "TwoFactorFunction" => two_factor::routes,
        "UsersFunction" => users::routes,
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
        if path == "$default" {
            continue;
        }
        let app = TestApp::start(routes(&function)).await;
        let path = path.replace("{token}", "x");
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

/// Groups of which every operation of the contracts that are served is served.
const SERVED: &[&str] = &[
    "api-key",
    "social",
    "session",
    "passkey",
    "password",
    "email-verification",
    "profile",
    "user-admin",
    "organization",
    "two-factor",
];

/// Served of contracts of which not every group is, or with a group that is not served whole yet.
const ALSO_SERVED: [(&str, &str); 6] = [
    ("POST", "/accounts/v1/auth/login"),
    ("POST", "/accounts/v1/auth/refresh-token"),
    ("POST", "/accounts/v1/auth/validate-token"),
    ("POST", "/accounts/v1/notifications/ses"),
    ("GET", "/api/auth/ok"),
    ("GET", "/api/auth/error"),
];

#[test]
fn every_operation_that_is_served_stands_in_the_template() {
    let template: BTreeSet<(String, String)> = template()
        .routes()
        .expect("routes")
        .into_iter()
        .map(|route| (route.method, route.path))
        .collect();
    let whole = [Contract::better_auth(), Contract::basic(), Contract::teams()];
    let in_part = Contract::accounts()
        .operations()
        .into_iter()
        .map(|operation| (operation, false));
    let operations = whole
        .into_iter()
        .flat_map(Contract::operations)
        .map(|operation| (operation, true));
    for (operation, in_groups) in operations.chain(in_part) {
        let named = (operation.method.as_str(), operation.path.as_str());
        let served = in_groups && SERVED.contains(&operation.capability.as_str());
        if served || ALSO_SERVED.contains(&named) {
            let key = (operation.method.clone(), operation.path.clone());
            assert!(
                template.contains(&key),
                "{} {} is not in template.yaml",
                operation.method,
                operation.path
            );
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
    let deployed: BTreeSet<(String, String)> = deployed.map(|route| (route.path, package(&route.function))).collect();
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
