//! The reference pages of the contracts.

use shared::contract::Contract;
use shared::testkit::{Answer, TestApp};

async fn start() -> TestApp {
    TestApp::start(health::routes).await
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.get(path).header("accept-encoding", "br, gzip;q=0.5").send().await
}

/// The values of an attribute in a page.
fn values<'t>(page: &'t str, attribute: &str) -> Vec<&'t str> {
    let start = format!("{attribute}=\"");
    page.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[tokio::test]
async fn every_contract_has_a_page_whose_files_are_here() {
    let app = start().await;
    let index = get(&app, "/docs").await.expect(200);
    let policy = index.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    let text = index.text();
    let pages = values(&text, "href");
    assert_eq!(pages.len(), Contract::ALL.len());
    for path in pages {
        let page = get(&app, path).await.expect(200);
        assert_eq!(page.header("content-security-policy"), Some(policy));
        let text = page.text();
        let files = ["href", "src", "data-document"].map(|attribute| values(&text, attribute));
        let files: Vec<_> = files.concat();
        assert_eq!(files.len(), 4);
        for file in files {
            // No file comes from another origin.
            assert!(file.starts_with("/docs/"), "{file}");
            let answer = get(&app, file).await.expect(200);
            assert!(
                answer
                    .header("cache-control")
                    .is_some_and(|kept| kept.starts_with("public"))
            );
        }
    }
}

#[tokio::test]
async fn the_documents_are_those_of_the_contracts() {
    let app = start().await;
    for contract in Contract::ALL {
        let answer = get(&app, &format!("/docs/{contract}/openapi")).await.expect(200);
        let expected = if contract == Contract::BetterAuth {
            "application/json"
        } else {
            "application/yaml"
        };
        assert_eq!(answer.header("content-type"), Some(expected));
        assert!(answer.text().contains("openapi"), "{contract}");
    }
}

#[tokio::test]
async fn the_files_of_swagger_ui_are_compressed() {
    let app = start().await;
    let page = get(&app, "/docs/teams").await.text();
    for file in values(&page, "src").into_iter().filter(|file| file.contains("bundle")) {
        let answer = get(&app, file).await.expect(200);
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        // RFC 1952, section 2.3.1: the two bytes with which a file begins.
        assert_eq!(answer.body[..2], [0x1f, 0x8b]);
        let plain = app.get(file).header("accept-encoding", "br").send().await;
        assert_eq!(plain.status.as_u16(), 406);
    }
}

/// A form for tokens would invite users to type them into a page. `tests/browser` sends a request from the page of a
/// local service.
#[tokio::test]
async fn the_pages_of_a_deployment_send_no_requests() {
    for (public_url, sends) in [
        ("https://auth.example.com", false),
        ("https://localhost.example.com", false),
        ("http://localhost:3000", true),
        ("http://127.0.0.1:3000", true),
        ("http://[::1]:3000", true),
    ] {
        let app = TestApp::with_settings(health::routes, &[("PUBLIC_URL", public_url)]).await;
        let page = get(&app, "/docs/teams").await.expect(200).text();
        assert_eq!(page.contains(" data-try-it"), sends, "{public_url}");
        let script = get(&app, "/docs/assets/start.js").await.expect(200).text();
        assert!(script.contains("\"tryIt\" in reference.dataset ?") && script.contains(": [];"));
        assert!(script.contains("supportedSubmitMethods: methods") && script.contains("validatorUrl: null"));
    }
}

#[tokio::test]
async fn only_served_contracts_have_pages() {
    let app = TestApp::with_settings(health::routes, &[("CONTRACTS", "teams")]).await;
    let index = get(&app, "/docs").await.expect(200).text();
    assert_eq!(values(&index, "href"), ["/docs/teams"]);
    for path in [
        "/docs/platform",
        "/docs/platform/openapi",
        "/docs/nothing",
        "/docs/assets/nothing.js",
    ] {
        let _ = get(&app, path).await.expect(404);
    }
}
