//! `admin` administers the service.

use super::stage::Stage;

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    local.get("/v1/admin/nothing").send().await.expect(404);
}
