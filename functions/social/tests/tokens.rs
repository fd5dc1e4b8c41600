//! ID tokens that a client presents: who may, for how long, and how often.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::race::{a_ban_ends_sign_ins, race};
use shared::testkit::{Answer, TestApp, across};

use super::support::provider::NOW;
use super::support::{ADA, Provider, session_of, start_with_provider, start_with_settings_of, text};

async fn present(app: &TestApp, id_token: Value) -> Answer {
    let body = json!({"provider": "acme", "idToken": id_token});
    app.post("/api/auth/sign-in/social").json(&body).send().await
}

fn token_of(answer: &Answer) -> String {
    text(&answer.json()["token"])
}

async fn sessions(app: &TestApp, token: &str) -> usize {
    let answer = app
        .get("/api/auth/list-sessions")
        .bearer(token)
        .send()
        .await
        .expect(200);
    answer.json().as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_a_nonce_needs_that_nonce() {
    let (app, provider) = start_with_provider().await;
    let bound = provider.id_token(&json!({"nonce": "of the client"}));
    let unbound = provider.id_token(&json!({}));
    for refused in [
        json!({"token": bound}),
        json!({"token": bound, "nonce": ""}),
        json!({"token": bound, "nonce": "of another"}),
        json!({"token": unbound, "nonce": "of the client"}),
    ] {
        let answer = present(&app, refused.clone()).await.expect(401);
        assert_eq!(answer.json()["code"], "INVALID_TOKEN", "{refused}");
    }
    let _ = present(&app, json!({"token": bound, "nonce": "of the client"}))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_presented_within_five_minutes() {
    let (app, provider) = start_with_provider().await;
    for (issued_at, status) in [
        (json!(NOW - 301), 401),
        (json!(NOW + 61), 401),
        (json!(null), 401),
        (json!("now"), 401),
        (json!(NOW - 300), 200),
        (json!(NOW + 60), 200),
    ] {
        let token = provider.id_token(&json!({"iat": issued_at}));
        let _ = present(&app, json!({"token": token})).await.expect(status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_one_session() {
    let (app, provider) = start_with_provider().await;
    let presented = json!({"token": provider.id_token(&json!({}))});
    let first = token_of(&present(&app, presented.clone()).await.expect(200));
    app.clock.advance(SignedDuration::from_secs(9));
    let repeated = token_of(&present(&app, presented.clone()).await.expect(200));
    assert_eq!(repeated, first, "the first answer may have been lost");
    assert_eq!(sessions(&app, &first).await, 1);
    app.clock.advance(SignedDuration::from_secs(1));
    let replayed = present(&app, presented.clone()).await.expect(401);
    assert_eq!(replayed.json()["code"], "INVALID_TOKEN");
    let next = json!({"token": provider.id_token(&json!({"jti": "2"}))});
    let _ = present(&app, next).await.expect(200);
    assert_eq!(sessions(&app, &first).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_opens_nothing_that_has_ended() {
    let (app, provider) = start_with_provider().await;
    let presented = json!({"token": provider.id_token(&json!({}))});
    let token = token_of(&present(&app, presented.clone()).await.expect(200));
    let _ = app.post("/api/auth/sign-out").bearer(&token).send().await.expect(200);
    let _ = present(&app, presented).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_presentations_at_once_one_opens_a_session() {
    for is_known in [false, true] {
        let (app, provider) = start_with_provider().await;
        if is_known {
            let token = provider.id_token(&json!({"jti": "earlier"}));
            let _ = present(&app, json!({"token": token})).await.expect(200);
        }
        let app = Arc::new(app);
        let presented = json!({"token": provider.id_token(&json!({}))});
        let answers = race(&app, |_, app| {
            let presented = presented.clone();
            async move { present(&app, presented).await }
        })
        .await;
        let tokens: Vec<_> = answers
            .into_iter()
            .map(|answer| token_of(&answer.expect(200)))
            .collect();
        assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
        assert_eq!(sessions(&app, &tokens[0]).await, 1 + usize::from(is_known));
    }
}

/// Each sign-in presents a token of its own.
#[tokio::test(flavor = "multi_thread")]
async fn bulk_revocation_holds_against_sign_ins_at_a_provider() {
    let (app, provider) = start_with_provider().await;
    let id_token = |number: usize| json!({"token": provider.id_token(&json!({"jti": number.to_string()}))});
    let first = token_of(&present(&app, id_token(usize::MAX)).await.expect(200));
    let user = app.caller(&first).await.user.id;
    let app = Arc::new(app);
    a_ban_ends_sign_ins(&app, user, |number, app| {
        let presented = id_token(number);
        async move { across::bearer_of(&present(&app, presented).await) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_does_not_use_a_token_up() {
    let provider = Provider::start().await;
    let settings = provider.settings_with("acme", &json!({"disableImplicitSignUp": true}));
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &settings)]).await;
    let id_token = json!({"token": provider.id_token(&json!({}))});
    let refused = present(&app, id_token.clone()).await.expect(401);
    assert_eq!(refused.json()["code"], "SIGNUP_DISABLED");
    app.clock.advance(SignedDuration::from_mins(2));
    let body = json!({"provider": "acme", "idToken": id_token, "requestSignUp": true});
    let answer = app
        .post("/api/auth/sign-in/social")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(session_of(&app, &token_of(&answer)).await["user"]["email"], ADA);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_made_a_user_is_used_up_without_a_session() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("VERIFICATION_REQUIRED", "better_auth")]).await;
    let presented = json!({"token": provider.id_token(&json!({"email_verified": false}))});
    for _ in 0..2 {
        let answer = present(&app, presented.clone()).await.expect(403);
        assert_eq!(answer.json()["code"], "EMAIL_NOT_VERIFIED");
    }
    assert_eq!(app.count_mails("verify-email"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_gets_the_same_challenge_of_the_second_factor() {
    let (app, provider) = start_with_provider().await;
    let first = json!({"token": provider.id_token(&json!({}))});
    let token = token_of(&present(&app, first).await.expect(200));
    app.change_user(&token, |user| user.two_factor_enabled = true).await;
    let next = json!({"token": provider.id_token(&json!({"jti": "2"}))});
    let challenge = async || {
        let body = json!({"provider": "acme", "idToken": next});
        let request = app.post("/api/auth/sign-in/social").json(&body).undocumented();
        let answer = request.send().await.expect(200);
        assert_eq!(answer.json()["twoFactorRedirect"], true);
        let cookies = answer.cookies();
        let challenge = cookies
            .iter()
            .find(|cookie| cookie.contains("two_factor="))
            .expect("a challenge");
        (*challenge).to_owned()
    };
    assert_eq!(challenge().await, challenge().await);
}

/// What it costs to use a token up: nothing but a write in the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_token_costs_no_call() {
    let (app, provider) = start_with_provider().await;
    let first = json!({"token": provider.id_token(&json!({}))});
    let _ = present(&app, first).await.expect(200);
    let next = json!({"token": provider.id_token(&json!({"jti": "2"}))});
    let answer = present(&app, next.clone()).await.expect(200);
    assert_eq!(
        answer.usage.dynamodb, 4,
        "the identity, its user, its account, the commit"
    );
    assert_eq!(
        present(&app, next).await.expect(200).usage.dynamodb,
        6,
        "the commit is refused"
    );
}
