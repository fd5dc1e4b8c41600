//! The sign of life, and the error page.

use serde_json::json;
use shared::testkit::{Answer, TestApp};

async fn start() -> TestApp {
    TestApp::start(health::routes).await
}

async fn error_page(query: &str) -> Answer {
    let answer = start().await.get(&format!("/api/auth/error{query}")).send().await;
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    answer.expect(200)
}

#[tokio::test]
async fn a_health_check_calls_no_other_service() {
    let answer = start().await.get("/api/auth/ok").send().await.expect(200);
    assert_eq!(answer.json(), json!({ "ok": true }));
    assert_eq!((answer.usage.dynamodb, answer.usage.kms, answer.usage.ses), (0, 0, 0));
}

#[tokio::test]
async fn the_page_shows_the_code() {
    let answer = error_page("?error=access_denied&state=x").await;
    assert!(answer.text().contains("the code access_denied."), "{}", answer.text());
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_code_is_text_and_not_markup() {
    let answer = error_page("?error=email_doesn%27t_match").await;
    assert!(
        answer.text().contains("the code email_doesn&#39;t_match."),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn what_is_no_code_is_not_shown() {
    let long = format!("?error={}", "A".repeat(65));
    let texts = [
        "",
        "?",
        "?error=",
        "?error=%3Cscript%3Ealert(1)%3C/script%3E",
        "?error=Call+us+at+555-0100",
        "?error=%FF%00",
    ];
    for query in texts.into_iter().chain([long.as_str()]) {
        let text = error_page(query).await.text();
        assert!(text.contains("the code UNKNOWN."), "{query}: {text}");
        assert!(
            !text.contains("alert") && !text.contains("555") && !text.contains("AAAA"),
            "{query}: {text}"
        );
    }
}
