//! What a provider says of its user, asked by the user.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::testkit::{Answer, TestApp};

use super::support::provider::{CLIENT_ID, CLIENT_SECRET};
use super::support::{
    ADA, Provider, accounts, arrive, depart, sign_in, sign_up, start_with_provider, start_with_settings_of, text,
};

async fn ask(app: &TestApp, token: &str, query: &str) -> Answer {
    let request = app.get(&format!("/api/auth/account-info?{query}"));
    request.bearer(token).undocumented().send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_says_who_its_user_is_now() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let record = text(&accounts(&app, &token).await[0]["id"]);
    let said = json!({
        "sub": "subject-1", "name": "Ada King", "email": "ada@elsewhere.example", "email_verified": false,
        "picture": "https://example.com/ada.png", "locale": "en",
    });
    provider.tell(&said);
    for query in [format!("accountId={record}"), "providerId=acme".to_owned()] {
        let answer = ask(&app, &token, &query).await.expect(200).json();
        let user = json!({
            "name": "Ada King", "email": "ada@elsewhere.example", "image": "https://example.com/ada.png",
            "emailVerified": false,
        });
        let account = json!({"id": record, "providerId": "acme", "accountId": "subject-1"});
        assert_eq!(answer, json!({"user": user, "data": said, "account": account}));
    }
    app.clock.advance(SignedDuration::from_mins(60));
    let _ = ask(&app, &token, "providerId=acme").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_users_profiles_are_not_shown() {
    let (app, provider) = start_with_provider().await;
    let ada = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let record = text(&accounts(&app, &ada).await[0]["id"]);
    let grace = sign_up(&app, "grace@example.com").await;
    for query in [
        format!("accountId={record}"),
        "accountId=subject-1".to_owned(),
        "providerId=credential".to_owned(),
        format!("accountId={record}&userId={}", app.caller(&ada).await.user.id),
    ] {
        let answer = ask(&app, &grace, &query).await.expect(400);
        assert_eq!(answer.json()["code"], "ACCOUNT_NOT_FOUND", "{query}");
    }
    let unnamed = ask(&app, &ada, "").await.expect(400);
    assert_eq!(unnamed.json()["code"], "VALIDATION_ERROR");
    let anybody = app
        .get("/api/auth/account-info?providerId=acme")
        .undocumented()
        .send()
        .await;
    let _ = anybody.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_does_not_say_is_not_made_up() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    provider.tell(&json!({"sub": "somebody else"}));
    let answer = ask(&app, &token, "providerId=acme").await.expect(401);
    assert_eq!(answer.json()["code"], "FAILED_TO_GET_USER_INFO");
    provider.revoke();
    let answer = ask(&app, &token, "providerId=acme").await.expect(401);
    assert_eq!(answer.json()["code"], "FAILED_TO_GET_USER_INFO");
    app.clock.advance(SignedDuration::from_mins(60));
    let answer = ask(&app, &token, "providerId=acme").await.expect(400);
    assert_eq!(answer.json()["code"], "FAILED_TO_GET_ACCESS_TOKEN");

    let claims = json!({
        "sub": "subject-2", "email": "b@example.com", "iat": app.clock.now().as_second(), "exp": 1_800_000_000,
    });
    let id_token = json!({"token": provider.id_token(&claims)});
    let body = json!({"provider": "acme", "idToken": id_token});
    let answer = app
        .post("/api/auth/sign-in/social")
        .json(&body)
        .send()
        .await
        .expect(200);
    let token = text(&answer.json()["token"]);
    let answer = ask(&app, &token, "providerId=acme").await.expect(400);
    assert_eq!(answer.json()["code"], "ACCESS_TOKEN_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_that_are_no_openid_providers_say_it_by_their_api() {
    for (name, word, said) in [("github", "login", "ada"), ("facebook", "id", "77")] {
        let provider = Provider::start().await;
        let url = &provider.url;
        let endpoints = json!({
            "authorization": format!("{url}/authorize"), "token": format!("{url}/token"), "api": format!("{url}/"),
        });
        let client = json!({"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "endpoints": endpoints});
        let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &json!({name: client}).to_string())]).await;
        let departure = depart(&app, &json!({"provider": name})).await;
        let arrival = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
        let token = arrival.token.expect("a session");
        let query = format!("providerId={name}");
        let answer = ask(&app, &token, &query).await.expect(200).json();
        let (user, data) = (&answer["user"], &answer["data"]);
        assert_eq!((&data[word], &user["email"]), (&Value::from(said), &json!(ADA)));
    }
}
