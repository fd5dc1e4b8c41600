//! `audit-trail` writes to its own log, and calls nothing. Its tests deliver records to it.

use super::stage::Stage;

pub async fn story(stage: &Stage) {
    stage.open(&[]).await;
}
