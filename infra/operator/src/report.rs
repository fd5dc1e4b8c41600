//! What came of a task: as JSON for programs, and as text for people. Times are RFC 3339, in UTC.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::{EmailAddress, EmailStatus, PlatformRole, User, UserId};
use shared::operations::{AccountList, GrantedAdmin, Lifted, ShownKey, ShownRing, ShownSuppression};

use crate::table::{columns, facts};

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    Admin(Admin),
    Suppression(Suppression),
    Lifted(LiftedAddress),
    Keys { rings: Vec<KeyRing> },
}

#[derive(Debug, Serialize)]
pub struct Admin {
    email: String,
    #[serde(serialize_with = "as_text")]
    user_id: UserId,
    roles: Vec<&'static str>,
    /// `created`, `granted`, or `unchanged` for somebody who was an administrator before.
    outcome: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Suppression {
    address: String,
    #[serde(flatten)]
    status: Status,
    /// Nothing is sent to the address.
    suppressed: bool,
    delivered_at: Option<Timestamp>,
    lifted_at: Option<Timestamp>,
    owner: Option<Owner>,
}

#[derive(Debug, Serialize)]
struct Status {
    status: &'static str,
    since: Option<Timestamp>,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Owner {
    #[serde(serialize_with = "as_text")]
    user_id: UserId,
    email_verified: bool,
    /// What the owner sees.
    email_status: &'static str,
}

#[derive(Debug, Serialize)]
pub struct LiftedAddress {
    address: String,
    lifted: Status,
    /// What became of it on the list of SES: `separate`, `cleared` or `failed`.
    account_list: &'static str,
}

#[derive(Debug, Serialize)]
pub struct KeyRing {
    ring: &'static str,
    keys: Vec<Key>,
}

#[derive(Debug, Serialize)]
struct Key {
    kid: String,
    /// `current` for the one that signs, or `retired`.
    state: &'static str,
    mode: &'static str,
    created_at: Timestamp,
    retired_at: Option<Timestamp>,
    /// When the last token that it signed has expired.
    needed_until: Option<Timestamp>,
    kms_key: String,
    kms_state: Option<String>,
}

impl Report {
    pub(crate) fn created(user: &User) -> Self {
        Self::Admin(Admin::new(user, "created"))
    }

    pub(crate) fn granted(granted: &GrantedAdmin) -> Self {
        let outcome = if granted.is_new { "granted" } else { "unchanged" };
        Self::Admin(Admin::new(&granted.user, outcome))
    }

    pub(crate) fn suppression(address: &EmailAddress, shown: &ShownSuppression) -> Self {
        Self::Suppression(Suppression {
            address: address.to_string(),
            status: Status::from(&shown.known.status),
            suppressed: shown.known.status.is_suppressed(),
            delivered_at: shown.known.delivered_at,
            lifted_at: shown.known.lifted_at,
            owner: shown.owner.as_ref().map(Owner::from),
        })
    }

    pub(crate) fn lifted(address: &EmailAddress, lifted: &Lifted) -> Self {
        Self::Lifted(LiftedAddress {
            address: address.to_string(),
            lifted: Status::from(&lifted.status),
            account_list: match lifted.account_list {
                AccountList::Separate => "separate",
                AccountList::Cleared => "cleared",
                AccountList::Failed => "failed",
            },
        })
    }

    pub(crate) fn keys(rings: Vec<ShownRing>) -> Self {
        Self::Keys {
            rings: rings.into_iter().map(KeyRing::from).collect(),
        }
    }

