//! `policy` evaluates policies.

use super::stage::Stage;

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    local.get("/v1/policies/x/nothing").send().await.expect(404);
}
