//! Race conditions: with sixteen requests at once, each use of a key is counted once.

use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::api_key::{KeyLimit, KeyTerms, Quota, Refill};
use shared::operations::UpdateApiKey;
use shared::store::Spent;
use shared::testkit::race::{CROWD, exactly_one_wins, race};
use shared::testkit::{Answer, TestApp};

use super::{CREATE, DELETE, EMAIL, UPDATE, create, create_on_terms, listed, sign_up, start, text, verify};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn race_for(app: &Arc<TestApp>, key: &str) -> Vec<Answer> {
    race(app, |_, app| {
        let key = key.to_owned();
        async move { verify(&app, &key).await }
    })
    .await
}

fn free(limit: bool, quota: Option<Quota>) -> KeyTerms {
    KeyTerms {
        quota,
        limit: KeyLimit {
            enabled: limit,
            max: NonZeroU32::new(5).expect("five"),
            per: HOUR,
        },
        ..KeyTerms::default()
    }
}

fn with_code(answers: &[Answer], code: &str) -> usize {
    answers
        .iter()
        .filter(|answer| answer.json()["error"]["code"] == code)
        .count()
}

/// The uses left after each use that succeeded, in order.
fn left(answers: &[Answer]) -> Vec<u64> {
    let mut left: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.json()["key"]["remaining"].as_u64())
        .collect();
    left.sort_unstable();
    left
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_share_five_uses_five_get_one() {
    for limited in [false, true] {
        let app = Arc::new(start().await);
        let token = sign_up(&app, EMAIL).await;
        let remaining = Quota {
            remaining: 5,
            refill: None,
        };
        let key = create_on_terms(&app, &token, free(limited, Some(remaining))).await;
        let answers = race_for(&app, &key).await;
        assert_eq!(left(&answers), [0, 1, 2, 3, 4]);
        assert_eq!(with_code(&answers, "USAGE_EXCEEDED"), CROWD - 5);
        let kept = &listed(&app, &token).await[0];
        assert_eq!(
            (&kept["remaining"], &kept["requestCount"]),
            (&json!(0), &json!(if limited { 5 } else { 0 }))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_uses_in_a_window_as_many_succeed_as_it_allows() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let key = create_on_terms(&app, &token, free(true, None)).await;
    for _ in 0..3 {
        let answers = race_for(&app, &key).await;
        assert_eq!(with_code(&answers, "RATE_LIMITED"), CROWD - 5);
        let counts: Vec<_> = answers
            .iter()
            .filter_map(|answer| answer.json()["key"]["requestCount"].as_u64())
            .collect();
        assert_eq!(counts.iter().max(), Some(&5));
        assert_eq!(listed(&app, &token).await[0]["requestCount"], 5);
        // The next window begins with a race as well.
        app.clock.advance(HOUR);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_find_a_refill_due_one_refills() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let refill = Refill {
        amount: NonZeroU32::new(4).expect("four"),
        every: HOUR,
        last_at: None,
    };
    let quota = Quota {
        remaining: 1,
        refill: Some(refill),
    };
    let key = create_on_terms(&app, &token, free(false, Some(quota))).await;
    for _ in 0..3 {
        app.clock.advance(HOUR);
        let answers = race_for(&app, &key).await;
        assert_eq!(left(&answers), [0, 1, 2, 3]);
        assert_eq!(with_code(&answers, "USAGE_EXCEEDED"), CROWD - 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_delete_a_key_one_succeeds() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({})).await;
    let body = json!({"keyId": text(&made["id"])});
    exactly_one_wins(&app, 200, &[404], move |app, _| {
        app.post(DELETE).bearer(&token).json(&body)
    })
    .await;
}

/// Uses and changes do not undo each other, and no use brings back a key that is being deleted.
#[tokio::test(flavor = "multi_thread")]
async fn uses_changes_and_a_deletion_may_meet() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let remaining = Quota {
        remaining: 100,
        refill: None,
    };
    let key = create_on_terms(&app, &token, free(false, Some(remaining))).await;
    let id = text(&listed(&app, &token).await[0]["id"]);
    let act = |last: &'static str, body: Value| {
        let (token, key) = (token.clone(), key.clone());
        move |number: usize, app: Arc<TestApp>| {
            let (token, key, body) = (token.clone(), key.clone(), body.clone());
            async move {
                if number.is_multiple_of(2) {
                    verify(&app, &key).await
                } else {
                    app.post(last).bearer(&token).json(&body).send().await
                }
            }
        }
    };
    let answers = race(&app, act(UPDATE, json!({"keyId": id, "name": "new"}))).await;
    assert_eq!(
        left(&answers).len(),
        CROWD / 2,
        "{:?}",
        answers.iter().map(Answer::text).collect::<Vec<_>>()
    );
    let kept = &listed(&app, &token).await[0];
    assert_eq!(
        (&kept["remaining"], &kept["name"]),
        (&json!(100 - CROWD / 2), &json!("new"))
    );

    let _ = race(&app, act(DELETE, json!({"keyId": id}))).await;
    assert!(listed(&app, &token).await.is_empty());
    assert_eq!(verify(&app, &key).await.json()["valid"], false);
}

/// A use that was decided upon before the owner changed the key, or deleted it, and comes to its write after that.
#[tokio::test(flavor = "multi_thread")]
async fn a_use_is_taken_from_the_key_that_it_was_decided_upon() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    create_on_terms(&app, &token, free(false, None)).await;
    let (caller, store, now) = (app.assured(&token).await, &app.core().store, app.clock.now());
    let seen = store.list_api_keys(caller.user.id).await.expect("keys").remove(0);
    let spending = seen.spend(None, now).expect("a use");
    assert!(matches!(
        store.spend_api_key(&seen, &spending, now).await,
        Ok(Spent::Done(_))
    ));

    let off = UpdateApiKey {
        enabled: Some(false),
        ..UpdateApiKey::default()
    };
    app.core()
        .update_api_key(&caller, seen.id, off, now)
        .await
        .expect("a change");
    let late = store.spend_api_key(&seen, &spending, now).await.expect("an answer");
    assert!(matches!(late, Spent::Moved(Some(newer)) if !newer.enabled));

    app.core()
        .delete_api_key(&caller, seen.id, now)
        .await
        .expect("a deletion");
    let late = store.spend_api_key(&seen, &spending, now).await.expect("an answer");
    assert!(matches!(late, Spent::Moved(None)));
    assert!(listed(&app, &token).await.is_empty());
}

/// Once it is switched off, no use that had looked at it before gets through.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_switched_off_is_off() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let key = create_on_terms(&app, &token, free(false, None)).await;
    let id = text(&listed(&app, &token).await[0]["id"]);
    let answers = race(&app, |number, app| {
        let (token, key) = (token.clone(), key.clone());
        let body = json!({"keyId": id, "enabled": false});
        async move {
            if number != CROWD / 2 {
                return verify(&app, &key).await;
            }
            app.post(UPDATE).bearer(&token).json(&body).send().await.expect(200)
        }
    })
    .await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(verify(&app, &key).await.json()["error"]["code"], "KEY_DISABLED");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_make_the_hundredth_key_one_does() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    for _ in 1..100 {
        create(&app, &token, &json!({})).await;
    }
    let answers = race(&app, |_, app| {
        let token = token.clone();
        async move { app.post(CREATE).bearer(&token).json(&json!({})).send().await }
    })
    .await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(made.len(), 1);
    for answer in refused {
        assert_eq!(answer.json()["code"], "API_KEY_LIMIT_REACHED", "{}", answer.text());
    }
    assert_eq!(listed(&app, &token).await.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_keys_that_are_made_at_once_are_all_there() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    let answers = race(&app, |_, app| {
        let token = token.clone();
        async move { app.post(CREATE).bearer(&token).json(&json!({})).send().await }
    })
    .await;
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(listed(&app, &token).await.len(), CROWD);
}

/// Four requests of each contender are sixty-four at once, of which thirty-two fit below the limit.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_creations_at_once_are_all_answered_within_the_limit() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, EMAIL).await;
    for _ in 0..100 - 2 * CROWD {
        create(&app, &token, &json!({})).await;
    }
    let answers = race(&app, |_, app| {
        let token = token.clone();
        async move {
            let create = || app.post(CREATE).bearer(&token).json(&json!({})).send();
            <[Answer; 4]>::from(tokio::join!(create(), create(), create(), create()))
        }
    })
    .await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().flatten().partition(|answer| answer.status == 200);
    for answer in &refused {
        assert_eq!(answer.json()["code"], "API_KEY_LIMIT_REACHED", "{}", answer.text());
    }
    assert_eq!((made.len(), refused.len()), (2 * CROWD, 2 * CROWD));
    assert_eq!(listed(&app, &token).await.len(), 100);
}
