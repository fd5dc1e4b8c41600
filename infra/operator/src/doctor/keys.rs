//! The keys that sign tokens: each ring has one that can sign, and the next one is published in time.

use jiff::Timestamp;
use shared::domain::signing_key::{KeyLife, KeyState};
use shared::operations::{Administrator, ShownKey, ShownRing};

use super::{Deployment, Finding};

const KEYS: &str = "signing keys";

const LOG: &str = "look at the log of the function keys, whose schedule does this every five minutes";

pub(super) async fn check(deployment: &Deployment<'_>, now: Timestamp) -> Vec<Finding> {
    match deployment.core.show_keys(Administrator::operator()).await {
        Ok(rings) => {
            let life = &deployment.config.settings.key_life;
            rings.iter().map(|ring| of_ring(ring, life, now)).collect()
        }
        Err(_) => vec![Finding::failed(
            KEYS,
            "cannot be read from the table",
            "grant dynamodb:GetItem on KEY_RING#*, or look at the table",
        )],
    }
}

fn of_ring(ring: &ShownRing, life: &KeyLife, now: Timestamp) -> Finding {
    let name = ring.ring.as_str();
    let active = ring.keys.iter().find_map(|key| match key.state {
        KeyState::Active { since } => Some((key, since)),
        _ => None,
    });
    let Some((key, since)) = active else {
        return Finding::failed(KEYS, format!("the ring {name} has no key that signs"), LOG);
    };
    match key.kms_state.as_deref() {
        Some("Enabled") => {}
        Some(state) => {
            return Finding::failed(
                KEYS,
                format!(
                    "the key of the ring {name} does not sign, because its KMS key {} is {state}",
                    key.kms_key
                ),
                format!("enable it, or `operator keys rotate {name}`"),
            );
        }
        None => {
            return Finding::warning(
                KEYS,
                format!("the state of the KMS key of the ring {name} is unknown"),
                "grant kms:DescribeKey to who runs the doctor",
            );
        }
    }
    let has_next = ring.keys.iter().any(|key| matches!(key.state, KeyState::Next));
    if life.is_rotation_late(since, now) {
        let days = now.duration_since(since).as_hours() / 24;
        return Finding::failed(
            KEYS,
            format!("the key of the ring {name} signs for {days} days, and its rotation is late"),
            LOG,
        );
    }
    if !has_next && life.is_next_late(since, now) {
        return Finding::warning(
            KEYS,
            format!("the next key of the ring {name} is not published, and the rotation is near"),
            LOG,
        );
    }
    Finding::ok(KEYS, format!("the ring {name} signs with {}", of_key(key)))
}

fn of_key(key: &ShownKey) -> String {
    format!("{} ({})", key.kid, key.mode)
}
