//! Race conditions: what must happen once, asked for by sixteen requests at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use shared::testkit::race::{exactly_one_wins, send_at_once};

use super::{ME, PHONE, me, sign_up, sign_up_without_organization, start};

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_first_looks_one_makes_the_organization() {
    let app = Arc::new(start().await);
    let token = sign_up_without_organization(&app).await;
    let bearer = token.clone();
    let answers = send_at_once(&app, move |app, _| app.get(ME).bearer(&bearer)).await;
    let bodies: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(200).json()["solo_org_id"].to_string())
        .collect();
    assert_eq!(bodies.len(), 1);
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
    let race = exactly_one_wins(&app, 200, &[409], move |app, at| {
        app.request("PUT", ME)
            .bearer(&bearers[at])
            .json(&json!({"phone": PHONE}))
    })
    .await;
    for at in (0..tokens.len()).filter(|at| *at != race.winner) {
        assert_eq!(me(&app, &tokens[at]).await.get("phone"), None);
    }
}
