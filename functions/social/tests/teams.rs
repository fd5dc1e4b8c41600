//! The `teams` contract: tokens that a client has got from a provider by itself.

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::ConfigurationKey;

use super::support::provider::{CLIENT_ID, CLIENT_SECRET, NOW};
use super::support::{ADA, Provider, sign_up, start_with_settings_of, text};

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_signs_up_once_and_in_ever_after() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
    let body = json!({"token": provider.id_token(&json!({}))});
    let unknown = app
        .post("/auth/google/sign-in")
        .json(&body)
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(unknown["message"], "To proceed, please sign up.");
    let tokens = app
        .post("/auth/google/sign-up")
        .json(&body)
        .send()
        .await
        .expect(201)
        .json();
    let opened = app
        .get("/api/auth/get-session")
        .bearer(tokens["accessToken"].as_str().expect("a JWT"))
        .send()
        .await;
    assert_eq!(opened.expect(200).json()["user"]["email"], ADA);
    app.clock.advance(SignedDuration::from_secs(10));
    let again = app
        .post("/auth/google/sign-up")
        .json(&body)
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(again["message"], "OAuth provider account already exists");
    let spent = app.post("/auth/google/sign-in").json(&body).send().await.expect(400);
    assert_eq!(spent.json()["message"], "The token is invalid");
    let next = json!({"token": provider.id_token(&json!({"jti": "2"}))});
    let _ = app.post("/auth/google/sign-in").json(&next).send().await.expect(200);
    let other = json!({"token": provider.id_token(&json!({"aud": "another application"}))});
    let _ = app.post("/auth/google/sign-in").json(&other).send().await.expect(400);
    let taken = json!({"token": provider.id_token(&json!({"sub": "subject-2"}))});
    let _ = app.post("/auth/google/sign-up").json(&taken).send().await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_sign_up_gets_the_same_session() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
    let body = json!({"token": provider.id_token(&json!({}))});
    let sign_up = async || {
        app.post("/auth/google/sign-up")
            .json(&body)
            .send()
            .await
            .expect(201)
            .json()
    };
    let first = sign_up().await;
    app.clock.advance(SignedDuration::from_secs(9));
    assert_eq!(sign_up().await["refreshToken"], first["refreshToken"]);
    // A sign-in made no user, so a sign-up with its token is another request.
    let next = json!({"token": provider.id_token(&json!({"jti": "2"}))});
    let _ = app.post("/auth/google/sign-in").json(&next).send().await.expect(200);
    let _ = app.post("/auth/google/sign-up").json(&next).send().await.expect(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_without_sign_up_refuses_new_users() {
    let provider = Provider::start().await;
    let settings = provider.settings_with("google", &json!({"disableSignUp": true}));
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &settings)]).await;
    let body = json!({"token": provider.id_token(&json!({}))});
    for (operation, message) in [
        ("sign-up", "Sign-up is disabled"),
        ("sign-in", "To proceed, please sign up."),
    ] {
        let path = format!("/auth/google/{operation}");
        let answer = app.post(&path).json(&body).send().await.expect(400);
        assert_eq!(answer.json()["message"], message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_a_nonce_needs_a_contract_that_names_it() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
    for claims in [json!({"nonce": "of the client"}), json!({"iat": NOW - 301})] {
        let body = json!({"token": provider.id_token(&claims)});
        let answer = app.post("/auth/google/sign-up").json(&body).send().await.expect(400);
        assert_eq!(answer.json()["message"], "The token is invalid", "{claims}");
    }
}

/// One that another application got for the same user must open nothing here.
#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_must_have_been_issued_for_us() {
    let provider = Provider::start().await;
    let api = json!({"api": format!("{}/", provider.url)});
    let facebook = json!({"facebook": {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "endpoints": api}});
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &facebook.to_string())]).await;
    for token in ["of another application", "expired"] {
        let body = json!({ "token": token });
        let _ = app.post("/auth/facebook/sign-up").json(&body).send().await.expect(400);
    }
    let body = json!({"token": "ours"});
    let _ = app.post("/auth/facebook/sign-up").json(&body).send().await.expect(201);
    let _ = app.post("/auth/facebook/sign-in").json(&body).send().await.expect(200);
    let _ = app.post("/auth/google/sign-in").json(&body).send().await.expect(400);
    let _ = sign_up(&app, "grace@example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_refused_tokens_count_for_their_client() {
    let provider = Provider::start().await;
    let google = provider.settings("google");
    let settings = [("SOCIAL_PROVIDERS", google.as_str()), ("RATE_LIMITS", "on")];
    let app = start_with_settings_of(&provider, &settings).await;
    let present = |path: &str, claims: serde_json::Value| {
        let body = json!({"token": provider.id_token(&claims)});
        app.post(path).json(&body).send()
    };
    let _ = present("/auth/google/sign-up", json!({})).await.expect(201);
    for number in 0..12 {
        let _ = present("/auth/google/sign-in", json!({"jti": number.to_string()}))
            .await
            .expect(200);
    }
    for _ in 0..5 {
        let _ = present("/auth/google/sign-in", json!({"aud": "another application"}))
            .await
            .expect(400);
    }
    for path in ["/auth/google/sign-in", "/auth/google/sign-up"] {
        let limited = present(path, json!({"jti": "last"})).await.expect(429);
        assert_eq!(limited.header("retry-after"), Some("60"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_without_a_default_team_starts_in_the_first_joined_one() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
    let body = json!({"token": provider.id_token(&json!({}))});
    let tokens = app.post("/auth/google/sign-up").json(&body).send().await.expect(201);
    let access = text(&tokens.json()["accessToken"]);
    app.change_user(&access, |user| user.default_organization = None).await;
    let next = json!({"token": provider.id_token(&json!({"jti": "2"}))});
    let tokens = app.post("/auth/google/sign-in").json(&next).send().await.expect(200);
    let caller = app.caller(&text(&tokens.json()["accessToken"])).await;
    assert_eq!(
        caller.session.active_organization,
        Some(caller.user.memberships[0].organization_id)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_identity_signs_up_while_registration_is_closed() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
    app.configure(ConfigurationKey::RegistrationOpen, json!(false)).await;
    let body = json!({"token": provider.id_token(&json!({}))});
    let _ = app.post("/auth/google/sign-up").json(&body).send().await.expect(400);
}
