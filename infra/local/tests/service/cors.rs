//! Requests of pages of other origins, through the gateway.

use local_aws::template::Template;

use crate::client::{Answer, Local};

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.test";

async fn preflight(local: &Local, path: &str, origin: &str, method: &str) -> Answer {
    let call = local.call("OPTIONS", path).header("origin", origin);
    let call = call.header("access-control-request-method", method);
    let asked = "authorization,content-type,x-api-key,x-captcha-response,x-passkey-token";
    call.header("access-control-request-headers", asked)
        .send()
        .await
        .expect(204)
}

fn list<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    answer.header(name).split(',').map(str::trim).collect()
}

#[tokio::test]
async fn a_preflight_request_allows_every_method_and_header_of_every_route() {
    let local = Local::start(&[&format!("TRUSTED_ORIGINS={APP}")]).await;
    for route in Template::of_the_service().routes().expect("routes") {
        if route.path == "$default" {
            continue;
        }
        let path = route.path.replace(['{', '}'], "");
        let answer = preflight(&local, &path, APP, &route.method).await;
        let (method, methods) = (route.method.as_str(), list(&answer, "access-control-allow-methods"));
        assert!(
            method == "ANY" || methods.contains(&method),
            "{method} {path}: {methods:?}"
        );
        let headers = list(&answer, "access-control-allow-headers");
        for name in [
            "authorization",
            "content-type",
            "x-api-key",
            "x-captcha-response",
            "x-passkey-token",
        ] {
            assert!(headers.contains(&name), "{name} {path}: {headers:?}");
        }
        if path.starts_with("/.well-known/") {
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        } else {
            assert_eq!(answer.header("access-control-allow-origin"), APP, "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "true", "{path}");
        }
    }
}

#[tokio::test]
async fn a_trusted_page_may_read_responses_and_errors() {
    let local = Local::start(&[&format!("TRUSTED_ORIGINS={APP}")]).await;
    for (method, path) in [
        ("GET", "/api/auth/ok"),
        ("GET", "/v1/auth/me"),
        ("POST", "/auth/nothing"),
    ] {
        let answer = local.call(method, path).header("origin", APP).send().await;
        assert_eq!(answer.header("access-control-allow-origin"), APP, "{path}");
        let exposed = list(&answer, "access-control-expose-headers");
        for name in ["set-auth-token", "set-two-factor-token", "retry-after", "x-retry-after"] {
            assert!(exposed.contains(&name), "{name}: {exposed:?}");
        }
    }
}

#[tokio::test]
async fn a_list_of_origins_means_the_same_however_it_is_written() {
    for list in [
        " https://app.example.com , https://other.example.com ",
        "https://other.example.com/,https://app.example.com/,",
        ",,HTTPS://APP.example.com:443,https://other.example.com",
    ] {
        let local = Local::start(&[&format!("TRUSTED_ORIGINS={list}")]).await;
        for origin in [APP, "https://other.example.com"] {
            let answer = preflight(&local, "/api/auth/sign-in/email", origin, "POST").await;
            assert_eq!(answer.header("access-control-allow-origin"), origin, "{list:?}");
            let call = local
                .post("/api/auth/sign-out")
                .header("origin", origin)
                .header("cookie", "a=b");
            call.send().await.expect(200);
        }
    }
}

#[tokio::test]
async fn other_pages_may_read_public_documents_only() {
    for settings in [vec![], vec!["TRUSTED_ORIGINS=https://app.example.com"]] {
        let local = Local::start(&settings).await;
        for path in ["/.well-known/jwks.json", "/.well-known/openid-configuration"] {
            let answer = local.get(path).header("origin", EVIL).send().await.expect(200);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        for path in ["/api/auth/ok", "/api/auth/get-session"] {
            let answer = local.get(path).header("origin", EVIL).send().await.expect(200);
            assert_eq!(answer.header("access-control-allow-origin"), "");
            assert_eq!(answer.header("access-control-expose-headers"), "");
            let answer = preflight(&local, path, EVIL, "POST").await;
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
        local.call("OPTIONS", "/api/auth/ok").send().await.expect(404);
    }
}
