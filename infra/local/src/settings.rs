//! The settings of a deployment, from the command line. `shared::config` has their names, defaults and valid values.

use std::collections::HashMap;
use std::str::FromStr;

pub use shared::config::Override;
use shared::config::{Config, InvalidSetting, SETTINGS};

/// `on` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

#[derive(Debug, thiserror::Error)]
#[error("must be `on` or `off`")]
pub struct NeitherOnNorOff;

impl FromStr for Switch {
    type Err = NeitherOnNorOff;

    fn from_str(text: &str) -> Result<Self, NeitherOnNorOff> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(NeitherOnNorOff),
        }
    }
}

/// The settings that differ from their default.
#[derive(Debug)]
pub(crate) struct Settings(HashMap<&'static str, String>);

impl Settings {
    /// The settings of a service at `url`. Of two overrides of one key the later one wins; the switch takes precedence
    /// over both.
    pub(crate) fn new(url: &str, overrides: &[Override], rate_limits: Option<Switch>) -> Self {
        let mut settings = HashMap::from([("PUBLIC_URL", url.to_owned())]);
        settings.extend(overrides.iter().map(|setting| (setting.key, setting.value.clone())));
        if let Some(switch) = rate_limits {
            let value = if switch == Switch::On { "on" } else { "off" };
            settings.insert("RATE_LIMITS", value.to_owned());
        }
        Self(settings)
    }

    pub(crate) fn read(&self) -> Result<Config, InvalidSetting> {
        Config::read(&|name| self.0.get(name).cloned())
    }

    /// The value that is set, or the default.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let default = || SETTINGS.iter().find(|(known, _)| *known == name);
        let set = self.0.get(name).cloned();
        set.or_else(|| default().map(|(_, value)| (*value).to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overrides(pairs: &[&str]) -> Vec<Override> {
        pairs.iter().map(|pair| pair.parse().expect("a setting")).collect()
    }

    #[test]
    fn the_public_url_is_the_address_of_the_service_unless_it_is_set() {
        let public_url = |pairs: &[&str]| {
            let settings = Settings::new("http://127.0.0.1:4000", &overrides(pairs), None);
            let config = settings.read().expect("valid");
            config.settings.public_url
        };
        assert_eq!(public_url(&[]), "http://127.0.0.1:4000");
        assert_eq!(public_url(&["PUBLIC_URL=https://a.example"]), "https://a.example");
    }

    #[test]
    fn the_switch_takes_precedence_over_the_setting() {
        let limited = |pairs: &[&str], switch| {
            let settings = Settings::new("http://127.0.0.1:4000", &overrides(pairs), switch);
            let config = settings.read().expect("valid");
            config.settings.rate_limits
        };
        assert!(limited(&[], None));
        assert!(!limited(&["RATE_LIMITS=off"], None));
        assert!(limited(&["RATE_LIMITS=off"], Some(Switch::On)));
    }
}
