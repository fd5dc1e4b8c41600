//! `keys` creates the first keys, of either kind, publishes them, and does what is due in their life.

use std::sync::Arc;

use shared::aws;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Config;
use shared::domain::signing_key::Ring;
use shared::entropy::OsEntropy;
use shared::operations::Administrator;

use super::stage::Stage;
use crate::client::Local;

pub async fn story(stage: &Stage) {
    for mode in ["kms", "wrapped"] {
        let local = stage.open(&[&format!("SIGNING_MODE={mode}")]).await;
        for path in [
            "/.well-known/jwks.json",
            "/v1/auth/.well-known/jwks.json",
            "/v1/admin/.well-known/jwks.json",
        ] {
            let keys = local.get(path).send().await.expect(200).json();
            assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
        }
        local.get("/.well-known/openid-configuration").send().await.expect(200);
        whole_life(&local, mode).await;
    }
}

/// What the schedule and administrators have it do.
async fn whole_life(local: &Local, mode: &str) {
    let config = Config::read(&|name| (name == "SIGNING_MODE").then(|| mode.to_owned())).expect("settings");
    let sdk = aws::loopback_as("KeysFunction", local.service.aws_endpoint());
    let core = aws::core(&config, &sdk, Arc::new(OsEntropy)).expect("a core");
    let (operator, now) = (Administrator::operator(), SystemClock.now());
    for ring in Ring::ALL {
        let next = core.generate_key(operator, ring, now).await.expect("a key");
        let rotated = core.rotate_keys(operator, ring, now).await.expect("a rotation");
        assert_eq!(rotated.keys.active().map(|key| &key.kid), Some(&next.kid));
        core.revoke_key(operator, ring, &next.kid, now).await.expect("a key");
        let removed = core.clean_up_keys(operator, ring, now).await.expect("keys");
        assert_eq!(removed.len(), 1);
    }
}
