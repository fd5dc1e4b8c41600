//! The result of a task: as JSON for programs, and in `text` for people. Times are RFC 3339, in UTC.

mod text;

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::service_token::{ServiceName, ServiceToken};
use shared::domain::signing_key::KeyState;
use shared::domain::token::PlainServiceToken;
use shared::domain::{EmailAddress, EmailStatus, MailFailure, PlatformRole, User, UserId, WaitingMail};
use shared::operations::{
    AccountList, EnrolledAdmin, GrantedAdmin, Lifted, RebuiltLists, Redriven, RevokedAdmin, ShownKey, ShownRing,
    ShownSuppression, WaitingEvents,
};

use crate::doctor::Diagnosis;
use crate::trail::ShownTrail;
use crate::transfer::{ExportSummary, ImportSummary};

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    Admin(Admin),
    AdminTotp(AdminTotp),
    Suppression(Suppression),
    Lifted(LiftedAddress),
    Mails { mails: Vec<ListedMail> },
    RedrivenMails { redriven: Vec<ListedMail> },
    Keys { rings: Vec<KeyRing> },
    ServiceToken(ServiceTokenReport),
    ServiceTokens { tokens: Vec<ListedServiceToken> },
    Lists(ListsReport),
    WaitingEvents(WaitingEventsReport),
    RedrivenEvents(RedrivenReport),
    Import(ImportSummary),
    Export(ExportSummary),
    Audit(ShownTrail),
    Doctor(Diagnosis),
}

#[derive(Debug, Serialize)]
pub struct Admin {
    email: String,
    /// `None`: no user has the address, only an administrator of the platform had it.
    #[serde(serialize_with = "as_optional_text", skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    roles: Vec<&'static str>,
    /// `created`, `granted`, `revoked`, or `unchanged` for a user who already had the requested roles.
    outcome: &'static str,
}

/// The second factor of an administrator of the platform, which is shown only here.
#[derive(Debug, Serialize)]
pub struct AdminTotp {
    email: String,
    admin_id: String,
    secret: ShownToken,
    /// For a QR code.
    uri: ShownToken,
}

#[derive(Debug, Serialize)]
pub struct Suppression {
    address: String,
    #[serde(flatten)]
    status: Status,
    /// No mail is sent to the address.
    suppressed: bool,
    delivered_at: Option<Timestamp>,
    lifted_at: Option<Timestamp>,
    owner: Option<Owner>,
}

