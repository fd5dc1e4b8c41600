//! Races: the same attempt made many times at once, of which a known number may succeed.
//!
//! "Exactly one wins" is one line: `exactly_one_wins(&app, 200, &[409], move |app, number| ..).await`. Attempts of several requests
//! go through [`race`] and [`one_winner`], attempts of any other kind through [`all_at_once`]. The tests need a runtime with several
//! threads.

use std::sync::Arc;
use std::time::Duration;

use super::{Answer, TestApp, TestRequest, better_auth};
use crate::clock::Clock as _;
use crate::domain::UserId;
use crate::operations::{BanUser, StepUp};

/// How many attempts are made at once.
pub const CROWD: usize = 16;

/// How long a transaction takes in AWS, where others on its items conflict with it meanwhile.
const TRANSACTION: Duration = Duration::from_millis(15);

/// The results of all these attempts, which run at once, in the order of the attempts.
pub async fn all_at_once<F, T>(attempts: impl IntoIterator<Item = F>) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let running: Vec<_> = attempts.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(running.len());
    for attempt in running {
        results.push(attempt.await.expect("no panic"));
    }
    results
}

/// The results of [`CROWD`] attempts at once; each is given its number.
pub async fn race<F, T>(app: &Arc<TestApp>, attempt: impl Fn(usize, Arc<TestApp>) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    app.aws.set_transaction_time(Some(TRANSACTION));
    let results = all_at_once((0..CROWD).map(|number| attempt(number, Arc::clone(app)))).await;
    app.aws.set_transaction_time(Some(Duration::ZERO));
    results
}

/// An administrator bans the user in the middle of [`CROWD`] sign-ins, and lifts the ban after them. Every session that
/// one of the sign-ins opened must have ended, and the next sign-in must work. A sign-in returns its token.
pub async fn a_ban_ends_sign_ins<F>(app: &Arc<TestApp>, user: UserId, sign_in: impl Fn(usize, Arc<TestApp>) -> F)
where
    F: Future<Output = Option<String>> + Send + 'static,
{
    let admin = better_auth::super_admin(app, "root@example.com").await;
    let admin = app.core().assure::<StepUp>(app.caller(&admin).await, app.clock.now());
    let admin = Arc::new(admin.expect("a fresh session"));
    let opened = race(app, |number, app| {
        let admin = Arc::clone(&admin);
        let attempt = sign_in(number, Arc::clone(&app));
        async move {
            if number != CROWD / 2 {
                return attempt.await;
            }
            let terms = BanUser {
                user_id: user,
                reason: "a stolen laptop".to_owned(),
                expires_in: None,
            };
            let banned = app.core().ban_user(&admin, terms, app.clock.now()).await;
            banned.expect("a ban");
            None
        }
    })
    .await;
    let lifted = app.core().unban_user(&admin, user, app.clock.now()).await;
    lifted.expect("a user");
    for token in opened.into_iter().flatten() {
        assert!(!better_auth::is_live(app, &token).await, "a sign-in outlived the ban");
    }
    let next = sign_in(CROWD, Arc::clone(app)).await.expect("a sign-in after the ban");
    assert!(better_auth::is_live(app, &next).await);
}

/// The answers to [`CROWD`] requests, sent at once.
pub async fn send_at_once<F>(app: &Arc<TestApp>, request: F) -> Vec<Answer>
where
    F: for<'a> Fn(&'a TestApp, usize) -> TestRequest<'a> + Clone + Send + 'static,
{
    race(app, |number, app| {
        let request = request.clone();
        async move { request(&app, number).send().await }
    })
    .await
}

/// A race that one attempt won.
#[derive(Debug)]
pub struct Outcome {
    /// The number of the attempt that won.
    pub winner: usize,
    /// The answers to all attempts, in the order of the attempts.
    pub answers: Vec<Answer>,
}

/// Sends [`CROWD`] requests at once, of which exactly one must be answered `won`, and all others one of `lost`.
pub async fn exactly_one_wins<F>(app: &Arc<TestApp>, won: u16, lost: &[u16], request: F) -> Outcome
where
    F: for<'a> Fn(&'a TestApp, usize) -> TestRequest<'a> + Clone + Send + 'static,
{
    one_winner(send_at_once(app, request).await, won, lost)
}

/// The outcome of a race whose attempts were more than one request each.
#[track_caller]
pub fn one_winner(answers: Vec<Answer>, won: u16, lost: &[u16]) -> Outcome {
    let is_expected = |answer: &Answer| answer.status == won || lost.contains(&answer.status.as_u16());
    let unexpected: Vec<String> = answers
        .iter()
        .filter(|answer| !is_expected(answer))
        .map(|answer| format!("{} {}", answer.status, answer.text()))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert_eq!(count(&answers, won), 1, "attempts that were answered {won}");
    let winner = answers.iter().position(|answer| answer.status == won);
    Outcome {
        winner: winner.expect("one was counted"),
        answers,
    }
}

impl Outcome {
    /// The answers to all attempts but the one that won.
    pub fn losers(&self) -> impl Iterator<Item = &Answer> {
        let answers = self.answers.iter().enumerate();
        answers
            .filter(|(number, _)| *number != self.winner)
            .map(|(_, answer)| answer)
    }
}

/// How many of the answers have this status.
pub fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}
