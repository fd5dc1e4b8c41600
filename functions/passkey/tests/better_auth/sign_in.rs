//! `generate-authenticate-options` by both methods, and `POST /passkey/verify-authentication`.

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::testkit::authenticator::{Authenticator, BACKED_UP, BACKUP_ELIGIBLE};

use super::{
    ADA, BOB, ORIGIN, PASSWORD, ask_to_sign_in, asked, assert_error, assert_no_challenge, list, register,
    send_authentication, session_of, sign_in, sign_up, start, start_with, user_with_passkey,
};

const OPTIONS: &str = "/api/auth/passkey/generate-authenticate-options";

#[tokio::test(flavor = "multi_thread")]
async fn options_are_the_same_by_both_methods() {
    let app = start().await;
    let answers = [
        app.get(OPTIONS).send().await.expect(200),
        app.post(OPTIONS).send().await.expect(200),
        app.post(OPTIONS).json(&json!({})).send().await.expect(200),
        app.post(OPTIONS).json(&json!({"email": ADA})).send().await.expect(200),
    ];
    for answer in answers {
        let options = answer.json();
        let challenge = &options["challenge"];
        assert_eq!(
            options,
            json!({"rpId": "localhost", "challenge": challenge, "timeout": 60000, "userVerification": "preferred"})
        );
        let cookie = asked(&answer).cookie;
        assert!(cookie.starts_with("better-auth.better-auth-passkey."), "{cookie}");
        assert!(cookie.contains("=wac_"), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_looking_makes_no_challenge() {
    let app = start().await;
    for path in [OPTIONS, "/api/auth/passkey/generate-register-options"] {
        let answer = app.request("HEAD", path).undocumented().send().await.expect(404);
        assert!(answer.cookies().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_opens_a_session() {
    let app = start().await;
    let (first, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let asked = ask_to_sign_in(&app).await;
    let response = authenticator.get(&asked.options);
    let answer = send_authentication(&app, &asked.cookie, &response).await.expect(200);
    let (ceremony, _) = asked.cookie.split_once('=').expect("a cookie");
    let token = answer.json()["session"]["token"].as_str().expect("a token").to_owned();
    assert_eq!(answer.json(), session_of(&app, &token).await);
    assert_eq!(answer.json()["user"], session_of(&app, &first).await["user"]);
    assert_eq!(
        answer.cookies(),
        [
            format!("better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"),
            format!("{ceremony}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"),
        ]
    );
    assert_eq!(answer.header("set-auth-token"), Some(token.as_str()));
    assert_eq!(list(&app, &token).await[0]["counter"], 2);
}

/// The provider cannot be reached, so a response that is presented is 503.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_takes_a_captcha_where_sign_ins_do() {
    let settings = [
        ("CAPTCHA_PROVIDER", "turnstile"),
        ("CAPTCHA_SECRET", "secret"),
        ("CAPTCHA_ENDPOINT", "http://127.0.0.1:9/siteverify"),
        ("CAPTCHA_CONTRACTS", "better_auth"),
    ];
    let app = start_with(&settings).await;
    let asked = ask_to_sign_in(&app).await;
    let mut authenticator = Authenticator::new(1);
    let body = json!({"response": authenticator.get(&asked.options)});
    let request = || {
        let request = app.post("/api/auth/passkey/verify-authentication").json(&body);
        let request = request.header("cookie", &asked.cookie).header("origin", ORIGIN);
        request.undocumented()
    };
    assert_error(
        &request().send().await,
        400,
        "MISSING_RESPONSE",
        "Missing CAPTCHA response",
    );
    let presented = request().header("x-captcha-response", "a response").send().await;
    let _ = presented.expect(503);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_may_be_used_again_and_again() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let (mut counting, mut synced) = (Authenticator::new(1), Authenticator::synced(2));
    register(&app, &token, &mut counting).await;
    register(&app, &token, &mut synced).await;
    for _ in 0..3 {
        let _ = sign_in(&app, &mut counting).await.expect(200);
        let _ = sign_in(&app, &mut synced).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_made_meanwhile_is_noted() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::synced(1);
    authenticator.flags &= !BACKED_UP;
    assert_eq!(register(&app, &token, &mut authenticator).await["backedUp"], false);
    authenticator.flags |= BACKED_UP | BACKUP_ELIGIBLE;
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(list(&app, &token).await[0]["backedUp"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_is_signed_in_is_asked_for_their_own() {
    let app = start().await;
    let (ada, mut of_ada) = user_with_passkey(&app, ADA, 1).await;
    let (_, mut of_bob) = user_with_passkey(&app, BOB, 2).await;
    let ask = || app.get(OPTIONS).bearer(&ada).send();
    let options = asked(&ask().await.expect(200));
    assert_eq!(
        options.options["allowCredentials"],
        json!([{"id": of_ada.id(), "type": "public-key", "transports": ["internal", "hybrid"]}])
    );
    // A key that is not kept on the authenticator does not know whose it is, and need not.
    let response = of_ada.get_with(&options.options, |draft| draft.user_handle = None);
    let _ = send_authentication(&app, &options.cookie, &response).await.expect(200);
    let options = asked(&ask().await.expect(200));
    let response = of_bob.get(&options.options);
    let answer = send_authentication(&app, &options.cookie, &response).await;
    assert_error(&answer, 400, "AUTHENTICATION_FAILED", "Authentication failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_in_user_may_sign_in_as_another_with_a_passkey() {
    let app = start().await;
    let ada = sign_up(&app, ADA).await;
    let (_, mut of_bob) = user_with_passkey(&app, BOB, 2).await;
    let options = asked(&app.get(OPTIONS).bearer(&ada).send().await.expect(200));
    assert_eq!(options.options.get("allowCredentials"), None);
    let response = of_bob.get(&options.options);
    let answer = send_authentication(&app, &options.cookie, &response).await.expect(200);
    assert_eq!(answer.json()["user"]["email"], BOB);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_lasts_five_minutes() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let asked = ask_to_sign_in(&app).await;
    app.clock.advance(SignedDuration::from_mins(5));
    let response = authenticator.get(&asked.options);
    assert_no_challenge(&send_authentication(&app, &asked.cookie, &response).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_not_sign_in_is_refused() {
    let app = start().await;
    let (token, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let banned = UserStatus::Banned {
        reason: "No reason".to_owned(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    app.change_user(&token, |user| user.status = banned).await;
    let answer = sign_in(&app, &mut authenticator).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["code"], "BANNED_USER");
    assert!(answer.cookies().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_is_over_is_forgotten_at_the_sign_in() {
    let app = start().await;
    let (token, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let banned = UserStatus::Banned {
        reason: "No reason".to_owned(),
        until: Some(app.clock.now()),
        former: Box::new(UserStatus::Active),
    };
    app.change_user(&token, |user| user.status = banned).await;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    assert_eq!(answer.json()["user"]["banned"], false);
    assert_eq!(app.caller(&token).await.user.status, UserStatus::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_an_address_must_be_verified_a_passkey_does_not_go_around_it() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "better_auth")]).await;
    // Another contract admits unverified users.
    let person = json!({"first_name": "Ada", "last_name": "Lovelace", "email": ADA, "password": PASSWORD});
    let _ = app.post("/api/auth/signup").json(&person).send().await.expect(201);
    let answer = app.post("/api/auth/login").json(&person).send().await.expect(200);
    let token = answer.json()["access_token"].as_str().expect("a JWT").to_owned();
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    let answer = sign_in(&app, &mut authenticator).await;
    assert_error(&answer, 403, "EMAIL_NOT_VERIFIED", "Email not verified");
    app.change_user(&token, |user| user.email_verified_at = Some(user.created_at))
        .await;
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_passkey_costs_five_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let answer = sign_in(&app, &mut authenticator).await.expect(200);
    // The window of the client, the challenge, the owner, passkey and user, and the commit.
    assert_eq!(answer.usage.dynamodb, 5);
}
