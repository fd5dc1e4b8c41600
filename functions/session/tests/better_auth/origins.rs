//! Where requests may come from: what changes something must come from a trusted origin when a browser sends it.

use serde_json::json;
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{EMAIL, ORIGIN, PASSWORD, account, assert_error, sign_up, start_with};

const SIGN_IN: &str = "/api/auth/sign-in/email";
const SIGN_UP: &str = "/api/auth/sign-up/email";
const SIGN_OUT: &str = "/api/auth/sign-out";
const APP: &str = "https://app.example.com";
const EVIL: [&str; 6] = [
    "https://evil.test",
    "http://app.example.com",
    "https://app.example.com.evil.test",
    "https://app.example.com:444",
    "HTTPS://APP.EXAMPLE.COM",
    "*",
];

async fn start_with_origins() -> TestApp {
    start_with(&[("TRUSTED_ORIGINS", APP)]).await
}

fn login(app: &TestApp) -> TestRequest<'_> {
    app.post(SIGN_IN).json(&json!({"email": EMAIL, "password": PASSWORD}))
}

fn assert_invalid(answer: &Answer) {
    assert_error(answer, 403, "INVALID_ORIGIN", "Invalid origin");
    assert_eq!(answer.usage.dynamodb, 0);
}

fn assert_missing(answer: &Answer) {
    assert_error(answer, 403, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin");
    assert_eq!(answer.usage.dynamodb, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn trusted_origins_and_plain_programs_may_sign_in() {
    let app = start_with_origins().await;
    sign_up(&app, EMAIL).await;
    let _ = login(&app).send().await.expect(200);
    for origin in [ORIGIN, APP] {
        let _ = login(&app).header("origin", origin).send().await.expect(200);
        let _ = login(&app)
            .header("origin", origin)
            .header("cookie", "a=b")
            .send()
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_signs_no_user_in_or_up() {
    let app = start_with_origins().await;
    sign_up(&app, EMAIL).await;
    for origin in EVIL {
        assert_invalid(&login(&app).header("origin", origin).send().await);
        let request = app
            .post(SIGN_UP)
            .json(&account("eve@example.com"))
            .header("origin", origin);
        assert_invalid(&request.send().await);
    }
    sign_up(&app, "eve@example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_needs_a_trusted_origin() {
    let app = start_with_origins().await;
    let token = sign_up(&app, EMAIL).await;
    let cookie = format!("better-auth.session_token={token}");
    for path in [
        SIGN_OUT,
        "/api/auth/revoke-session",
        "/api/auth/revoke-sessions",
        "/api/auth/revoke-other-sessions",
        "/api/auth/get-session",
    ] {
        let request = || app.post(path).header("cookie", &cookie).json(&json!({"token": token}));
        for origin in EVIL {
            assert_invalid(&request().header("origin", origin).send().await);
        }
        assert_missing(&request().send().await);
        assert_missing(&request().header("origin", "null").send().await);
    }
    let answer = app.get("/api/auth/get-session").header("cookie", &cookie).send().await;
    assert_eq!(answer.expect(200).json()["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_cookie_counts_not_only_ours() {
    let app = start_with_origins().await;
    sign_up(&app, EMAIL).await;
    assert_missing(&login(&app).header("cookie", "theme=dark").send().await);
    assert_invalid(
        &login(&app)
            .header("cookie", "theme=dark")
            .header("origin", EVIL[0])
            .send()
            .await,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_hides_its_origin_is_refused() {
    let app = start_with_origins().await;
    sign_up(&app, EMAIL).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ] {
        assert_missing(&login(&app).header(name, value).send().await);
        assert_missing(&login(&app).header(name, value).header("origin", "null").send().await);
        let _ = login(&app)
            .header(name, value)
            .header("origin", APP)
            .send()
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_referrer_stands_in_for_an_origin() {
    let app = start_with_origins().await;
    let token = sign_up(&app, EMAIL).await;
    let cookie = format!("better-auth.session_token={token}");
    let request = || app.post("/api/auth/revoke-other-sessions").header("cookie", &cookie);
    let _ = request()
        .header("referer", "https://app.example.com/settings")
        .send()
        .await
        .expect(200);
    assert_invalid(
        &request()
            .header("referer", "https://evil.test/https://app.example.com/")
            .send()
            .await,
    );
    let both = request()
        .header("referer", "https://app.example.com/")
        .header("origin", EVIL[0]);
    assert_invalid(&both.send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_needs_no_origin() {
    let app = start_with_origins().await;
    let token = sign_up(&app, EMAIL).await;
    let cookie = format!("better-auth.session_token={token}");
    for path in ["/api/auth/get-session", "/api/auth/list-sessions"] {
        let request = app.get(path).header("cookie", &cookie).header("origin", EVIL[0]);
        let _ = request.send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_without_cookies_may_come_from_anywhere() {
    let app = start_with_origins().await;
    let token = sign_up(&app, EMAIL).await;
    let request = app.post("/api/auth/revoke-other-sessions").bearer(&token);
    let _ = request.header("origin", EVIL[0]).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fetch_of_a_program_is_no_browsers() {
    let app = start_with_origins().await;
    sign_up(&app, EMAIL).await;
    // As Node.js sends it.
    for path in [SIGN_IN, SIGN_UP] {
        let body = if path == SIGN_IN {
            json!({"email": EMAIL, "password": PASSWORD})
        } else {
            account("node@example.com")
        };
        let request = app.post(path).json(&body).header("sec-fetch-mode", "cors");
        let _ = request.header("user-agent", "node").send().await.expect(200);
    }
    // A page's request has an origin, and other metadata beside the mode.
    for (name, value) in [
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-dest", "empty"),
    ] {
        assert_missing(
            &login(&app)
                .header("sec-fetch-mode", "cors")
                .header(name, value)
                .send()
                .await,
        );
    }
    for mode in ["navigate", "no-cors", "same-origin"] {
        assert_missing(&login(&app).header("sec-fetch-mode", mode).send().await);
    }
    assert_missing(
        &login(&app)
            .header("sec-fetch-mode", "cors")
            .header("cookie", "a=b")
            .send()
            .await,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_a_scheme_of_its_own_is_trusted_by_it() {
    let app = start_with(&[("TRUSTED_ORIGINS", "myapp://, capacitor://localhost/ ,")]).await;
    let token = sign_up(&app, EMAIL).await;
    let cookie = format!("better-auth.session_token={token}");
    let get = || app.post("/api/auth/get-session").header("cookie", &cookie);
    for (header, origin) in [
        ("origin", "capacitor://localhost"),
        ("origin", "myapp://"),
        ("expo-origin", "myapp://"),
        ("expo-origin", "myapp:///"),
    ] {
        assert_eq!(
            get().header(header, origin).send().await.expect(200).json()["user"]["email"],
            EMAIL
        );
    }
    for (header, origin) in [("origin", "capacitor://evil"), ("expo-origin", "yourapp://")] {
        assert_invalid(&get().header(header, origin).send().await);
    }
    // The header of an app excuses no page.
    assert_invalid(
        &get()
            .header("origin", EVIL[0])
            .header("expo-origin", "myapp://")
            .send()
            .await,
    );
    assert_missing(
        &get()
            .header("origin", "null")
            .header("expo-origin", "yourapp")
            .send()
            .await,
    );

    let sign_in = |callback: &str| {
        let body = json!({"email": EMAIL, "password": PASSWORD, "callbackURL": callback});
        app.post(SIGN_IN).json(&body).send()
    };
    let answer = sign_in("myapp://signed-in?a=b").await.expect(200);
    assert_eq!(answer.json()["url"], "myapp://signed-in?a=b");
    for callback in [
        "yourapp://x",
        "javascript://x",
        "blob:myapp://x",
        "capacitor://localhost@evil/",
    ] {
        assert_error(
            &sign_in(callback).await,
            403,
            "INVALID_CALLBACK_URL",
            "Invalid callbackURL",
        );
    }
}