#[derive(Debug, Serialize)]
struct Status {
    #[serde(rename = "status")]
    word: &'static str,
    since: Option<Timestamp>,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Owner {
    #[serde(serialize_with = "as_text")]
    user_id: UserId,
    email_verified: bool,
    /// The status that the profile shows to the owner.
    email_status: &'static str,
}

#[derive(Debug, Serialize)]
pub struct LiftedAddress {
    address: String,
    lifted: Status,
    /// The state of the account's suppression list in SES: `separate`, `cleared` or `failed`.
    account_list: &'static str,
}

/// A mail of the outbox, which has no address.
#[derive(Debug, Serialize)]
pub struct ListedMail {
    id: String,
    purpose: Option<String>,
    /// `waiting` or `undeliverable`.
    state: &'static str,
    created_at: Option<Timestamp>,
    attempts: u32,
    next_attempt_at: Option<Timestamp>,
    last_failure: Option<&'static str>,
    region: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct KeyRing {
    ring: &'static str,
    keys: Vec<RingKey>,
}

#[derive(Debug, Serialize)]
struct RingKey {
    kid: String,
    /// `next`, `active`, `retired` or `revoked`.
    state: &'static str,
    mode: &'static str,
    created_at: Timestamp,
    /// When the key was retired or revoked.
    ended_at: Option<Timestamp>,
    /// When the last token that a retired key signed has expired, and verifiers have forgotten the key.
    needed_until: Option<Timestamp>,
    kms_key: String,
    kms_state: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct ServiceTokenReport {
    name: String,
    /// `created` or `revoked`.
    outcome: &'static str,
    /// The new token, which is shown only here.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<ShownToken>,
}

/// A token that no debug output shows.
#[derive(Serialize)]
#[serde(transparent)]
struct ShownToken(String);

impl fmt::Debug for ShownToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownToken(…)")
    }
}

#[derive(Debug, Serialize)]
pub struct ListedServiceToken {
    name: String,
    created_at: Timestamp,
    /// Up to an hour before the last use.
    last_used_at: Option<Timestamp>,
}

/// What is listed and counted.
#[derive(Debug, Serialize)]
pub struct ListsReport {
    users: usize,
    organizations: usize,
}

/// Events that wait. One commit leaves all events of an owner together.
#[derive(Debug, Serialize)]
pub struct WaitingEventsReport {
    late: Vec<WaitingEvent>,
    /// Commits whose events are about to be published.
    recent: usize,
    /// Keys of items that cannot be read.
    corrupt: Vec<String>,
}

#[derive(Debug, Serialize)]
struct WaitingEvent {
    owner: String,
    id: String,
    since: Timestamp,
    kinds: Vec<String>,
}

/// Numbers of commits.
#[derive(Debug, Serialize)]
pub struct RedrivenReport {
    published: usize,
    failed: usize,
    given_up: usize,
    recent: usize,
}

impl From<&WaitingMail> for ListedMail {
    fn from(mail: &WaitingMail) -> Self {
        Self {
            id: mail.id.to_string(),
            purpose: mail.purpose.clone(),
            state: match mail.undeliverable_since {
                Some(_) => "undeliverable",
                None => "waiting",
            },
            created_at: mail.created_at,
            attempts: mail.attempts,
            next_attempt_at: mail.next_attempt_at,
            last_failure: mail.last_failure.map(MailFailure::as_str),
            region: mail.region.as_ref().map(ToString::to_string),
        }
    }
}

impl Report {
    pub(crate) fn waiting_events(waiting: &WaitingEvents) -> Self {
        let late = waiting.late.iter().map(|pending| WaitingEvent {
            owner: pending.key.owner.clone(),
            id: pending.key.id.to_string(),
            since: pending.key.id.time(),
            kinds: pending.events.iter().map(|event| event.kind.clone()).collect(),
        });
        Self::WaitingEvents(WaitingEventsReport {
            late: late.collect(),
            recent: waiting.recent,
            corrupt: waiting.corrupt.iter().map(ToString::to_string).collect(),
        })
    }

    pub(crate) fn redriven_events(redriven: Redriven) -> Self {
        Self::RedrivenEvents(RedrivenReport {
            published: redriven.published,
            failed: redriven.failed,
            given_up: redriven.given_up,
            recent: redriven.recent,
        })
    }

    pub(crate) fn mails(mails: &[WaitingMail]) -> Self {
        Self::Mails {
            mails: mails.iter().map(ListedMail::from).collect(),
        }
    }

    pub(crate) fn redriven_mails(mails: &[WaitingMail]) -> Self {
        Self::RedrivenMails {
            redriven: mails.iter().map(ListedMail::from).collect(),
        }
    }

    pub(crate) fn rebuilt_lists(rebuilt: RebuiltLists) -> Self {
        Self::Lists(ListsReport {
            users: rebuilt.users,
            organizations: rebuilt.organizations,
        })
    }

    pub(crate) fn created_service_token(name: &ServiceName, token: &PlainServiceToken) -> Self {
        Self::ServiceToken(ServiceTokenReport {
            name: name.to_string(),
            outcome: "created",
            token: Some(ShownToken(token.to_string())),
        })
    }

    pub(crate) fn revoked_service_token(name: &ServiceName) -> Self {
        Self::ServiceToken(ServiceTokenReport {
            name: name.to_string(),
            outcome: "revoked",
            token: None,
        })
    }

