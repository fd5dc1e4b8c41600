//! `event-outbox` publishes what the other functions have changed.

use super::people::{ADA, sign_up};
use super::stage::Stage;

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    sign_up(&local, ADA).await;
    assert!(local.events().await.len() > 1);
}
