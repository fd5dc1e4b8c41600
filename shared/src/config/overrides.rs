//! A setting given on a command line, as `--config KEY=VALUE`.

use std::str::FromStr;

use strsim::osa_distance as distance;

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
    #[error("there is no setting {name}{suggestion}; docs/configuration.md lists all settings", suggestion = suggestion(.0), name = .0)]
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

/// The settings whose names are nearest to a name, unless they differ in more than three places.
fn suggestion(name: &str) -> String {
    let distances: Vec<_> = SETTINGS
        .iter()
        .map(|(known, _)| (distance(name, known), *known))
        .collect();
    let Some((least, _)) = distances.iter().min().filter(|(least, _)| *least <= 3) else {
        return String::new();
    };
    let near = distances.iter().filter(|(distance, _)| distance == least);
    let near: Vec<_> = near.map(|(_, known)| *known).collect();
    format!("; did you mean {}?", near.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<Override>().expect_err("an unknown setting").to_string()
    }

    #[test]
    fn an_unknown_setting_is_refused_with_the_nearest_one() {
        for (name, nearest) in [
            ("PUBLIC_ULR", "; did you mean PUBLIC_URL?"),
            ("TRUSTED_ORIGIN", "; did you mean TRUSTED_ORIGINS?"),
            ("trusted", ""),
            ("X", ""),
        ] {
            let expected = format!("there is no setting {name}{nearest}; docs/configuration.md lists all settings");
            assert_eq!(refusal(&format!("{name}=x")), expected);
        }
    }

    #[test]
    fn a_distance_counts_the_differences() {
        for (from, to, expected) in [
            ("", "AB", 2),
            ("AB", "BA", 1),
            ("ABC", "AXC", 1),
            ("ABC", "ABC", 0),
            ("A", "", 1),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }
}
