//! What must happen once, asked for by sixteen at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{ME, PHONE, me, sign_up, sign_up_without_organization, start};

/// The answers to sixteen requests that are sent at once.
async fn sixteen<F>(app: &Arc<TestApp>, request: F) -> Vec<Answer>
where
    F: for<'a> Fn(&'a TestApp, usize) -> TestRequest<'a> + Clone + Send + 'static,
{
    let send = |at| {
        let (app, request) = (Arc::clone(app), request.clone());
        tokio::spawn(async move { request(&app, at).send().await })
    };
    let running: Vec<_> = (0..16).map(send).collect();
    let mut answers = Vec::new();
    for answer in running {
        answers.push(answer.await.expect("an answer"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_first_looks_one_makes_the_organization() {
    let app = Arc::new(start().await);
    let token = sign_up_without_organization(&app).await;
    let bearer = token.clone();
    let answers = sixteen(&app, move |app, _| app.get(ME).bearer(&bearer)).await;
    let told: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(200).json()["solo_org_id"].to_string())
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(app.caller(&token).await.user.memberships.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_users_one_takes_the_number() {
    let app = Arc::new(start().await);
    let mut tokens = Vec::new();
    for at in 0..16 {
        tokens.push(sign_up(&app, &format!("user-{at}@example.com")).await);
    }
    let bearers = tokens.clone();
    let answers = sixteen(&app, move |app, at| {
        app.request("PUT", ME)
            .bearer(&bearers[at])
            .json(&json!({"phone": PHONE}))
    })
    .await;
    let won: Vec<usize> = (0..16).filter(|at| answers[*at].status == 200).collect();
    assert_eq!(won.len(), 1);
    for (at, answer) in answers.iter().enumerate().filter(|(at, _)| *at != won[0]) {
        assert_eq!(answer.status, 409, "{}", answer.text());
        assert_eq!(me(&app, &tokens[at]).await.get("phone"), None);
    }
}
