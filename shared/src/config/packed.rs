//! Many settings in one: `SETTINGS` has those of a deployment that have no variable of their own, because the environment
//! of a Lambda function is limited to 4 KB, and a template to 200 parameters.

use std::collections::BTreeMap;

use super::{InvalidSetting, SECRET_SETTINGS, SETTINGS, invalid};

pub(super) const PACKED: &str = "SETTINGS";

/// Reads `NAME=VALUE` pairs, separated by semicolons.
pub(super) fn parse(text: &str) -> Result<BTreeMap<&'static str, String>, InvalidSetting> {
    let pairs = text.split(';').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(read).collect()
}

/// No error quotes a value, which may be a secret that is in the wrong place.
fn read(pair: &str) -> Result<(&'static str, String), InvalidSetting> {
    let refused = |reason: String| Err(invalid(PACKED, reason));
    let Some((name, value)) = pair.split_once('=') else {
        return refused("must be NAME=VALUE, separated by semicolons".to_owned());
    };
    if SECRET_SETTINGS.contains(&name) {
        return refused(format!("{name} is a secret, and must not be here"));
    }
    match SETTINGS.iter().find(|(known, _)| *known == name && *known != PACKED) {
        Some((known, _)) => Ok((*known, value.to_owned())),
        None => refused(format!("there is no setting {name}")),
    }
}
