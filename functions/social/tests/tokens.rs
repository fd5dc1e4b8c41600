//! ID tokens that a client presents: who may, for how long, and how often.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::User;
use shared::testkit::race::{a_ban_ends_sign_ins, race};
use shared::testkit::{Answer, TestApp, across, better_auth, teams};

use super::support::provider::NOW;
use super::support::{
    ADA, Provider, accounts, arrive, departed, session_of, sign_in, sign_up, start_with_provider,
    start_with_settings_of, text,
};

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
        json!({"token": provider.id_token(&json!({"nonce": 123}))}),
        json!({"token": provider.id_token(&json!({"nonce": {}}))}),
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

/// The answer of a verification with a mailed code, for the sign-in or the session whose token is in the header.
async fn verify_by_mail(app: &TestApp, token: &str) -> Answer {
    let asked = app.post("/api/auth/two-factor/send-otp").bearer(token).json(&json!({}));
    let _ = asked.send().await.expect(200);
    let mail = app.last_mail("two-factor-otp").text.expect("a text part");
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    let code = json!({"code": mail.lines().find(is_code).expect("a code")});
    let verify = app.post("/api/auth/two-factor/verify-otp").bearer(token).json(&code);
    verify.send().await
}

/// A user at the provider `google` who has a second factor.
async fn start_with_second_factor() -> (TestApp, Provider) {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
    let body = json!({"provider": "google", "idToken": {"token": provider.id_token(&json!({"jti": "earlier"}))}});
    let answer = app.post("/api/auth/sign-in/social").json(&body).send().await;
    let token = token_of(&answer.expect(200));
    app.change_user(&token, User::turn_on_second_factor).await;
    (app, provider)
}

async fn present_to_better_auth(app: &TestApp, id_token: &str) -> Answer {
    let body = json!({"provider": "google", "idToken": {"token": id_token}});
    let request = app.post("/api/auth/sign-in/social").json(&body).undocumented();
    request.send().await
}

fn challenge_of(answer: &Answer) -> String {
    better_auth::cookie_of(answer, "better-auth.two_factor").expect("a challenge")
}

async fn present_to_teams(app: &TestApp, id_token: &str) -> Answer {
    let request = app.post("/auth/google/sign-in").json(&json!({"token": id_token}));
    request.send().await
}

