//! The text of the pages, and their security headers.

use std::collections::BTreeSet;
use std::path::Path;

use axum::Router;
use axum::http::Request;
use http_body_util::BodyExt as _;

use super::*;
use crate::languages::Language;
use crate::testkit::TestApp;

const APPLICATION: &str = "https://app.example.com/start?x=y";

async fn start() -> TestApp {
    let settings = [
        ("APPLICATION_URL", APPLICATION),
        (
            "TRUSTED_ORIGINS",
            "https://app.example.com,http://127.0.0.1:3000,myapp://",
        ),
    ];
    TestApp::with_settings(|_| Router::new(), &settings).await
}

fn view(app: &TestApp, language: &str) -> View {
    let request = Request::builder().header("accept-language", language).body(());
    let (parts, ()) = request.expect("a request").into_parts();
    View::of(&parts, &app.state)
}

fn confirm() -> Page {
    let form = Form::new("/link/verify-email", "page-confirm-button")
        .hidden("token", "vfy_x")
        .hidden("callbackURL", "/welcome")
        .alternative(Alternative {
            text: Some("page-not-mine".into()),
            ..Alternative::new("page-not-mine-button", "didNotSignUp")
        });
    Page::question("page-verify-email-title")
        .text("page-verify-email")
        .form(form)
}

fn new_password() -> Page {
    let rules = Text::of("page-password-rules").number("min", 8);
    let form = Form::new("/link/reset-password", "page-save-password")
        .hidden("token", "rst_x")
        .field(Field::new_password(8, "page-field-new-password", rules).focused())
        .refused_field("newPassword", Some("page-password-common".into()));
    Page::question("page-reset-password-title").form(form)
}

fn sign_in() -> Page {
    let form = Form::new("/link/invitation", "page-accept-button")
        .hidden("token", "inv_x")
        .field(Field::known_email("eve@example.com"))
        .field(Field::current_password().focused())
        .alternative(Alternative::needing_fields("page-decline-button", "decline"));
    Page::question("page-invitation-title")
        .fact("page-fact-organization", "Acme")
        .form(form)
}

fn register() -> Page {
    let form = Form::new("/link/registration", "page-register-button")
        .hidden("token", "rgl_x")
        .field(Field::name("name", "name", "page-field-name", 100).filled("Ada"))
        .field(Field::email("email").filled("ada@example.com"))
        .field(Field::code("page-code-of-app"));
    Page::question("page-register-title").form(form)
}

fn done() -> Page {
    Page::success("page-confirmed-title", "page-confirmed")
}

fn waiting() -> Page {
    Page::waiting("page-approved-title", "page-approved")
}

fn failed() -> Page {
    Page::failure("page-not-confirmed-title", "page-link-dead").code("TOKEN_EXPIRED")
}

