//! The text of the pages, and their security headers.

use http_body_util::BodyExt as _;

use super::*;

const CONFIRM: Page<'_> = Page::Confirm {
    title: "Confirm your e-mail address",
    message: "This confirms that ada@example.com is yours.",
    action: "/link/verify-email",
    button: "Confirm",
    fields: &[("token", "vfy_x"), ("callbackURL", "/welcome")],
    is_irreversible: false,
    alternative: Some(Alternative {
        message: "You did not sign up?",
        button: "I did not",
        field: "notMine",
    }),
};
const NEW_PASSWORD: Page<'_> = Page::NewPassword {
    title: "Choose a new password",
    action: "/link/reset-password",
    token: "rst_x",
    rule: None,
    min_length: 8,
    error: Some("Too short"),
};
const ACCEPT_INVITATION: Page<'_> = Page::AcceptInvitation {
    action: "/link/invitation",
    token: "inv_x",
    first_name: "Ada",
    last_name: "",
    max_name: 100,
    min_length: 8,
    error: Some("The last name is missing"),
};
const REGISTER: Page<'_> = Page::Register {
    action: "/link/registration",
    token: "rgl_x",
    name: "Ada",
    email: "ada@example.com",
    max_name: 100,
    min_length: 8,
    error: Some("The password is easy to guess"),
};
const DONE: Page<'_> = Page::Done {
    title: "Done",
    message: "The address is confirmed.",
};
const FAILED: Page<'_> = Page::Failed {
    title: "Too late",
    message: "EXPIRED",
};

async fn html(page: Page<'_>) -> String {
    let body = page.into_response().into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

fn policy(page: Page<'_>, origins: &[&str]) -> String {
    let response = page.respond(origins.iter().map(|origin| (*origin).to_owned()));
    response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn pages_have_the_expected_text() {
    for (name, page) in [
        ("confirm", CONFIRM),
        ("new-password", NEW_PASSWORD),
        ("accept-invitation", ACCEPT_INVITATION),
        ("register", REGISTER),
        ("done", DONE),
        ("failed", FAILED),
    ] {
        let html = html(page).await.replace(STYLE, "(style)");
        insta::assert_snapshot!(name, html);
    }
}

#[tokio::test]
async fn text_is_never_markup() {
    let text = r#""><script>alert('x')</script>&"#;
    let pages = [
        Page::Confirm {
            title: text,
            message: text,
            action: text,
            button: text,
            fields: &[(text, text)],
            is_irreversible: true,
            alternative: Some(Alternative {
                message: text,
                button: text,
                field: text,
            }),
        },
        Page::NewPassword {
            title: text,
            action: text,
            token: text,
            rule: Some(text),
            min_length: 8,
            error: Some(text),
        },
        Page::AcceptInvitation {
            action: text,
            token: text,
            first_name: text,
            last_name: text,
            max_name: 100,
            min_length: 8,
            error: Some(text),
        },
        Page::Register {
            action: text,
            token: text,
            name: text,
            email: text,
            max_name: 100,
            min_length: 8,
            error: Some(text),
        },
        Page::Done {
            title: text,
            message: text,
        },
        Page::Failed {
            title: text,
            message: text,
        },
    ];
    for (page, places) in pages.into_iter().zip([10, 6, 5, 5, 3, 3]) {
        let html = html(page).await;
        assert!(
            !html.contains("alert('x')") && !html.contains("<script>alert"),
            "{html}"
        );
        assert_eq!(
            html.matches("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;")
                .count(),
            places
        );
    }
}

/// Mail scanners run scripts, too.
#[tokio::test]
async fn no_page_has_a_script() {
    for page in [CONFIRM, NEW_PASSWORD, ACCEPT_INVITATION, REGISTER, DONE, FAILED] {
        assert!(!html(page).await.contains("<script"), "{page:?}");
        assert!(!policy(page, &[]).contains("script-src"), "{page:?}");
    }
}

/// A browser hashes the text between the tags.
#[tokio::test]
async fn the_policy_allows_the_style_of_the_page() {
    let (html, policy) = (html(CONFIRM).await, policy(CONFIRM, &[]));
    let style = html.split("<style>").nth(1);
    let style = style.and_then(|rest| rest.split("</style>").next());
    let allowed = format!("; style-src {};", source_hash(style.unwrap()));
    assert!(policy.contains(&allowed), "{policy}");
}

#[test]
fn forms_post_to_the_service_and_redirect_to_the_given_origins() {
    assert!(policy(CONFIRM, &[]).ends_with("; form-action 'self'"));
    let origins = [
        "https://app.example.com",
        "http://127.0.0.1:3000",
        "https://x;script-src *",
    ];
    let with_origins = "; form-action 'self' https://app.example.com http://127.0.0.1:3000";
    assert!(policy(CONFIRM, &origins).ends_with(with_origins));
    assert!(policy(NEW_PASSWORD, &origins).ends_with(with_origins));
    assert!(policy(ACCEPT_INVITATION, &origins).ends_with(with_origins));
    assert!(policy(REGISTER, &origins).ends_with(with_origins));
    assert!(policy(DONE, &origins).ends_with("; form-action 'none'"));
}

#[test]
fn every_page_has_strict_security_headers() {
    for (page, status) in [
        (CONFIRM, 200),
        (NEW_PASSWORD, 200),
        (ACCEPT_INVITATION, 200),
        (REGISTER, 200),
        (DONE, 200),
        (FAILED, 400),
    ] {
        let response = page.into_response();
        assert_eq!(response.status(), status);
        let header = |name| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap()
        };
        assert_eq!(header(header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(header::REFERRER_POLICY), "no-referrer");
        assert_eq!(header(header::CACHE_CONTROL), "no-store");
        assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(header(header::X_FRAME_OPTIONS), "DENY");
        let policy = header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-"));
    }
}

#[test]
fn debug_shows_no_token() {
    assert_eq!(format!("{CONFIRM:?}"), "Page(confirm.html)");
}