async fn assert_spent(app: &TestApp, id_token: &str) {
    let answer = present_to_better_auth(app, id_token).await.expect(401);
    assert_eq!(answer.json()["code"], "INVALID_TOKEN");
    let answer = present_to_teams(app, id_token).await.expect(400);
    assert_eq!(answer.json()["message"], "The token is invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_gets_nothing_of_a_sign_in_whose_second_factor_was_verified() {
    let (app, provider) = start_with_second_factor().await;
    let id_token = provider.id_token(&json!({"jti": "better_auth"}));
    let first = challenge_of(&present_to_better_auth(&app, &id_token).await.expect(200));
    // A copy gets tokens of its own, which wait for a second factor of their own.
    let (_, copied) = teams::tokens_of(&present_to_teams(&app, &id_token).await.expect(200));
    let verified = verify_by_mail(&app, &first).await.expect(200);
    assert_spent(&app, &id_token).await;
    let _ = teams::refresh(&app, &copied).await.expect(401);
    assert!(better_auth::is_live(&app, &token_of(&verified)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_of_a_repetition_never_gains_the_second_factor() {
    let (app, provider) = start_with_second_factor().await;
    // Whether the copy is presented first or second, and wherever its user is.
    for verifies in [0, 1] {
        let id_token = provider.id_token(&json!({"jti": verifies}));
        let mut tokens = Vec::new();
        for _ in 0..2 {
            let answer = present_to_teams(&app, &id_token).await.expect(200);
            assert_eq!(answer.json()["isTwoFactorEnable"], true);
            tokens.push(teams::tokens_of(&answer));
        }
        let _ = verify_by_mail(&app, &tokens[verifies].0).await.expect(200);
        let _ = teams::refresh(&app, &tokens[1 - verifies].1).await.expect(401);
        let renewed = teams::refresh(&app, &tokens[verifies].1).await.expect(200);
        assert!(better_auth::is_live(&app, &teams::tokens_of(&renewed).0).await);
    }

    let id_token = provider.id_token(&json!({"jti": "both contracts"}));
    let (_, copied) = teams::tokens_of(&present_to_teams(&app, &id_token).await.expect(200));
    let challenge = challenge_of(&present_to_better_auth(&app, &id_token).await.expect(200));
    let _ = verify_by_mail(&app, &challenge).await.expect(200);
    let _ = teams::refresh(&app, &copied).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_refresh_token_ends_the_repetition() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
    let id_token = provider.id_token(&json!({}));
    let body = json!({"token": id_token});
    let signed_up = app.post("/auth/google/sign-up").json(&body).send().await.expect(201);
    let _ = teams::refresh(&app, &teams::tokens_of(&signed_up).1).await.expect(200);
    assert_spent(&app, &id_token).await;
}

/// An ID token that the service hands out must not be a credential that outlives the session.
#[tokio::test(flavor = "multi_thread")]
async fn no_operation_hands_out_the_token_of_a_refresh() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let body = json!({"providerId": "acme"});
    for operation in ["refresh-token", "get-access-token"] {
        let path = format!("/api/auth/{operation}");
        let answer = app.post(&path).bearer(&token).json(&body).send().await.expect(200);
        assert_eq!(answer.json()["accessToken"], "access-1");
        let id_token = text(&answer.json()["idToken"]);
        let refused = present(&app, json!({"token": id_token})).await.expect(401);
        assert_eq!(refused.json()["code"], "INVALID_TOKEN", "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_nonce_is_spent_by_the_flow_that_links_it() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &provider.settings("linkedin"))]).await;
    let token = sign_up(&app, ADA).await;
    let body = json!({"provider": "linkedin", "callbackURL": "/done"});
    let answer = app
        .post("/api/auth/link-social")
        .bearer(&token)
        .json(&body)
        .send()
        .await;
    let departure = departed(&answer.expect(200));
    let claims = json!({"nonce": null});
    let path = provider.consent(&departure.page, &claims);
    assert_eq!(arrive(&app, &path, &departure.cookie).await.location, "/done");
    let body = json!({"providerId": "linkedin"});
    let answer = app
        .post("/api/auth/get-access-token")
        .bearer(&token)
        .json(&body)
        .send()
        .await;
    let id_token = text(&answer.expect(200).json()["idToken"]);
    let body = json!({"provider": "linkedin", "idToken": {"token": id_token}});
    let refused = app
        .post("/api/auth/sign-in/social")
        .json(&body)
        .send()
        .await
        .expect(401);
    assert_eq!(refused.json()["code"], "INVALID_TOKEN");
}

async fn link_with(app: &TestApp, token: &str, id_token: &str) -> Answer {
    let body = json!({"provider": "acme", "idToken": {"token": id_token}});
    let request = app.post("/api/auth/link-social").bearer(token).json(&body);
    request.send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_links_or_signs_in_and_does_so_once() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    let id_token = provider.id_token(&json!({}));
    for _ in 0..2 {
        let _ = link_with(&app, &token, &id_token).await.expect(200);
    }
    let refused = present(&app, json!({"token": id_token})).await.expect(401);
    assert_eq!(refused.json()["code"], "INVALID_TOKEN");
    app.clock.advance(SignedDuration::from_secs(10));
    let refused = link_with(&app, &token, &id_token).await.expect(401);
    assert_eq!(refused.json()["code"], "INVALID_TOKEN");

    let next = provider.id_token(&json!({"jti": "2"}));
    let _ = present(&app, json!({"token": next})).await.expect(200);
    let refused = link_with(&app, &token, &next).await.expect(401);
    assert_eq!(refused.json()["code"], "INVALID_TOKEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_links_and_sign_ins_with_one_token_at_once_one_kind_succeeds() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    let _ = link_with(&app, &token, &provider.id_token(&json!({"jti": "1"})))
        .await
        .expect(200);
    let app = Arc::new(app);
    let id_token = provider.id_token(&json!({"jti": "2"}));
    let answers = race(&app, |number, app| {
        let (token, id_token) = (token.clone(), id_token.clone());
        async move {
            let is_link = number % 2 == 0;
            let answer = if is_link {
                link_with(&app, &token, &id_token).await
            } else {
                present(&app, json!({"token": id_token})).await
            };
            (is_link, answer)
        }
    })
    .await;
    let succeeded = |is_link: bool| {
        let of_kind = answers.iter().filter(|(kind, _)| *kind == is_link);
        of_kind.filter(|(_, answer)| answer.status == 200).count()
    };
    assert!((succeeded(true) == 0) != (succeeded(false) == 0), "{answers:?}");
}

/// An attacker with the password of the mailbox, but not the second factor, must add nothing to the account.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_links_nothing_before_the_second_factor() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    let change = |user: &mut User| {
        user.email_verified_at = Some(user.created_at);
        user.turn_on_second_factor();
    };
    app.change_user(&token, change).await;
    let mails = app.count_mails("credential-changed");
    for number in 0..2 {
        let id_token = provider.id_token(&json!({"jti": number}));
        let body = json!({"provider": "acme", "idToken": {"token": id_token}});
        let request = app.post("/api/auth/sign-in/social").json(&body).undocumented();
        let answer = request.send().await.expect(200);
        assert_eq!(accounts(&app, &token).await.len(), 1);
        // The address is verified on both sides, so it signs its user in.
        let _ = verify_by_mail(&app, &challenge_of(&answer)).await.expect(200);
    }
    assert_eq!(app.count_mails("credential-changed"), mails);
    assert_eq!(accounts(&app, &token).await.len(), 1);
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
        answer.usage.dynamodb, 5,
        "the provider, the identity, its user, its account, the commit"
    );
    assert_eq!(
        present(&app, next).await.expect(200).usage.dynamodb,
        7,
        "the commit is refused"
    );
}
