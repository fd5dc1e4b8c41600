//! The page of the local service at `/`, and what it links to.

use crate::client::Local;

/// The text of a page; the templates escape slashes.
async fn text(local: &Local, path: &str) -> String {
    let page = local.get(path).send().await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none';")
    );
    page.text().replace("&#x2f;", "/")
}

/// The paths that a page links to.
fn links(page: &str) -> Vec<&str> {
    let parts = page.split("href=\"").skip(1);
    parts.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn the_page_names_what_runs_here_and_its_links_work() {
    let local = Local::start(&["TRUSTED_ORIGINS=http://localhost:5173"]).await;
    let html = text(&local, "/").await;
    for part in ["better_auth", "basic", "teams", "platform", "accounts", "/accounts/v1"] {
        assert!(html.contains(part), "{part} is missing");
    }
    assert!(html.contains(&format!("curl {}/api/auth/sign-up/email", local.url())));
    let links = links(&html);
    for link in [
        "/_local/mail",
        "/_local/calls",
        "/_local/events",
        "/docs",
        "/docs/teams",
        "/.well-known/jwks.json",
    ] {
        assert!(links.contains(&link), "{link}: {links:?}");
    }
    for link in links {
        local.get(link).send().await.expect(200);
    }
}

#[tokio::test]
async fn a_contract_that_is_switched_off_has_no_link() {
    let local = Local::start(&["CONTRACTS=teams"]).await;
    let html = text(&local, "/").await;
    let links = links(&html);
    assert!(
        links.contains(&"/docs/teams") && !links.contains(&"/docs/platform"),
        "{links:?}"
    );
    assert!(html.contains("platform (switched off by CONTRACTS)"));
}

#[tokio::test]
async fn the_page_is_for_this_machine_only() {
    let local = Local::start(&[]).await;
    for (name, value) in [("host", "auth.evil.test"), ("origin", "https://evil.test")] {
        local.get("/").header(name, value).send().await.expect(403);
    }
}

#[tokio::test]
async fn the_cost_of_requests_is_a_page() {
    let local = Local::start(&[]).await;
    let empty = text(&local, "/_local/calls").await;
    assert!(empty.contains("No requests yet"));
    local.sign_up("ada@example.com").await;
    let page = text(&local, "/_local/calls").await;
    assert!(
        page.contains("<code>POST /api/auth/sign-up/email</code></td><td class=\"n\">1</td>"),
        "{page}"
    );
    // The sums are JSON at the address that programs read.
    assert_eq!(local.calls("POST /api/auth/sign-up/email").await["requests"], 1);
}
