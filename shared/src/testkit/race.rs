//! Many at once, of whom one is to win.

use std::sync::Arc;
use std::time::Duration;

use super::{Answer, TestApp, TestRequest};

/// How many do it at once.
pub const CROWD: usize = 16;

/// How long a transaction takes in AWS, where others on its items conflict with it meanwhile.
const TRANSACTION: Duration = Duration::from_millis(15);

/// Lets the whole crowd do it at once; how each of them ended, in order.
pub async fn race<F, T>(app: &Arc<TestApp>, contender: impl Fn(usize, Arc<TestApp>) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    app.aws.set_transaction_time(Some(TRANSACTION));
    let running: Vec<_> = (0..CROWD)
        .map(|number| tokio::spawn(contender(number, Arc::clone(app))))
        .collect();
    let mut ended = Vec::with_capacity(CROWD);
    for contender in running {
        ended.push(contender.await.expect("no panic"));
    }
    app.aws.set_transaction_time(Some(Duration::ZERO));
    ended
}

/// The answers to as many requests, sent at once.
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