fn all() -> [(&'static str, Page); 7] {
    [
        ("confirm", confirm()),
        ("new-password", new_password()),
        ("sign-in", sign_in()),
        ("register", register()),
        ("done", done()),
        ("waiting", waiting()),
        ("failed", failed()),
    ]
}

async fn html(page: &Page, view: &View) -> String {
    let body = page.respond(view).into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

fn policy(page: &Page, view: &View) -> String {
    let response = page.respond(view);
    response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_the_expected_text() {
    let app = start().await;
    let view = view(&app, "en");
    let style = view.style(STYLE);
    for (name, page) in all() {
        let html = html(&page, &view).await;
        insta::assert_snapshot!(name, html.replace(&style, "(style)").replace(SCRIPT, "(script)"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_language_has_every_page_and_no_page_is_large() {
    let app = start().await;
    for language in Language::ALL {
        let view = view(&app, language.as_str());
        for (name, page) in all() {
            let html = html(&page, &view).await;
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{html}");
            assert!(!html.contains(">page-"), "{language} {name}: {html}");
            assert!(html.len() < 20_000, "{language} {name}: {}", html.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_leads_on_to_the_callback_or_the_application() {
    let app = start().await;
    let view = view(&app, "en");
    let link = |url: &str| format!("<a href=\"{url}\" class=\"button\">Continue to Ostiary</a>");
    assert!(html(&done(), &view).await.contains(&link(APPLICATION)));
    let callback = "https://app.example.com/x?a=b";
    assert!(
        html(&done().leading_to(callback), &view)
            .await
            .contains(&link(callback))
    );
    let without = TestApp::start(|_| Router::new()).await;
    let html = html(&done(), &self::view(&without, "en")).await;
    assert!(!html.contains("<a "), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_never_markup() {
    let app = start().await;
    let view = view(&app, "en");
    let text = r#""><script>alert('x')</script>&"#;
    let form = Form::new(text, "page-confirm-button")
        .hidden("token", text)
        .field(Field::name("name", "name", "page-field-name", 100).filled(text))
        .field(Field::known_email(text))
        .refused(Some(Text::of("page-again-sent").with("email", text)));
    let page = Page::failure(
        "page-not-joined-title",
        Text::of("page-joined").with("organization", text),
    )
    .fact("page-fact-inviter", text)
    .form(form)
    .leading_to(text)
    .code(text);
    let html = html(&page, &view).await;
    assert!(
        !html.contains("alert('x')") && !html.contains("<script>alert"),
        "{html}"
    );
    let escaped = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;";
    assert_eq!(html.matches(escaped).count(), 9, "{html}");
}

/// A name must not change the order of the text around it.
#[tokio::test(flavor = "multi_thread")]
async fn names_are_shown_without_invisible_characters() {
    let app = start().await;
    let name = "Ac\u{202e}me\u{200b}\u{0}";
    let page = Page::success("page-joined-title", Text::of("page-joined").with("organization", name))
        .fact("page-fact-organization", name);
    let html = html(&page, &view(&app, "en")).await;
    assert!(
        html.contains("a member of Acme now") && html.contains("<dd>Acme</dd>"),
        "{html}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_the_look_of_the_deployment() {
    let settings = [
        ("SERVICE_NAME", "Northwind"),
        ("LOGO_URL", "https://cdn.example.com/logo.png?v=1"),
        ("ACCENT_COLOR", "#facc15"),
        ("SUPPORT_EMAIL", "help@example.com"),
    ];
    let app = TestApp::with_settings(|_| Router::new(), &settings).await;
    let view = view(&app, "en");
    let (html, policy) = (html(&confirm(), &view).await, policy(&confirm(), &view));
    for part in [
        "<span>Northwind</span>",
        "<img src=\"https://cdn.example.com/logo.png?v=1\" alt=\"\"",
        "--accent: #facc15; --on-accent: #000000;",
        "<a href=\"mailto:help@example.com\">help@example.com</a>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(policy.contains("; img-src https://cdn.example.com;"), "{policy}");
}

/// Mail scanners run scripts, too: that of a page with a password shows it, and submits nothing.
#[tokio::test(flavor = "multi_thread")]
async fn only_pages_with_a_password_have_a_script() {
    let app = start().await;
    let view = view(&app, "en");
    for (name, page) in all() {
        let (html, policy) = (html(&page, &view).await, policy(&page, &view));
        if ["new-password", "sign-in"].contains(&name) {
            assert_eq!(html.matches("<script").count(), 1, "{name}");
            let script = html
                .split("<script>")
                .nth(1)
                .and_then(|rest| rest.split("</script>").next());
            let allowed = format!("; script-src {};", source_hash(script.unwrap()));
            assert!(policy.contains(&allowed), "{policy}");
            assert!(html.contains("aria-pressed=\"false\" hidden>Show</button>"), "{html}");
        } else {
            assert!(!html.contains("<script") && !policy.contains("script-src"), "{name}");
        }
    }
    assert!(!SCRIPT.contains("submit") && !SCRIPT.contains("fetch"));
}

/// A browser hashes the text between the tags.
#[tokio::test(flavor = "multi_thread")]
async fn the_policy_allows_the_style_of_the_page() {
    let app = start().await;
    let view = view(&app, "en");
    let (html, policy) = (html(&confirm(), &view).await, policy(&confirm(), &view));
    let style = html.split("<style>").nth(1);
    let style = style.and_then(|rest| rest.split("</style>").next());
    let allowed = format!("; style-src {};", source_hash(style.unwrap()));
    assert!(policy.contains(&allowed), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_post_to_the_service_and_redirect_to_trusted_origins() {
    let app = start().await;
    let view = view(&app, "en");
    let with_callback = policy(&confirm(), &view);
    assert!(
        with_callback.ends_with("; form-action 'self' http://127.0.0.1:3000 https://app.example.com myapp:"),
        "{with_callback}"
    );
    assert!(policy(&new_password(), &view).ends_with("; form-action 'self'"));
    assert!(policy(&done(), &view).ends_with("; form-action 'none'"));
}

#[test]
fn a_source_cannot_end_a_directive() {
    assert!(is_source("https://app.example.com:8443"));
    assert!(!is_source("https://x;script-src *"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_strict_security_headers() {
    let app = start().await;
    let view = view(&app, "en");
    for (name, page) in all() {
        let response = page.respond(&view);
        let expected = if name == "failed" {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        };
        assert_eq!(response.status(), expected, "{name}");
        let policy = policy(&page, &view);
        assert!(policy.starts_with("default-src 'none'; base-uri 'none'; frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe") && !policy.contains("img-src"), "{policy}");
        for (header, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
        ] {
            assert_eq!(response.headers()[&header], value, "{name}: {header}");
        }
    }
}

/// The hidden fields of a page are tokens.
#[test]
fn tokens_stay_out_of_logs() {
    for (_, page) in all() {
        let debug = format!("{page:?}");
        assert!(!debug.contains("_x"), "{debug}");
    }
}

/// A text that no page names, or a page that names no text.
#[test]
fn the_code_and_the_catalogue_have_the_same_texts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut named = BTreeSet::new();
    for folder in ["shared/src", "functions"] {
        collect_keys(&root.join(folder), &mut named);
    }
    let catalogue = include_str!("../../../languages/en.ftl");
    let known = catalogue.lines().filter(|line| line.starts_with("page-"));
    let known: BTreeSet<_> = known
        .filter_map(|line| line.split(" =").next())
        .map(str::to_owned)
        .collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    let unused: Vec<_> = known.difference(&named).collect();
    assert!(
        unknown.is_empty() && unused.is_empty(),
        "unknown {unknown:?}, unused {unused:?}"
    );
}

fn collect_keys(folder: &Path, keys: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect_keys(&path, keys);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let quoted = source.split("\"page-").skip(1);
            let quoted = quoted.filter_map(|rest| rest.split('"').next());
            let is_key = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            keys.extend(quoted.filter(is_key).map(|key| format!("page-{key}")));
        }
    }
}
