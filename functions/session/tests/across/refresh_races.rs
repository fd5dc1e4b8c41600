//! One refresh token in many hands: quick repeats get the same successor, late ones end the session.

use std::sync::Arc;

use jiff::SignedDuration;
use shared::testkit::TestApp;

use super::{CROWD, EMAIL, bearer_of, count, is_live, race, refresh, refresh_token_of, start, tokens};

/// The tokens that all of the crowd got for one refresh token, which must be the same.
async fn successor(app: &Arc<TestApp>, token: &str) -> (Vec<String>, String) {
    let answers = race(app, |_, app| {
        let token = token.to_owned();
        async move { refresh(&app, &token).send().await }
    })
    .await;
    assert_eq!(count(&answers, 200), CROWD);
    let successors: Vec<String> = answers.iter().map(refresh_token_of).collect();
    assert!(successors.iter().all(|successor| *successor == successors[0]));
    (answers.iter().map(bearer_of).collect(), successors[0].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn all_repeats_get_the_same_successor_of_one_rotation() {
    let app = Arc::new(start().await);
    let (first_jwt, first) = tokens(&app).await;
    let before = app.caller(&first_jwt).await.session.refresh;
    let (jwts, second) = successor(&app, &first).await;
    let after = app.caller(&first_jwt).await.session.refresh;
    // One step from what it was: what was current is what was replaced.
    assert_eq!(after.replaced.map(|replaced| replaced.hash), Some(before.current));
    assert_eq!(after.family, before.family);
    for jwt in jwts.iter().chain([&first_jwt]) {
        assert!(is_live(&app, jwt).await);
    }
    let (_, third) = successor(&app, &second).await;
    assert_ne!(third, second);
    let _ = refresh(&app, &third).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_within_ten_seconds_is_a_flaky_network() {
    let app = start().await;
    let (_, first) = tokens(&app).await;
    let second = refresh_token_of(&refresh(&app, &first).send().await.expect(200));
    app.clock.advance(SignedDuration::from_secs(10));
    let again = refresh_token_of(&refresh(&app, &first).send().await.expect(200));
    assert_eq!(again, second);
    let _ = refresh(&app, &second).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_repeat_ends_the_session_everywhere() {
    let app = start().await;
    let (first_jwt, first) = tokens(&app).await;
    let answer = refresh(&app, &first).send().await.expect(200);
    let (second_jwt, second) = (bearer_of(&answer), refresh_token_of(&answer));
    app.clock.advance(SignedDuration::from_secs(11));
    let answer = refresh(&app, &first).send().await.expect(401);
    assert_eq!(answer.json()["message"], "Unauthorized");
    for jwt in [first_jwt, second_jwt] {
        assert!(!is_live(&app, &jwt).await);
    }
    let _ = refresh(&app, &second).send().await.expect(401);
    let session = super::sign_in(&app, shared::contract::Contract::BetterAuth, EMAIL, super::PASSWORD);
    assert!(is_live(&app, &bearer_of(&session.send().await.expect(200))).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_from_further_back_ends_the_session_at_once() {
    let app = start().await;
    let (jwt, first) = tokens(&app).await;
    let second = refresh_token_of(&refresh(&app, &first).send().await.expect(200));
    let third = refresh_token_of(&refresh(&app, &second).send().await.expect(200));
    let _ = refresh(&app, &first).send().await.expect(401);
    let _ = refresh(&app, &third).send().await.expect(401);
    assert!(!is_live(&app, &jwt).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_race_of_thief_and_owner_ends_the_session_for_both() {
    let app = Arc::new(start().await);
    let (_, first) = tokens(&app).await;
    let second = refresh_token_of(&refresh(&app, &first).send().await.expect(200));
    app.clock.advance(SignedDuration::from_secs(11));
    let answers = race(&app, |number, app| {
        let token = if number % 2 == 0 { first.clone() } else { second.clone() };
        async move { (number, refresh(&app, &token).send().await) }
    })
    .await;
    for (number, answer) in answers {
        if number % 2 == 0 {
            let _ = answer.expect(401);
        } else if answer.status == 200 {
            assert!(!is_live(&app, &bearer_of(&answer)).await);
            let _ = refresh(&app, &refresh_token_of(&answer)).send().await.expect(401);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_refresh_extends_a_session_beyond_ninety_days() {
    let app = start().await;
    let (mut jwt, mut token) = tokens(&app).await;
    for _ in 0..14 {
        app.clock.advance(SignedDuration::from_hours(6 * 24));
        let answer = refresh(&app, &token).send().await.expect(200);
        (jwt, token) = (bearer_of(&answer), refresh_token_of(&answer));
    }
    assert!(is_live(&app, &jwt).await);
    app.clock.advance(SignedDuration::from_hours(6 * 24));
    let _ = refresh(&app, &token).send().await.expect(401);
}
