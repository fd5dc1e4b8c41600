//! What hostile parties put in between: other browsers, other providers, tokens that are not what they claim to be.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::domain::AuthorizationState;
use shared::testkit::race::race;
use shared::testkit::{Answer, TestApp};
use url::Url;

use super::support::{ORIGIN, Provider, arrive, depart, refused, sign_in, start_with_provider, start_with_settings_of};

const BODY: &str = r#"{"provider": "acme", "callbackURL": "/welcome", "errorCallbackURL": "/sorry"}"#;

fn body() -> Value {
    serde_json::from_str(BODY).expect("JSON")
}

fn lost(error: &str) -> String {
    format!("{ORIGIN}/api/auth/error?error={error}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_in_one_browser_at_one_provider() {
    let provider = Provider::start().await;
    let both = json!({
        "acme": {"clientId": "ostiary", "clientSecret": "a secret of the client's", "issuer": provider.url},
        "other": {"clientId": "ostiary", "clientSecret": "a secret of the client's", "issuer": provider.url},
    });
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &both.to_string())]).await;
    let departure = depart(&app, &body()).await;
    let path = provider.consent(&departure.page, &json!({}));
    let own = || departure.cookie.clone();
    for (path, cookie) in [
        (path.clone(), "x=y".to_owned()),
        (path.clone(), depart(&app, &body()).await.cookie),
        (path.replace("/acme?", "/other?"), own()),
        (path.replace("/acme?", "/nobody?"), own()),
    ] {
        assert_eq!(arrive(&app, &path, &cookie).await, refused("state_mismatch"), "{path}");
    }
    // A browser without the state does not learn where it would have led.
    for path in [
        path.replace("state=oas_", "state=oas_A"),
        "/api/auth/callback/acme?code=x".to_owned(),
    ] {
        let arrival = arrive(&app, &path, &own()).await;
        assert_eq!(
            (arrival.location, arrival.token),
            (lost("state_not_found"), None),
            "{path}"
        );
    }
    assert!(
        arrive(&app, &path, &departure.cookie).await.token.is_some(),
        "what was refused spent nothing"
    );
    let replay = arrive(&app, &path, &departure.cookie).await;
    assert_eq!((replay.location, replay.token), (lost("state_mismatch"), None));
}

/// The response has the state and the code, and its URL may end up in a log or in a `Referer`.
#[tokio::test(flavor = "multi_thread")]
async fn the_verifier_of_the_code_cannot_be_made_of_the_response() {
    let (app, _provider) = start_with_provider().await;
    let page = depart(&app, &body()).await.page;
    let asked: std::collections::HashMap<_, _> = Url::parse(&page).expect("a URL").query_pairs().into_owned().collect();
    let state = AuthorizationState::parse(&asked["state"]).expect("a state");
    for salt in [
        *b"ostiary: code verifier of PKCE..",
        *b"ostiary: nonce of authorization.",
    ] {
        let derived = URL_SAFE_NO_PAD.encode(state.secret.derive(&salt).as_bytes());
        assert_ne!(
            asked["code_challenge"],
            URL_SAFE_NO_PAD.encode(Sha256::digest(&derived))
        );
        assert!(!asked["nonce"].contains(&derived));
    }
}

