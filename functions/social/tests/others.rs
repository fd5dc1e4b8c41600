//! Providers that are no OpenID providers.

use serde_json::json;

use super::support::provider::{CLIENT_ID, CLIENT_SECRET};
use super::support::{ADA, Provider, accounts, arrive, depart, session_of, start_with_settings_of};

fn settings(provider: &Provider, name: &str) -> String {
    let url = &provider.url;
    let endpoints =
        json!({"authorization": format!("{url}/authorize"), "token": format!("{url}/token"), "api": format!("{url}/")});
    json!({name: {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "endpoints": endpoints}}).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn github_says_by_its_api_who_it_is() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &settings(&provider, "github"))]).await;
    let departure = depart(&app, &json!({"provider": "github"})).await;
    assert!(
        departure.page.contains("scope=read%3Auser+user%3Aemail"),
        "{}",
        departure.page
    );
    let arrival = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
    let token = arrival.token.expect("a session");
    let user = session_of(&app, &token).await["user"].clone();
    assert_eq!(
        (&user["email"], &user["emailVerified"], &user["name"]),
        (&json!(ADA), &json!(true), &json!("ada"))
    );
    assert_eq!(accounts(&app, &token).await[0]["accountId"], "42");
}

#[tokio::test(flavor = "multi_thread")]
async fn facebook_says_by_its_api_who_it_is_and_vouches_for_no_address() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &settings(&provider, "facebook"))]).await;
    let departure = depart(&app, &json!({"provider": "facebook"})).await;
    let arrival = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
    let user = session_of(&app, &arrival.token.expect("a session")).await["user"].clone();
    assert_eq!(
        (&user["emailVerified"], &user["image"]),
        (&json!(false), &json!("https://example.com/a.png"))
    );
}
