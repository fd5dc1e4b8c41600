//! What a browser sends and keeps: several cookies of one name, cookies of other applications, and the attributes that
//! a deployment chooses.

use http::HeaderValue;
use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

use super::{CLEARED, EMAIL, ORIGIN, PASSWORD, is_live, sign_in, sign_up, start, start_with, token_of};

const SESSION: &str = "better-auth.session_token";
const OTHER: &str = "grace@example.com";

async fn get_session(app: &TestApp, cookies: &str) -> Answer {
    let request = app
        .get("/api/auth/get-session")
        .header_bytes("cookie", cookies.as_bytes());
    request.send().await.expect(200)
}

async fn sign_out(app: &TestApp, cookies: &str) -> Answer {
    let request = app.post("/api/auth/sign-out").header("cookie", cookies);
    request
        .header("origin", ORIGIN)
        .json(&json!({}))
        .send()
        .await
        .expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_cookie_before_the_live_one_does_not_hide_it() {
    let app = start().await;
    let live = sign_up(&app, EMAIL).await;
    let stale = sign_in(&app, EMAIL).await;
    let _ = app.post("/api/auth/sign-out").bearer(&stale).send().await.expect(200);
    for cookies in [
        format!("{SESSION}={stale}; {SESSION}={live}"),
        format!("{SESSION}={live}; {SESSION}={stale}"),
        format!("{SESSION}=nonsense; {SESSION}=; {SESSION}; {SESSION}={stale}; {SESSION}={stale}; {SESSION}={live}"),
    ] {
        let answer = get_session(&app, &cookies).await;
        assert_eq!(answer.json()["user"]["email"], EMAIL, "{cookies}");
        assert!(answer.cookies().is_empty(), "the live cookie stays");
    }
    let answer = get_session(&app, &format!("{SESSION}={stale}; {SESSION}=nonsense")).await;
    assert_eq!((answer.json(), answer.cookies()), (Value::Null, CLEARED.to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn not_more_than_eight_cookies_are_tried() {
    let app = start().await;
    let live = sign_up(&app, EMAIL).await;
    let mut cookies = Vec::new();
    for _ in 0..8 {
        let stale = sign_in(&app, EMAIL).await;
        let _ = app.post("/api/auth/sign-out").bearer(&stale).send().await.expect(200);
        cookies.push(format!("{SESSION}={stale}"));
    }
    cookies.push(format!("{SESSION}={live}"));
    let answer = get_session(&app, &cookies.join("; ")).await;
    assert_eq!((answer.json(), answer.usage.dynamodb), (Value::Null, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_that_cannot_be_tokens_hide_none() {
    let app = start().await;
    let live = sign_up(&app, EMAIL).await;
    let planted: Vec<_> = (0..40).map(|number| format!("{SESSION}=planted-{number}; ")).collect();
    let planted = planted.concat();
    let answer = get_session(&app, &format!("{planted}{SESSION}={live}")).await;
    assert_eq!(
        (answer.json()["user"]["email"].as_str(), answer.usage.dynamodb),
        (Some(EMAIL), 1)
    );
    let _ = sign_out(&app, &format!("{planted}{SESSION}={live}")).await;
    assert!(!is_live(&app, &live).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cookie_costs_one_read() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let answer = get_session(&app, &format!("{SESSION}={token}")).await;
    assert_eq!(answer.usage.dynamodb, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_of_every_cookie() {
    let app = start().await;
    let first = sign_up(&app, EMAIL).await;
    let second = sign_in(&app, EMAIL).await;
    let other = sign_up(&app, OTHER).await;
    let elsewhere = sign_in(&app, EMAIL).await;
    let answer = sign_out(
        &app,
        &format!("{SESSION}={first}; {SESSION}={second}; {SESSION}={other}"),
    )
    .await;
    assert_eq!(answer.cookies(), CLEARED);
    for ended in [&first, &second, &other] {
        assert!(!is_live(&app, ended).await);
    }
    assert!(
        is_live(&app, &elsewhere).await,
        "a session whose cookie was not sent lives on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_only_sessions_whose_secret_is_shown() {
    let app = start().await;
    let mine = sign_up(&app, EMAIL).await;
    let other = sign_up(&app, OTHER).await;
    let end = if other.ends_with('A') { 'B' } else { 'A' };
    let forged = format!("{}{end}", &other[..other.len() - 1]);
    let _ = sign_out(&app, &format!("{SESSION}={forged}; {SESSION}={mine}")).await;
    assert!(is_live(&app, &other).await && !is_live(&app, &mine).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_of_other_applications_do_not_hide_the_session() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for foreign in ["name=Zoë", "name=李小龍", "q=\"a; b\"", "x=%ff%fe", "flag", "=x", ";;"] {
        let cookies = format!("{foreign}; {SESSION}={token}; last=ß");
        assert_eq!(
            get_session(&app, &cookies).await.json()["user"]["email"],
            EMAIL,
            "{foreign}"
        );
    }
    let bytes = [
        b"name=\xff\xfe; better-auth.session_token=".as_slice(),
        token.as_bytes(),
    ]
    .concat();
    let answer = app
        .get("/api/auth/get-session")
        .header_bytes("cookie", &bytes)
        .send()
        .await;
    assert_eq!(answer.expect(200).json()["user"]["email"], EMAIL);
    assert!(HeaderValue::from_bytes(&bytes).is_ok_and(|value| value.to_str().is_err()));
}

#[tokio::test(flavor = "multi_thread")]
async fn subdomains_share_the_cookies_of_a_configured_domain() {
    let public = "https://auth.example.com";
    let settings = [
        ("PUBLIC_URL", public),
        ("COOKIE_DOMAIN", "example.com"),
        ("COOKIE_SAME_SITE", "none"),
    ];
    let app = start_with(&settings).await;
    let body = json!({"name": "Ada", "email": EMAIL, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-up/email").json(&body).send().await.expect(200);
    let token = token_of(&answer);
    let name = "__Secure-better-auth.session_token";
    assert_eq!(
        answer.cookies(),
        [
            // A cookie of the host alone, from before the setting, would win.
            format!("{name}=; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=0"),
            format!("{name}={token}; HttpOnly; SameSite=None; Secure; Path=/; Domain=example.com; Max-Age=604800"),
        ]
    );
    let request = app
        .post("/api/auth/sign-out")
        .header("cookie", &format!("{name}={token}"));
    let answer = request.header("origin", public).send().await.expect(200);
    let cleared = answer.cookies();
    for expected in [
        format!("{name}=; HttpOnly; SameSite=None; Secure; Path=/; Max-Age=0"),
        format!("{name}=; HttpOnly; SameSite=None; Secure; Path=/; Domain=example.com; Max-Age=0"),
    ] {
        assert!(cleared.contains(&expected.as_str()), "{cleared:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_of_the_host_alone_cannot_be_planted_by_a_sister_domain() {
    let settings = [
        ("PUBLIC_URL", "https://auth.example.com"),
        ("COOKIE_PREFIX", "host"),
        ("COOKIE_SAME_SITE", "strict"),
    ];
    let app = start_with(&settings).await;
    let token = sign_up(&app, EMAIL).await;
    let answer = app
        .post("/api/auth/sign-in/email")
        .json(&json!({"email": EMAIL, "password": PASSWORD}))
        .send()
        .await
        .expect(200);
    let session = token_of(&answer);
    assert_eq!(
        answer.cookies(),
        [format!(
            "__Host-{SESSION}={session}; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=604800"
        )]
    );
    let planted = get_session(&app, &format!("__Secure-{SESSION}={token}; {SESSION}={token}")).await;
    assert_eq!(planted.json(), Value::Null);
    // Browsers do not see the prefix of these, so that any host of the domain can set them.
    for name in [
        "%5F%5FHost-",
        "__%48ost-",
        "\u{2000}__Host-",
        "\u{a0}__Host-",
        "\u{3000}__Host-",
        "__host-",
    ] {
        let answer = get_session(&app, &format!("a=b; {name}{SESSION}={token}")).await;
        assert_eq!(answer.json(), Value::Null, "{name:?}");
    }
    let own = get_session(&app, &format!("__Host-{SESSION}={token}")).await;
    assert_eq!(own.json()["user"]["email"], EMAIL);
}