/// Programs that look at a link send a HEAD request first.
#[tokio::test(flavor = "multi_thread")]
async fn only_looking_at_an_answer_spends_nothing_and_opens_no_session() {
    let (app, provider) = start_with_provider().await;
    let departure = depart(&app, &body()).await;
    let path = provider.consent(&departure.page, &json!({}));
    for method in ["HEAD", "OPTIONS"] {
        let request = app.request(method, &path).header("cookie", &departure.cookie);
        let answer = request.undocumented().send().await.expect(404);
        assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());
        assert_eq!(answer.usage.dynamodb, 0);
    }
    assert!(arrive(&app, &path, &departure.cookie).await.token.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_late_is_none() {
    let (app, provider) = start_with_provider().await;
    let departure = depart(&app, &body()).await;
    app.clock.advance(SignedDuration::from_mins(10));
    let arrival = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
    assert_eq!(arrival.location, lost("state_mismatch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_must_be_of_this_provider_for_us_and_for_this_sign_in() {
    let (app, provider) = start_with_provider().await;
    for claims in [
        json!({"iss": "https://login.example"}),
        json!({"aud": "another application"}),
        json!({"aud": ["ostiary", "another application"]}),
        json!({"nonce": "of another sign-in"}),
        json!({"nonce": null}),
        json!({"exp": 1_769_860_799}),
        json!({"sub": "s".repeat(256)}),
        json!({"sub": ""}),
        json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    ] {
        assert_eq!(
            sign_in(&app, &provider, &claims).await,
            refused("unable_to_get_user_info"),
            "{claims}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_provider_is_not_taken() {
    let provider = Provider::start().await;
    provider.name_itself();
    let app = start_with_settings_of(&provider, &[]).await;
    let come_back = async |suffix: &str| {
        let departure = depart(&app, &body()).await;
        let path = format!("{}{suffix}", provider.consent(&departure.page, &json!({})));
        arrive(&app, &path, &departure.cookie).await
    };
    assert_eq!(come_back("").await, refused("issuer_missing"));
    assert_eq!(
        come_back("&iss=https%3A%2F%2Flogin.example").await,
        refused("issuer_mismatch")
    );
    assert!(come_back(&format!("&iss={}", provider.url)).await.token.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_used_or_made_up_is_refused() {
    let (app, provider) = start_with_provider().await;
    let departure = depart(&app, &body()).await;
    let path = provider.consent(&departure.page, &json!({}));
    let code = path
        .split("code=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
        .expect("a code");
    let path = path.replace(&format!("code={code}"), "code=made-up");
    assert_eq!(arrive(&app, &path, &departure.cookie).await, refused("invalid_code"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_without_a_good_signature_opens_nothing() {
    let (app, provider) = start_with_provider().await;
    let good = provider.id_token(&json!({}));
    let (signed, signature) = good.rsplit_once('.').expect("a JWT");
    let mut parts = signed.split('.');
    let (header, claims) = (parts.next().expect("a header"), parts.next().expect("claims"));
    let none = "eyJhbGciOiJub25lIn0";
    let hs256 = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImtleS0xIn0";
    for token in [
        format!("{header}.{claims}."),
        format!("{none}.{claims}."),
        format!("{hs256}.{claims}.{signature}"),
        format!("{header}.{}.{signature}", claims.replace('e', "f")),
        "no token".to_owned(),
        provider.id_token(&json!({"aud": "another application"})),
    ] {
        let body = json!({"provider": "acme", "idToken": {"token": token}});
        let answer = app
            .post("/api/auth/sign-in/social")
            .json(&body)
            .send()
            .await
            .expect(401);
        assert_eq!(answer.json()["code"], "INVALID_TOKEN");
    }
    let replayed =
        json!({"provider": "acme", "idToken": {"token": provider.id_token(&json!({"nonce": "a"})), "nonce": "b"}});
    let _ = app
        .post("/api/auth/sign-in/social")
        .json(&replayed)
        .send()
        .await
        .expect(401);
    let good = json!({"provider": "acme", "idToken": {"token": good}});
    let answer = app
        .post("/api/auth/sign-in/social")
        .json(&good)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!((&answer["redirect"], &answer["url"]), (&json!(false), &Value::Null));
    assert!(answer["token"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_replays_of_an_answer_one_signs_in() {
    let (app, provider) = start_with_provider().await;
    let app = Arc::new(app);
    let departure = depart(&app, &body()).await;
    let path = provider.consent(&departure.page, &json!({}));
    let arrivals = race(&app, |_, app| {
        let (path, cookie) = (path.clone(), departure.cookie.clone());
        async move { arrive(&app, &path, &cookie).await }
    })
    .await;
    assert_eq!(arrivals.iter().filter(|arrival| arrival.token.is_some()).count(), 1);
}

/// A provider that posts its answer does so without our cookies.
#[tokio::test(flavor = "multi_thread")]
async fn a_posted_answer_is_brought_again_with_cookies() {
    let (app, _) = start_with_provider().await;
    let request = app
        .post("/api/auth/callback/acme")
        .form(&[("code", "a&b"), ("state", "s")])
        .undocumented();
    let answer = request
        .header("origin", "https://login.example")
        .send()
        .await
        .expect(302);
    assert_eq!(
        answer.header("location"),
        Some("http://127.0.0.1:3000/api/auth/callback/acme?code=a%26b&state=s")
    );
}

async fn present(app: &TestApp, id_token: Value) -> Answer {
    let body = json!({"provider": "acme", "idToken": id_token});
    app.post("/api/auth/sign-in/social").json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_of_a_flow_of_ours_is_good_in_that_flow_alone() {
    let (app, provider) = start_with_provider().await;
    let departure = depart(&app, &body()).await;
    let page = Url::parse(&departure.page).expect("a URL");
    let nonce = page
        .query_pairs()
        .find_map(|(name, value)| (name == "nonce").then(|| value.into_owned()))
        .expect("a nonce");
    let token = provider.id_token(&json!({"nonce": nonce}));
    for presented in [json!({"token": token}), json!({"token": token, "nonce": nonce})] {
        let answer = present(&app, presented).await.expect(401);
        assert_eq!(answer.json()["code"], "INVALID_TOKEN");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_that_is_none_is_refused_before_it_is_sent_anywhere() {
    let (app, provider) = start_with_provider().await;
    let token = provider.id_token(&json!({"email": null}));
    let long = "a".repeat(8 * 1024 + 1);
    for access_token in ["a\nb", "a b", "", "ä", &long] {
        let presented = json!({"token": token, "accessToken": access_token});
        let answer = present(&app, presented).await.expect(401);
        assert_eq!(answer.json()["code"], "INVALID_TOKEN");
    }
    let _ = present(&app, json!({"token": long})).await.expect(401);
    // One that the provider does not know is no fault of ours.
    let unknown = json!({"token": token, "accessToken": "unknown"});
    let _ = present(&app, unknown).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_into_the_providers_page_has_a_limit() {
    let (app, _provider) = start_with_provider().await;
    let long = "a".repeat(1025);
    for body in [
        json!({"provider": "acme", "loginHint": long}),
        json!({"provider": "acme", "scopes": [long]}),
    ] {
        let answer = app.post("/api/auth/sign-in/social").json(&body).send().await;
        assert_eq!(answer.expect(400).json()["code"], "VALIDATION_ERROR");
    }
}
