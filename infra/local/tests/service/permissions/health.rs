//! `health` calls no service, and may do nothing.

use super::stage::Stage;

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    for (path, status) in [
        ("/api/auth/ok", 200),
        ("/api/auth/error?error=x", 200),
        ("/nothing", 404),
    ] {
        local.get(path).send().await.expect(status);
    }
}
