//! The audit trail of a user: the records of the log group to which the function `audit-trail` writes, and to which a
//! local service writes its own.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use aws_config::SdkConfig;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::error::DisplayErrorContext;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use shared::domain::{EmailAddress, UserId};
use shared::operations::{Administrator, Core, Interruption};

use crate::failure::{Failure, Refusal};
use crate::table::columns;

/// The trail to show.
#[derive(Debug, clap::Args)]
pub struct Trail {
    /// The id of the user, or the address that the user has now
    pub user: Subject,
    /// From when on: a time such as 2026-01-31T00:00:00Z, or how long ago, such as 7d or 12h
    #[arg(long, default_value = "7d")]
    pub since: Since,
    /// Show no more than this many records
    #[arg(long, default_value_t = 1000)]
    pub limit: usize,
}

#[derive(Debug, Clone)]
pub enum Subject {
    Id(UserId),
    Address(EmailAddress),
}

#[derive(Debug, Clone, Copy)]
pub enum Since {
    At(Timestamp),
    Ago(SignedDuration),
}

#[derive(Debug, thiserror::Error)]
#[error("neither the id of a user nor an address")]
pub struct InvalidSubject;

#[derive(Debug, thiserror::Error)]
#[error("neither a time such as 2026-01-31T00:00:00Z nor a duration such as 7d or 12h")]
pub struct InvalidSince;

/// The trail as it was read.
#[derive(Debug, Serialize)]
pub struct ShownTrail {
    #[serde(serialize_with = "as_text")]
    user: UserId,
    /// Oldest first.
    records: Vec<Value>,
    /// Whether there are more than the limit permits.
    is_cut_off: bool,
}

impl ShownTrail {
    pub(crate) fn user(&self) -> &UserId {
        &self.user
    }
}

impl FromStr for Subject {
    type Err = InvalidSubject;

    fn from_str(text: &str) -> Result<Self, InvalidSubject> {
        if let Ok(id) = UserId::parse(text) {
            return Ok(Self::Id(id));
        }
        EmailAddress::parse(text).map(Self::Address).map_err(|_| InvalidSubject)
    }
}

impl FromStr for Since {
    type Err = InvalidSince;

    fn from_str(text: &str) -> Result<Self, InvalidSince> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        let (number, unit) = text
            .split_at_checked(text.len().saturating_sub(1))
            .ok_or(InvalidSince)?;
        let number: i64 = number.parse().map_err(|_| InvalidSince)?;
        let hours = match unit {
            "d" => number.checked_mul(24).ok_or(InvalidSince)?,
            "h" => number,
            _ => return Err(InvalidSince),
        };
        // Ten years are longer than any log group keeps its lines.
        if !(0..=24 * 3660).contains(&hours) {
            return Err(InvalidSince);
        }
        Ok(Self::Ago(SignedDuration::from_hours(hours)))
    }
}

impl Since {
    fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(duration) => now - duration,
        }
    }
}

impl Subject {
    async fn id(&self, core: &Core) -> Result<UserId, Failure> {
        match self {
            Self::Id(id) => Ok(*id),
            Self::Address(address) => {
                let shown = core.show_suppression(Administrator::operator(), address).await?;
                let owner = shown.owner.map(|user| user.id);
                Ok(owner.ok_or_else(|| Refusal::NoUser(address.clone()))?)
            }
        }
    }
}

/// Reads the records that name the user as the one concerned or as the actor.
pub(crate) async fn read(
    core: &Core,
    sdk: &SdkConfig,
    log_group: &str,
    trail: &Trail,
    now: Timestamp,
) -> Result<ShownTrail, Failure> {
    let user = trail.user.id(core).await?;
    let filter = format!("{{ $.user = \"{user}\" || $.actor = \"{user}\" }}");
    let mut pages = Client::new(sdk)
        .filter_log_events()
        .log_group_name(log_group)
        .filter_pattern(filter)
        .start_time(trail.since.at(now).as_millisecond())
        .into_paginator()
        .send();
    let (mut records, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| unavailable(log_group, &DisplayErrorContext(error)))?;
        for event in page.events.unwrap_or_default() {
            let record: Value = serde_json::from_str(&event.message.unwrap_or_default()).unwrap_or_default();
            // A subscription may deliver a line twice.
            if let Some(id) = record["id"].as_str()
                && seen.insert(id.to_owned())
            {
                records.push(record);
            }
        }
        if records.len() > trail.limit {
            break;
        }
    }
    // The records of one commit have one time, and stay in their order.
    records.sort_by_key(time);
    let is_cut_off = records.len() > trail.limit;
    records.truncate(trail.limit);
    Ok(ShownTrail {
        user,
        records,
        is_cut_off,
    })
}

fn unavailable(log_group: &str, error: &impl fmt::Display) -> Failure {
    tracing::error!(log_group, %error, "the audit trail cannot be read");
    Interruption::Unavailable.into()
}

fn time(record: &Value) -> Option<Timestamp> {
    record["time"].as_str()?.parse().ok()
}

fn as_text<S: serde::Serializer>(id: &UserId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

impl fmt::Display for ShownTrail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self.records.iter().map(|record| row(record, self.user)).collect();
        let headings = ["time", "fact", "outcome", "by", "from", "session", "details"];
        f.write_str(&columns(headings, &rows))?;
        if self.is_cut_off {
            writeln!(
                f,
                "There are more records; `--limit` or a later `--since` shows others."
            )?;
        }
        Ok(())
    }
}

fn row(record: &Value, user: UserId) -> [String; 7] {
    let text = |field: &str| record[field].as_str().unwrap_or("-").to_owned();
    let by = match (record["actor_type"].as_str(), record["actor"].as_str()) {
        (Some("user"), Some(id)) if id == user.to_string() => "the user".to_owned(),
        (Some(kind), Some(id)) => format!("{kind} {id}"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => "-".to_owned(),
    };
    let session = match record["session"].as_str() {
        Some(_) => text("session"),
        None => text("actor_session"),
    };
    let details = record.as_object().into_iter().flatten();
    let details = details.filter(|(name, _)| !COMMON.contains(&name.as_str()));
    let details = details.map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    });
    [
        text("time"),
        text("kind"),
        text("outcome"),
        by,
        text("ip"),
        session,
        details.collect::<Vec<_>>().join(" "),
    ]
}

/// The fields that have columns of their own, or that only programs need.
const COMMON: [&str; 18] = [
    "actor",
    "actor_session",
    "actor_type",
    "contract",
    "id",
    "ip",
    "kind",
    "lambda_request_id",
    "level",
    "message",
    "outcome",
    "request_id",
    "session",
    "target",
    "time",
    "user",
    "user_agent",
    "version",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_a_time_or_a_duration() {
        let now: Timestamp = "2026-02-08T00:00:00Z".parse().expect("a time");
        for (text, expected) in [
            ("7d", "2026-02-01T00:00:00Z"),
            ("12h", "2026-02-07T12:00:00Z"),
            ("2026-01-31T00:00:00Z", "2026-01-31T00:00:00Z"),
        ] {
            assert_eq!(text.parse::<Since>().expect(text).at(now).to_string(), expected);
        }
        for text in ["", "d", "7", "-1d", "7w", "99999999999999999999d", "9999999999d", "ä"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }
}