    /// The user that it is about.
    pub(crate) fn user(&self) -> Option<&UserId> {
        match self {
            Self::Admin(admin) => Some(&admin.user_id),
            Self::Suppression(suppression) => suppression.owner.as_ref().map(|owner| &owner.user_id),
            Self::Lifted(_) | Self::Keys { .. } => None,
        }
    }
}

impl Admin {
    fn new(user: &User, outcome: &'static str) -> Self {
        Self {
            email: user.email.to_string(),
            user_id: user.id,
            roles: user.roles.iter().copied().map(PlatformRole::as_str).collect(),
            outcome,
        }
    }
}

impl From<&EmailStatus> for Status {
    fn from(status: &EmailStatus) -> Self {
        Self {
            status: status.as_str(),
            since: status.since(),
            reason: status.reason().map(ToString::to_string),
        }
    }
}

impl From<&User> for Owner {
    fn from(user: &User) -> Self {
        Self {
            user_id: user.id,
            email_verified: user.is_email_verified(),
            email_status: user.email_status.as_str(),
        }
    }
}

impl From<ShownRing> for KeyRing {
    fn from(shown: ShownRing) -> Self {
        Self {
            ring: shown.ring.as_str(),
            keys: shown.keys.into_iter().map(Key::from).collect(),
        }
    }
}

impl From<ShownKey> for Key {
    fn from(key: ShownKey) -> Self {
        Self {
            kid: key.kid,
            state: if key.retired.is_none() { "current" } else { "retired" },
            mode: key.mode.as_str(),
            created_at: key.created_at,
            retired_at: key.retired.as_ref().map(|retired| retired.at),
            needed_until: key.retired.as_ref().map(|retired| retired.until),
            kms_key: key.kms_key,
            kms_state: key.kms_state,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admin(admin) => admin.fmt(f),
            Self::Suppression(suppression) => suppression.fmt(f),
            Self::Lifted(lifted) => lifted.fmt(f),
            Self::Keys { rings } => f.write_str(&keys(rings)),
        }
    }
}

impl fmt::Display for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { email, user_id, .. } = self;
        let roles = self.roles.join(", ");
        match self.outcome {
            "unchanged" => writeln!(f, "{email} was an administrator before, and is as it was."),
            _ => writeln!(f, "{email} is an administrator. User {user_id}, roles: {roles}."),
        }
    }
}

impl fmt::Display for Suppression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = self.owner.as_ref();
        let owner = owner.map_or_else(
            || "nobody".to_owned(),
            |owner| {
                let verified = if owner.email_verified {
                    "verified"
                } else {
                    "not verified"
                };
                format!("user {}, {verified}, sees: {}", owner.user_id, owner.email_status)
            },
        );
        f.write_str(&facts(&[
            ("address", self.address.clone()),
            ("status", self.status.to_string()),
            ("mail is sent", if self.suppressed { "no" } else { "yes" }.to_owned()),
            ("last delivery", or_dash(self.delivered_at)),
            ("last lifted", or_dash(self.lifted_at)),
            ("owner", owner),
        ]))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.status)?;
        if let Some(since) = self.since {
            write!(f, " since {since}")?;
        }
        self.reason.iter().try_for_each(|reason| write!(f, " ({reason})"))
    }
}

impl fmt::Display for LiftedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, lifted, .. } = self;
        writeln!(f, "{address} is written to again. It was {lifted}.")?;
        match self.account_list {
            "cleared" => writeln!(f, "It is not on the list that SES keeps for the account."),
            "failed" => writeln!(
                f,
                "The list that SES keeps for the account may still have it: lift once more."
            ),
            _ => writeln!(
                f,
                "The list that SES keeps for the account was not touched: SES_ACCOUNT_SUPPRESSION is off."
            ),
        }
    }
}

fn keys(rings: &[KeyRing]) -> String {
    let headings = [
        "ring",
        "kid",
        "state",
        "mode",
        "created",
        "retired",
        "needed until",
        "kms",
    ];
    let rows: Vec<_> = rings.iter().flat_map(rows).collect();
    columns(headings, &rows)
}

fn rows(ring: &KeyRing) -> Vec<[String; 8]> {
    let row = |key: &Key| {
        [
            ring.ring.to_owned(),
            key.kid.clone(),
            key.state.to_owned(),
            key.mode.to_owned(),
            key.created_at.to_string(),
            or_dash(key.retired_at),
            or_dash(key.needed_until),
            key.kms_state.clone().unwrap_or_else(|| "unknown".to_owned()),
        ]
    };
    if ring.keys.is_empty() {
        let cells = [ring.ring, "-", "none yet", "-", "-", "-", "-", "-"];
        return vec![cells.map(str::to_owned)];
    }
    ring.keys.iter().map(row).collect()
}

fn or_dash(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| time.to_string())
}

fn as_text<S: serde::Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
