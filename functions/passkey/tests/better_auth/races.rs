//! Race conditions: with sixteen requests at once, what must happen once happens once.

use std::sync::Arc;

use serde_json::json;
use shared::testkit::race::{CROWD, a_ban_ends_sign_ins, count, one_winner, race};
use shared::testkit::{Answer, Authenticator, TestApp};

use super::{
    ADA, ask_to_register, ask_to_sign_in, list, register, send_authentication, send_registration, sign_up, start,
    user_with_passkey,
};

fn seed(number: usize) -> u8 {
    u8::try_from(number).expect("a crowd is small")
}

fn has_code<'a>(answers: impl Iterator<Item = &'a Answer>, code: &str) -> bool {
    let mut codes = answers.map(|answer| answer.json()["code"].clone());
    codes.all(|found| found == code)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_answer_one_challenge_to_register_one_does() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, ADA).await;
    let asked = Arc::new(ask_to_register(&app, &token).await);
    let answers = race(&app, |number, app| {
        let (token, asked) = (token.clone(), Arc::clone(&asked));
        async move {
            let response = Authenticator::new(seed(number) + 1).create(&asked.options);
            send_registration(&app, &token, &asked.cookie, &response).await
        }
    })
    .await;
    assert!(has_code(
        one_winner(answers, 200, &[400]).losers(),
        "CHALLENGE_NOT_FOUND"
    ));
    assert_eq!(list(&app, &token).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_answer_one_challenge_to_sign_in_one_does() {
    let app = Arc::new(start().await);
    let (_, authenticator) = user_with_passkey(&app, ADA, 1).await;
    let asked = Arc::new(ask_to_sign_in(&app).await);
    let answers = race(&app, |number, app| {
        let (mut authenticator, asked) = (authenticator.clone(), Arc::clone(&asked));
        authenticator.counter += u32::from(seed(number));
        async move {
            let response = authenticator.get(&asked.options);
            send_authentication(&app, &asked.cookie, &response).await
        }
    })
    .await;
    assert!(has_code(
        one_winner(answers, 200, &[400]).losers(),
        "CHALLENGE_NOT_FOUND"
    ));
}

/// Copies of an authenticator, each with a challenge of its own.
#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_show_one_count_one_signs_in() {
    let app = Arc::new(start().await);
    let (token, authenticator) = user_with_passkey(&app, ADA, 1).await;
    let answers = race(&app, |_, app| {
        let mut copy = authenticator.clone();
        async move {
            let asked = ask_to_sign_in(&app).await;
            let response = copy.get(&asked.options);
            send_authentication(&app, &asked.cookie, &response).await
        }
    })
    .await;
    assert!(has_code(
        one_winner(answers, 200, &[400]).losers(),
        "AUTHENTICATION_FAILED"
    ));
    assert_eq!(list(&app, &token).await[0]["counter"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_that_share_a_passkey_sign_in_at_once() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::synced(1);
    register(&app, &token, &mut authenticator).await;
    let answers = race(&app, |_, app| {
        let mut device = authenticator.clone();
        async move {
            let asked = ask_to_sign_in(&app).await;
            let response = device.get(&asked.options);
            send_authentication(&app, &asked.cookie, &response).await
        }
    })
    .await;
    assert_eq!(count(&answers, 200), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_revocation_holds_against_sign_ins_with_a_passkey() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::synced(1);
    register(&app, &token, &mut authenticator).await;
    let user = app.caller(&token).await.user.id;
    a_ban_ends_sign_ins(&app, user, |_, app| {
        let mut device = authenticator.clone();
        async move {
            let answer = super::sign_in(&app, &mut device).await;
            answer.json()["session"]["token"].as_str().map(str::to_owned)
        }
    })
    .await;
}

async fn one_of_a_crowd_registers_the_credential(app: &Arc<TestApp>) {
    let mut tokens = Vec::new();
    for number in 0..CROWD {
        tokens.push(sign_up(app, &format!("user{number}@example.com")).await);
    }
    let answers = race(app, |number, app| {
        let token = tokens[number].clone();
        async move {
            let asked = ask_to_register(&app, &token).await;
            let response = Authenticator::new(1).create(&asked.options);
            send_registration(&app, &token, &asked.cookie, &response).await
        }
    })
    .await;
    assert!(has_code(
        one_winner(answers, 200, &[400]).losers(),
        "PREVIOUSLY_REGISTERED"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_register_one_credential_one_does() {
    let app = Arc::new(start().await);
    one_of_a_crowd_registers_the_credential(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_register_what_a_deletion_left_behind_one_does() {
    let app = Arc::new(start().await);
    let (gone, _) = user_with_passkey(&app, ADA, 1).await;
    super::deletion::vanish(&app, &gone).await;
    one_of_a_crowd_registers_the_credential(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_register_the_last_passkey_one_does() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, ADA).await;
    for seed in 1..=19 {
        register(&app, &token, &mut Authenticator::new(seed)).await;
    }
    let answers = race(&app, |number, app| {
        let token = token.clone();
        async move {
            let asked = ask_to_register(&app, &token).await;
            let response = Authenticator::new(20 + seed(number)).create(&asked.options);
            send_registration(&app, &token, &asked.cookie, &response).await
        }
    })
    .await;
    assert!(has_code(one_winner(answers, 200, &[400]).losers(), "TOO_MANY_PASSKEYS"));
    assert_eq!(list(&app, &token).await.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_delete_a_passkey_one_does() {
    let app = Arc::new(start().await);
    let (token, _) = user_with_passkey(&app, ADA, 1).await;
    let id = list(&app, &token).await[0]["id"].clone();
    let answers = race(&app, |_, app| {
        let (token, body) = (token.clone(), json!({"id": id}));
        async move {
            let request = app.post("/api/auth/passkey/delete-passkey").bearer(&token);
            request.json(&body).send().await
        }
    })
    .await;
    assert_eq!(count(&answers, 200), 1);
    // So that the count of what is left is right.
    for seed in 2..=21 {
        register(&app, &token, &mut Authenticator::new(seed)).await;
    }
}
