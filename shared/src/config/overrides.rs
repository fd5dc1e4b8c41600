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
    let distances = SETTINGS.iter().map(|(known, _)| (distance(name, known), *known));
    let Some(least) = distances
        .clone()
        .map(|(distance, _)| distance)
        .min()
        .filter(|least| *least <= 3)
    else {
        return String::new();
    };
    let near = distances
        .filter(|(distance, _)| *distance == least)
        .map(|(_, known)| known);
    format!("; did you mean {}?", near.collect::<Vec<_>>().join(" or "))
}

/// The number of characters to insert, delete, replace or swap with their neighbour to get from one text to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<_>, Vec<_>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let changed = usize::from(from[i - 1] != to[j - 1]);
            let mut least = (rows[i - 1][j] + 1)
                .min(row[j - 1] + 1)
                .min(rows[i - 1][j - 1] + changed);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
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
