//! `keys` creates the first key, of either kind, and publishes it.

use super::stage::Stage;

pub async fn story(stage: &Stage) {
    for mode in ["SIGNING_MODE=kms", "SIGNING_MODE=wrapped"] {
        let local = stage.open(&[mode]).await;
        let keys = local.get("/.well-known/jwks.json").send().await.expect(200).json();
        assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
        local.get("/.well-known/openid-configuration").send().await.expect(200);
    }
}
