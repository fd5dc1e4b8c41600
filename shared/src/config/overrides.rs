//! A setting given on a command line, as `--config KEY=VALUE`.

use std::str::FromStr;

use super::SETTINGS;

/// `KEY=VALUE`, of a known key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub key: &'static str,
    pub value: String,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidOverride {
    #[error("must be KEY=VALUE")]
    NotAPair,
    #[error("there is no setting {0}; there are {known}", known = names())]
    Unknown(String),
}

impl FromStr for Override {
    type Err = InvalidOverride;

    fn from_str(text: &str) -> Result<Self, InvalidOverride> {
        let (name, value) = text.split_once('=').ok_or(InvalidOverride::NotAPair)?;
        let setting = SETTINGS.iter().find(|(known, _)| *known == name);
        let (key, _) = setting.ok_or_else(|| InvalidOverride::Unknown(name.to_owned()))?;
        Ok(Self {
            key,
            value: value.to_owned(),
        })
    }
}

fn names() -> String {
    SETTINGS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