    pub(crate) fn service_tokens(tokens: Vec<ServiceToken>) -> Self {
        let listed = tokens.into_iter().map(|token| ListedServiceToken {
            name: token.name.to_string(),
            created_at: token.created_at,
            last_used_at: token.last_used_at,
        });
        Self::ServiceTokens {
            tokens: listed.collect(),
        }
    }

    pub(crate) fn created(user: &User) -> Self {
        Self::Admin(Admin::new(user, "created"))
    }

    pub(crate) fn granted(granted: &GrantedAdmin) -> Self {
        let outcome = if granted.is_new { "granted" } else { "unchanged" };
        Self::Admin(Admin::new(&granted.user, outcome))
    }

    pub(crate) fn revoked(email: &EmailAddress, revoked: &RevokedAdmin) -> Self {
        let outcome = if revoked.was_admin { "revoked" } else { "unchanged" };
        Self::Admin(match &revoked.user {
            Some(user) => Admin::new(user, outcome),
            None => Admin {
                email: email.to_string(),
                user_id: None,
                roles: Vec::new(),
                outcome,
            },
        })
    }

    pub(crate) fn enrolled(enrolled: &EnrolledAdmin) -> Self {
        Self::AdminTotp(AdminTotp {
            email: enrolled.admin.email.to_string(),
            admin_id: enrolled.admin.id.to_string(),
            secret: ShownToken(enrolled.secret.to_base32()),
            uri: ShownToken(enrolled.uri.clone()),
        })
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

    /// Whether the report says that something is broken.
    pub fn has_failed(&self) -> bool {
        matches!(self, Self::Doctor(diagnosis) if diagnosis.has_failed())
    }

    /// The user whom the task affected.
    pub(crate) fn user(&self) -> Option<&UserId> {
        match self {
            Self::Admin(admin) => admin.user_id.as_ref(),
            Self::Suppression(suppression) => suppression.owner.as_ref().map(|owner| &owner.user_id),
            Self::AdminTotp(_)
            | Self::Lifted(_)
            | Self::Mails { .. }
            | Self::RedrivenMails { .. }
            | Self::Keys { .. }
            | Self::ServiceToken(_)
            | Self::ServiceTokens { .. }
            | Self::Lists(_)
            | Self::Import(_)
            | Self::Export(_)
            | Self::WaitingEvents(_)
            | Self::RedrivenEvents(_)
            | Self::Audit(_)
            | Self::Doctor(_) => None,
        }
    }
}

impl Admin {
    fn new(user: &User, outcome: &'static str) -> Self {
        Self {
            email: user.email.to_string(),
            user_id: Some(user.id),
            roles: user.roles.iter().copied().map(PlatformRole::as_str).collect(),
            outcome,
        }
    }
}

impl From<&EmailStatus> for Status {
    fn from(status: &EmailStatus) -> Self {
        Self {
            word: status.as_str(),
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
            keys: shown.keys.into_iter().map(RingKey::from).collect(),
        }
    }
}

impl From<ShownKey> for RingKey {
    fn from(key: ShownKey) -> Self {
        let (state, ended_at, needed_until) = match key.state {
            KeyState::Next => ("next", None, None),
            KeyState::Active { .. } => ("active", None, None),
            KeyState::Retired { at, until, .. } => ("retired", Some(at), Some(until)),
            KeyState::Revoked { at, .. } => ("revoked", Some(at), None),
        };
        Self {
            kid: key.kid,
            state,
            mode: key.mode.as_str(),
            created_at: key.created_at,
            ended_at,
            needed_until,
            kms_key: key.kms_key,
            kms_state: key.kms_state,
        }
    }
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
fn as_optional_text<S: serde::Serializer>(value: &Option<UserId>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(id) => serializer.collect_str(id),
        None => serializer.serialize_none(),
    }
}

fn as_text<S: serde::Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
