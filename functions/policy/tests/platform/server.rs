//! Synchronization with a policy server: one with the REST API of OPA, which compiles and evaluates what it gets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, put};
use http::StatusCode;
use serde_json::json;
use shared::testkit::TestApp;
use shared::testkit::better_auth::{create_organization, sign_up};
use tokio::net::TcpListener;

use super::{GUEST, OWNER, created, health, is_allowed, sync};
use crate::start_with;

/// The modules that the server has, by their ids, and whether it is out of order.
#[derive(Clone, Default)]
struct Opa(Arc<Mutex<(BTreeMap<String, String>, bool)>>);

impl Opa {
    async fn serve(&self) -> String {
        let router = Router::new()
            .route("/health", get(answer_health))
            .route("/v1/policies/{*id}", put(put_policy))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn with<T>(&self, act: impl FnOnce(&mut (BTreeMap<String, String>, bool)) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn modules(&self) -> BTreeMap<String, String> {
        self.with(|(modules, _)| modules.clone())
    }

    fn break_down(&self, is_broken: bool) {
        self.with(|(_, broken)| *broken = is_broken);
    }

    /// The answer of `GET /v1/data/...` on the server.
    fn allows(&self, tenant: &str, input: &serde_json::Value) -> bool {
        let mut engine = regorus::Engine::new();
        for (id, module) in self.modules() {
            engine.add_policy(id, module).expect("a module");
        }
        engine.set_input(regorus::Value::from_json_str(&input.to_string()).expect("an input"));
        let rule = format!("data.ostiary.org_{}.allow", tenant.replace('-', ""));
        engine.eval_rule(rule).expect("an answer") == regorus::Value::from(true)
    }
}

async fn answer_health(State(opa): State<Opa>) -> StatusCode {
    if opa.with(|(_, broken)| *broken) {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::OK
    }
}

async fn put_policy(State(opa): State<Opa>, Path(id): Path<String>, module: String) -> (StatusCode, String) {
    if opa.with(|(_, broken)| *broken) {
        return (StatusCode::INTERNAL_SERVER_ERROR, "{}".to_owned());
    }
    if let Err(error) = regorus::Engine::new().add_policy(id.clone(), module.clone()) {
        return (StatusCode::BAD_REQUEST, error.to_string());
    }
    opa.with(|(modules, _)| modules.insert(id, module));
    (StatusCode::OK, "{}".to_owned())
}

async fn start_with_server(opa: &Opa) -> TestApp {
    let url = opa.serve().await;
    start_with(&[("OPA_URL", &url)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_gets_each_organizations_rules_as_one_module() {
    let opa = Opa::default();
    let app = start_with_server(&opa).await;
    let owner = sign_up(&app, OWNER).await;
    let acme = create_organization(&app, &owner, "acme").await;
    created(&app, &owner, &json!({"role": ["OWNER", "ADMIN"]})).await;
    let _ = sync(&app, &owner).await.expect(200);
    let other = sign_up(&app, GUEST).await;
    let looms = create_organization(&app, &other, "looms").await;
    let _ = sync(&app, &other).await.expect(200);
    let mut expected = [format!("ostiary/{acme}"), format!("ostiary/{looms}")];
    expected.sort();
    assert!(opa.modules().into_keys().eq(expected));
    let input = |role: &str| json!({"resource": "document", "action": "read", "user": {"role": role}, "context": {}});
    assert!(opa.allows(&acme, &input("ADMIN")));
    assert!(!opa.allows(&acme, &input("MEMBER")));
    assert!(!opa.allows(&looms, &input("ADMIN")));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_the_server_refuses_do_not_take_effect() {
    let opa = Opa::default();
    let app = start_with_server(&opa).await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    created(&app, &owner, &json!({})).await;
    opa.break_down(true);
    let refused = sync(&app, &owner).await.expect(503);
    assert_eq!(refused.header("retry-after"), Some("10"));
    assert_eq!(
        refused.json()["message"],
        "The policy server did not accept the rules; those in effect are unchanged"
    );
    assert!(!is_allowed(&app, &owner, &json!({})).await);
    assert!(opa.modules().is_empty());
    assert_eq!(health(&app, &owner).await["status"], "unhealthy");
    opa.break_down(false);
    let _ = sync(&app, &owner).await.expect(200);
    assert!(is_allowed(&app, &owner, &json!({})).await);
    assert_eq!(health(&app, &owner).await["status"], "healthy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_listen_is_unhealthy() {
    let app = start_with(&[("OPA_URL", "http://127.0.0.1:1")]).await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    assert_eq!(health(&app, &owner).await["status"], "unhealthy");
    let _ = sync(&app, &owner).await.expect(503);
}
