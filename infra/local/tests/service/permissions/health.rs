//! `health` reads what it needs to tell the state of the service.

use super::stage::Stage;

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    for (path, status) in [
        ("/api/auth/ok", 200),
        ("/v1/health", 200),
        ("/docs", 200),
        ("/api/auth/error?error=x", 200),
        ("/nothing", 404),
    ] {
        local.get(path).send().await.expect(status);
    }
}
