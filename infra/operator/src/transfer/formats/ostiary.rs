//! The format of this service, as JSON lines, for reading and writing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::domain::{IdentityKey, ImportSource, TotpSecret, User, UserStatus};
use shared::operations::ExportedUser;
use shared::passwords::imported::read_hash;

use super::Row;
use crate::transfer::row::{Draft, FoundIdentity};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    id: String,
    email: String,
    email_verified: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_username: Option<String>,
    #[serde(default)]
    status: Status,
    /// For the reader of the file: an import gives no roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    identities: Vec<Identity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    totp_secret: Option<String>,
    #[serde(default)]
    two_factor_enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identity {
    provider: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    subject: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
enum Status {
    #[default]
    Active,
    Pending,
    Invited,
    Inactive,
    Suspended,
    Banned {
        reason: String,
        until: Option<Timestamp>,
    },
}

pub fn read(text: &str) -> Vec<Row> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows = lines.map(|(at, text)| match serde_json::from_str::<Line>(text) {
        Ok(line) => Row::new(at + 1, ImportSource::Ostiary, draft(line)),
        // The message of the parser would repeat values.
        Err(_) => Row::rejected(at + 1, None, "the line is no user in the format of this service"),
    });
    rows.collect()
}

fn draft(line: Line) -> Draft {
    let mut draft = Draft {
        id: Some(line.id),
        email: Some(line.email),
        email_verified: line.email_verified,
        name: Some(line.name).filter(|name| !name.is_empty()),
        given_name: line.first_name,
        family_name: line.last_name,
        image: line.image,
        username: line.username,
        display_username: line.display_username,
        status: Some(line.status.into()),
        password: line.password_hash.map(|hash| read_hash(&hash)),
        has_second_factor: line.two_factor_enabled,
        created_at: line.created_at,
        ..Draft::default()
    };
    draft.identities = line
        .identities
        .into_iter()
        .map(|identity| FoundIdentity {
            provider: identity.provider,
            issuer: identity.issuer.filter(|issuer| !issuer.is_empty()),
            subject: identity.subject,
        })
        .collect();
    if let Some(secret) = line.totp_secret {
        draft.totp = TotpSecret::from_base32(&secret);
        if draft.totp.is_none() {
            draft.note("the authenticator app was left out: its secret is malformed");
        }
    }
    if !line.roles.is_empty() {
        draft.note("roles are not imported");
    }
    draft
}

impl Line {
    /// `None` for a deleted user, of whom only the taken address is left.
    pub fn of(exported: &ExportedUser) -> Option<Self> {
        let User { name, .. } = &exported.user;
        let user = &exported.user;
        let identity = |known: &IdentityKey| Identity {
            provider: known.provider.to_string(),
            issuer: Some(known.issuer.to_string()).filter(|_| known.issuer.is_known()),
            subject: known.subject.clone(),
        };
        let parts = name.parts();
        Some(Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            email_verified: user.is_email_verified(),
            name: name.as_str().to_owned(),
            first_name: parts.map(|(first, _)| first.to_owned()),
            last_name: parts.map(|(_, last)| last.to_owned()),
            image: user.image.clone(),
            username: user.username.as_ref().map(ToString::to_string),
            display_username: user.display_username.clone(),
            status: Status::of(&user.status)?,
            roles: user.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            password_hash: exported.password.as_ref().map(|hash| hash.as_phc().to_owned()),
            identities: exported.identities.iter().map(identity).collect(),
            totp_secret: exported.totp.as_ref().map(TotpSecret::to_base32),
            two_factor_enabled: user.two_factor_enabled,
            created_at: Some(user.created_at),
        })
    }
}

impl Status {
    fn of(status: &UserStatus) -> Option<Self> {
        Some(match status {
            UserStatus::Active => Self::Active,
            UserStatus::Pending => Self::Pending,
            UserStatus::Invited => Self::Invited,
            UserStatus::Inactive => Self::Inactive,
            UserStatus::Suspended => Self::Suspended,
            UserStatus::Banned { reason, until, .. } => Self::Banned {
                reason: reason.clone(),
                until: *until,
            },
            UserStatus::Deleted => return None,
        })
    }
}

impl From<Status> for UserStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Pending => Self::Pending,
            Status::Invited => Self::Invited,
            Status::Inactive => Self::Inactive,
            Status::Suspended => Self::Suspended,
            Status::Banned { reason, until } => Self::Banned {
                reason,
                until,
                former: Box::new(Self::Active),
            },
        }
    }
}
