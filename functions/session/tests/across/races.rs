//! Race conditions: with sixteen requests at once, what must happen once happens once.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::contract::Contract;
use shared::domain::one_time::ResetPassword;
use shared::domain::{NewPassword, OneTimeToken, PasswordRules};
use shared::operations::{CaptchaCheck, Client, RequestPasswordReset};
use shared::testkit::Answer;
use shared::testkit::race::a_ban_ends_sign_ins;

use super::{
    CROWD, EMAIL, PASSWORD, SIGN_IN_CONTRACTS, SIGN_UP_CONTRACTS, bearer_of, count, is_live, race, session_of, sign_in,
    sign_up, start, tokens,
};

const NEW_PASSWORD: &str = "a river under the ice";

/// How each contract says that the address is taken.
fn is_conflict(contract: Contract, answer: &Answer) -> bool {
    let body = answer.json();
    match contract {
        Contract::BetterAuth => answer.status == 422 && body["code"] == "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
        Contract::Basic => answer.status == 409 && body["detail"] == "User already exists",
        _ => answer.status == 400 && body["message"] == "User already exists",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_sign_up_with_one_address_one_gets_it() {
    let app = Arc::new(start().await);
    let contract = |number: usize| SIGN_UP_CONTRACTS[number % SIGN_UP_CONTRACTS.len()];
    let answers = race(&app, |number, app| async move {
        sign_up(&app, contract(number), EMAIL).send().await
    })
    .await;
    let winners: Vec<usize> = (0..CROWD)
        .filter(|number| answers[*number].status.is_success())
        .collect();
    assert_eq!(winners.len(), 1);
    for (number, answer) in answers.iter().enumerate().filter(|(number, _)| *number != winners[0]) {
        assert!(
            is_conflict(contract(number), answer),
            "{} {}",
            answer.status,
            answer.text()
        );
    }
    assert_eq!(app.mails().len(), 1);
    let mut ids = Vec::new();
    for contract in SIGN_UP_CONTRACTS {
        let token = bearer_of(&sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200));
        ids.push(session_of(&app, &token).await["user"]["id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_may_sign_in_at_once() {
    let app = Arc::new(start().await);
    let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
    let answers = race(&app, |number, app| async move {
        let contract = SIGN_IN_CONTRACTS[number % SIGN_IN_CONTRACTS.len()];
        sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200)
    })
    .await;
    let mut sessions = Vec::new();
    for answer in &answers {
        sessions.push(session_of(&app, &bearer_of(answer)).await["session"]["id"].to_string());
    }
    sessions.sort();
    sessions.dedup();
    assert_eq!(sessions.len(), CROWD);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_take_one_due_extension_everybody_keeps_the_session() {
    let app = Arc::new(start().await);
    let token = bearer_of(&sign_up(&app, Contract::BetterAuth, EMAIL).send().await.expect(200));
    app.clock.advance(SignedDuration::from_hours(24));
    let answers = race(&app, |_, app| {
        let token = token.clone();
        async move { session_of(&app, &token).await }
    })
    .await;
    assert!(
        answers
            .iter()
            .all(|answer| answer["session"]["expiresAt"] == "2026-02-08T12:00:00.000Z")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_does_not_bring_back_what_is_being_signed_out() {
    let app = Arc::new(start().await);
    let token = bearer_of(&sign_up(&app, Contract::BetterAuth, EMAIL).send().await.expect(200));
    app.clock.advance(SignedDuration::from_hours(24));
    race(&app, |number, app| {
        let token = token.clone();
        async move {
            if number % 2 == 0 {
                let _ = app.get("/api/auth/get-session").bearer(&token).send().await.expect(200);
            } else {
                let _ = app.post("/api/auth/sign-out").bearer(&token).send().await.expect(200);
            }
        }
    })
    .await;
    assert!(!is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_does_not_bring_back_what_is_being_revoked() {
    let app = Arc::new(start().await);
    let (jwt, refresh_token) = tokens(&app).await;
    let answers = race(&app, |number, app| {
        let (jwt, refresh_token) = (jwt.clone(), refresh_token.clone());
        async move {
            if number % 2 == 0 {
                super::refresh(&app, &refresh_token).send().await
            } else {
                app.post("/api/auth/revoke-sessions").bearer(&jwt).send().await
            }
        }
    })
    .await;
    assert!(
        answers
            .iter()
            .all(|answer| [200, 401].contains(&answer.status.as_u16()))
    );
    for answer in answers.iter().filter(|answer| answer.json()["accessToken"].is_string()) {
        assert!(!is_live(&app, &bearer_of(answer)).await);
        let _ = super::refresh(&app, &super::refresh_token_of(answer))
            .send()
            .await
            .expect(401);
    }
}

/// Some sign in with the old password while it is being replaced. Whatever the answers, none of the sessions
/// is live afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_does_not_outlive_the_password_it_was_made_with() {
    for _ in 0..5 {
        let app = Arc::new(start().await);
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let ask = RequestPasswordReset {
            email: EMAIL.parse().expect("an address"),
            redirect: None,
            captcha: CaptchaCheck::NotRequired,
            client: Client::default(),
        };
        app.core()
            .request_password_reset(ask, app.clock.now())
            .await
            .expect("an answer");
        app.deliver_mail().await;
        let reset = app.mailed_token("reset-password");
        let answers = race(&app, |number, app| {
            let reset = reset.clone();
            async move {
                if number == CROWD / 2 {
                    let token = OneTimeToken::<ResetPassword>::parse(&reset).expect("a token");
                    let rules = PasswordRules { min: 8, max: 128 };
                    let password = NewPassword::parse(NEW_PASSWORD, rules).expect("a password");
                    let now = app.clock.now();
                    app.core()
                        .reset_password(&token, &password, "192.0.2.9", now)
                        .await
                        .expect("a reset");
                    return None;
                }
                let contract = SIGN_IN_CONTRACTS[number % SIGN_IN_CONTRACTS.len()];
                let answer = sign_in(&app, contract, EMAIL, PASSWORD).send().await;
                answer.status.is_success().then(|| bearer_of(&answer))
            }
        })
        .await;
        for token in answers.into_iter().flatten() {
            assert_eq!(session_of(&app, &token).await, Value::Null);
        }
        let _ = sign_in(&app, Contract::Basic, EMAIL, PASSWORD).send().await.expect(401);
        let answer = sign_in(&app, Contract::BetterAuth, EMAIL, NEW_PASSWORD).send().await;
        assert!(is_live(&app, &bearer_of(&answer.expect(200))).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_may_be_revoked_by_many_at_once() {
    let app = Arc::new(start().await);
    let token = bearer_of(&sign_up(&app, Contract::BetterAuth, EMAIL).send().await.expect(200));
    let other = bearer_of(
        &sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
            .send()
            .await
            .expect(200),
    );
    let handle = session_of(&app, &other).await["session"]["id"].clone();
    let answers = race(&app, |number, app| {
        let (token, body) = (token.clone(), json!({"token": handle}));
        async move {
            let path = if number % 4 == 0 {
                "/api/auth/revoke-other-sessions"
            } else {
                "/api/auth/revoke-session"
            };
            app.post(path).bearer(&token).json(&body).send().await
        }
    })
    .await;
    assert_eq!(
        count(&answers, 200),
        CROWD,
        "{:?}",
        answers.iter().map(Answer::text).collect::<Vec<_>>()
    );
    assert!(is_live(&app, &token).await && !is_live(&app, &other).await);
}

/// A request that was authenticated before all sessions ended, and writes after that.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_does_not_save_itself_by_ending_the_others() {
    let app = start().await;
    let stolen = bearer_of(&sign_up(&app, Contract::BetterAuth, EMAIL).send().await.expect(200));
    let (thief, now) = (app.caller(&stolen).await, app.clock.now());
    let own = bearer_of(
        &sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
            .send()
            .await
            .expect(200),
    );
    let _ = app
        .post("/api/auth/revoke-sessions")
        .bearer(&own)
        .send()
        .await
        .expect(200);
    let own = bearer_of(
        &sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
            .send()
            .await
            .expect(200),
    );
    let done = app.core().revoke_other_sessions(&thief, now).await.expect("an answer");
    assert!(!done);
    assert!(!is_live(&app, &stolen).await && is_live(&app, &own).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_that_is_refreshed_while_it_ends_the_others() {
    for _ in 0..5 {
        let app = Arc::new(start().await);
        let (jwt, refresh_token) = tokens(&app).await;
        let answers = race(&app, |number, app| {
            let (jwt, refresh_token) = (jwt.clone(), refresh_token.clone());
            async move {
                if number % 2 == 0 {
                    super::refresh(&app, &refresh_token).send().await
                } else {
                    app.post("/api/auth/revoke-other-sessions").bearer(&jwt).send().await
                }
            }
        })
        .await;
        assert!(
            answers
                .iter()
                .all(|answer| [200, 503].contains(&answer.status.as_u16()))
        );
        assert!(is_live(&app, &jwt).await);
        let refreshed = answers.iter().find(|answer| answer.json()["refreshToken"].is_string());
        let token = super::refresh_token_of(refreshed.expect("a winner"));
        let _ = super::refresh(&app, &token).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_revocation_holds_against_sign_ins_in_every_contract() {
    for contract in SIGN_IN_CONTRACTS {
        let app = Arc::new(start().await);
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let token = bearer_of(&sign_in(&app, Contract::Teams, EMAIL, PASSWORD).send().await);
        let user = app.caller(&token).await.user.id;
        a_ban_ends_sign_ins(&app, user, |_, app| async move {
            let answer = sign_in(&app, contract, EMAIL, PASSWORD).send().await;
            answer.status.is_success().then(|| bearer_of(&answer))
        })
        .await;
        assert!(!is_live(&app, &token).await, "{contract}");
    }
}

/// Sixteen sessions are refreshed while one of them ends all.
#[tokio::test(flavor = "multi_thread")]
async fn bulk_revocation_holds_against_refreshes_in_every_contract() {
    for path in ["/auth/refresh-token", "/accounts/v1/auth/refresh-token"] {
        let app = Arc::new(start().await);
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let mut sessions = Vec::new();
        for _ in 0..CROWD {
            let answer = sign_in(&app, Contract::Teams, EMAIL, PASSWORD).send().await.expect(200);
            sessions.push((bearer_of(&answer), super::refresh_token_of(&answer)));
        }
        let answers = race(&app, |number, app| {
            let (jwt, refresh_token) = sessions[number].clone();
            async move {
                if number == CROWD / 2 {
                    return app.post("/api/auth/revoke-sessions").bearer(&jwt).send().await;
                }
                let body = json!({"refreshToken": refresh_token});
                app.post(path).json(&body).send().await
            }
        })
        .await;
        assert_eq!(answers[CROWD / 2].status, 200);
        for (number, answer) in answers.iter().enumerate().filter(|(number, _)| *number != CROWD / 2) {
            let (jwt, old) = sessions[number].clone();
            assert!(!is_live(&app, &jwt).await);
            let newest = shared::testkit::across::refresh_token_of(answer).unwrap_or(old);
            let body = json!({"refreshToken": newest});
            let again = app.post(path).json(&body).send().await;
            assert!(!again.status.is_success(), "{}", again.text());
            if let Some(token) = shared::testkit::across::bearer_of(answer) {
                assert!(!is_live(&app, &token).await);
            }
        }
    }
}
