//! Pending writes as a value. An operation builds `Changes` and commits them once: all are written or none, each under
//! its own condition, and a failed condition is returned as a [`Conflict`] in the domain's terms.

use super::event;
use super::keys::Key;
use super::organization::{is_account, refused_by_state};
use super::outbox::enqueueing;
use super::rate_limit::{Counter, Step, Use};
use super::statistics::Tally;
use super::table::{Refusal, Written};
use super::write::Write;
use super::{Store, StoreError};
use crate::audit;
use crate::backoff::Backoff;
use crate::domain::audit::Fact;
use crate::domain::{LimitReached, Mail, MailPurpose};

/// How many items DynamoDB accepts in one transaction.
pub(super) const MOST_WRITES: usize = 100;

/// A set of writes that are committed together. The files of the single items add to it.
#[derive(Debug, Default)]
#[must_use = "changes are nothing until they are committed"]
pub struct Changes {
    entries: Vec<Entry>,
    /// What the commit changes in the statistics.
    pub(super) tally: Tally,
    /// What the commit makes true, for the audit trail.
    facts: Vec<Fact>,
}

#[derive(Debug)]
enum Entry {
    Write(Write, Conflict),
    /// A counter is decided upon again when it has changed, and the commit is repeated.
    Counter(Counter, Use),
}

/// The condition that failed. Of several, it is the one that was added first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    EmailTaken,
    UsernameTaken,
    PhoneTaken,
    /// The identity is linked to another user, or to this one already.
    IdentityTaken,
    /// The linked account was unlinked or written since it was read.
    AccountMoved,
    /// The answer to the authorization request was used before.
    AuthorizationSpent,
    /// The ID token was used before.
    TokenSpent,
    SlugTaken,
    /// The user was written or deleted since it was read.
    UserMoved,
    /// An administrator of the platform has the address.
    AdministratorExists,
    /// The administrator of the platform was written or deleted since it was read.
    AdministratorMoved,
    /// The organization has no free seat.
    NoSeat,
    /// The organization would have no owner.
    LastOwner,
    /// The account would have no member with an active `ADMIN` or `GROUP_ADMIN` role.
    LastAdministrator,
    /// The organization has changed since it was read.
    OrganizationMoved,
    /// The organization no longer exists, is being dissolved, or is suspended.
    OrganizationGone,
    /// The organization is frozen, or its plan is over.
    OrganizationReadOnly,
    AlreadyMember,
    SessionGone,
    /// The authenticator was replaced since it was read, or this code or a later one was accepted.
    AuthenticatorMoved,
    BackupCodeSpent,
    /// The mailed code was used or replaced since it was read.
    CodeSpent,
    /// The mailed code has no attempts left, or was replaced since it was read.
    CodeExhausted,
    /// The sign-in that waits for its second factor has no attempts left.
    ChallengeExhausted,
    /// Attempts at the account's second factor were counted or deleted since they were read, and may have reached the
    /// limit.
    SecondFactorAttemptsMoved,
    /// The trusted browser's secret was replaced since it was read, or the browser is no longer trusted.
    DeviceMoved,
    /// The refresh token was rotated since the session was read, or the session is gone.
    RefreshMoved,
    /// The token was used or superseded since its grant was read.
    GrantSpent,
    /// An invitation of the address into the organization is pending.
    AlreadyInvited,
    TeamGone,
    /// The organization has reached its limit of teams.
    TeamLimit,
    /// The organization has reached its limit of pending invitations.
    InvitationLimit,
    /// The invitation was answered or deleted since it was read.
    InvitationMoved,
    ApiKeyGone,
    /// The same request has begun an upload before.
    BulkUploadBegun,
    /// The results of the upload are stored.
    BulkUploadComplete,
    /// The key was changed, or a window or refill began, since it was read.
    ApiKeyMoved,
    /// The user has reached the limit of keys since the keys were listed.
    ApiKeysMoved,
    KeyRingMoved,
    /// The credential is registered already.
    PasskeyTaken,
    /// The passkey was deleted, or its signature counter is not below the presented one.
    PasskeyMoved,
    TooManyPasskeys,
    MailGone,
    /// The same report was recorded before.
    MailEventSeen,
    /// A report on the address was recorded since it was read.
    DeliverabilityMoved,
    LimitReached(LimitReached),
    /// The service has a token under this name.
    ServiceNameTaken,
    /// The token was revoked, or another request has stored its use.
    ServiceTokenGone,
    /// Another user has the number.
    NumberTaken,
    /// The record of a catalogue was changed or deleted since it was read.
    RecordMoved,
    /// Another record of the catalogue has the name.
    RecordNameTaken,
    /// The catalogue has reached its limit of records.
    CatalogueFull,
    /// The rules of the organization were synchronized since their state was read.
    PoliciesMoved,
    /// An item with the new random id exists already.
    IdTaken,
}

impl Conflict {
    /// Whether data that the operation read has changed, so that another attempt may have another result.
    pub fn is_lost_race(&self) -> bool {
        match self {
            Self::UserMoved
            | Self::AdministratorMoved
            | Self::OrganizationMoved
            | Self::SessionGone
            | Self::AccountMoved
            | Self::IdentityTaken
            | Self::InvitationMoved
            | Self::RefreshMoved
            | Self::DeviceMoved
            | Self::SecondFactorAttemptsMoved
            | Self::ApiKeyMoved
            | Self::ApiKeysMoved
            | Self::KeyRingMoved
            | Self::RecordMoved
            | Self::PoliciesMoved
            | Self::DeliverabilityMoved => true,
            Self::EmailTaken
            | Self::UsernameTaken
            | Self::PhoneTaken
            | Self::AdministratorExists
            | Self::AuthorizationSpent
            | Self::TokenSpent
            | Self::SlugTaken
            | Self::NoSeat
            | Self::LastOwner
            | Self::LastAdministrator
            | Self::OrganizationGone
            | Self::OrganizationReadOnly
            | Self::AlreadyMember
            | Self::AuthenticatorMoved
            | Self::BackupCodeSpent
            | Self::CodeSpent
            | Self::CodeExhausted
            | Self::ChallengeExhausted
            | Self::GrantSpent
            | Self::AlreadyInvited
            | Self::TeamGone
            | Self::TeamLimit
            | Self::InvitationLimit
            | Self::ApiKeyGone
            | Self::BulkUploadBegun
            | Self::BulkUploadComplete
            | Self::PasskeyTaken
            | Self::PasskeyMoved
            | Self::TooManyPasskeys
            | Self::MailGone
            | Self::MailEventSeen
            | Self::ServiceNameTaken
            | Self::ServiceTokenGone
            | Self::NumberTaken
            | Self::RecordNameTaken
            | Self::CatalogueFull
            | Self::LimitReached(_)
            | Self::IdTaken => false,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    #[error("refused: {0:?}")]
    Conflict(Conflict),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Changes {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what becomes true by the commit. Each change of an item that is a security fact does so by itself; an
    /// operation adds who acted.
    pub fn fact(self, fact: Fact) -> Self {
        self.facts([fact])
    }

    pub(super) fn facts(mut self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.facts.extend(facts);
        self
    }

    /// The facts of the commit. The first password of a user who is created is part of the creation.
    fn take_facts(&mut self) -> Vec<Fact> {
        let mut facts = std::mem::take(&mut self.facts);
        let created: Vec<_> = facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::UserCreated { user, .. } => Some(*user),
                _ => None,
            })
            .collect();
        facts.retain(|fact| !matches!(fact, Fact::PasswordChanged { user } if created.contains(user)));
        facts
    }

    /// Adds a write, and the conflict that its condition stands for. DynamoDB rejects two actions on one item, so a
    /// check and a write of the same item become one write under both conditions: a commit may require an item that it
    /// also writes, before or after, and twice.
    pub(super) fn with(mut self, write: Write, conflict: Conflict) -> Self {
        let earlier = self.entries.iter().position(|entry| *entry.key() == write.key);
        let Some(at) = earlier else {
            self.entries.push(Entry::Write(write, conflict));
            return self;
        };
        match self.entries.remove(at) {
            Entry::Write(earlier, earlier_conflict) if write.is_check() => {
                let merged = Entry::Write(earlier.merge(write), earlier_conflict);
                self.entries.insert(at, merged);
            }
            Entry::Write(earlier, _) if earlier.is_check() => {
                self.entries.push(Entry::Write(write.merge(earlier), conflict));
            }
            earlier => {
                // No operation writes an item twice in one commit; DynamoDB would reject the transaction.
                debug_assert!(false, "two writes of {}", write.key);
                self.entries.extend([earlier, Entry::Write(write, conflict)]);
            }
        }
        self
    }

    pub(super) fn with_counter(mut self, counter: Counter, used: Use) -> Self {
        debug_assert!(
            self.entries.iter().all(|entry| entry.key() != counter.key()),
            "two writes of {}",
            counter.key()
        );
        self.entries.push(Entry::Counter(counter, used));
        self
    }

    /// The writes in the order of the entries, after them the mails that counters cause, and at last those of the
    /// statistics, which have no conditions. The error is that of the first counter without room.
    fn writes(&self) -> Result<(Vec<Write>, Vec<Fact>), LimitReached> {
        let (mut writes, mut mails) = (Vec::with_capacity(self.entries.len()), Vec::new());
        let mut locked = Vec::new();
        for entry in &self.entries {
            match entry {
                Entry::Write(write, _) => writes.push(write.clone()),
                Entry::Counter(counter, used) => {
                    let Step { write, mail } = counter.step(*used)?;
                    writes.push(write);
                    if let Some(mail) = mail {
                        locked.extend(lock_of(mail));
                        mails.push(enqueueing(mail));
                    }
                }
            }
        }
        writes.extend(mails);
        writes.extend(self.tally.writes());
        Ok((writes, locked))
    }
}

/// What the mail at the cap of a counter is about.
fn lock_of(mail: &Mail) -> Option<Fact> {
    match mail.purpose {
        MailPurpose::PasswordLocked { user_id } => Some(Fact::Locked { user: user_id }),
        MailPurpose::AdminPasswordLocked { admin_id } => Some(Fact::AdministratorLocked {
            administrator: admin_id,
        }),
        _ => None,
    }
}

impl Entry {
    fn key(&self) -> &Key {
        match self {
            Self::Write(write, _) => &write.key,
            Self::Counter(counter, _) => counter.key(),
        }
    }
}

impl Store {
    /// Writes all changes and their events, or none. A single change is a single write: a transaction of one would cost
    /// twice as much.
    pub async fn commit(&self, mut changes: Changes) -> Result<(), CommitError> {
        let mut backoff = Backoff::new();
        let records = audit::records_of(changes.take_facts());
        loop {
            let (mut writes, locked) = changes.writes().map_err(Conflict::LimitReached)?;
            let records: Vec<_> = records.iter().cloned().chain(audit::records_of(locked)).collect();
            if self.writes_events && !audit::is_silent() {
                let room = MOST_WRITES.saturating_sub(writes.len());
                writes.extend(event::writes_of(&records, room));
            }
            let refusal = match self.send(writes).await {
                Ok(None) => {
                    records.into_iter().for_each(audit::emit);
                    return Ok(());
                }
                Ok(Some(refusal)) => refusal,
                Err(error) => {
                    if matches!(error, StoreError::Unavailable) {
                        records.into_iter().for_each(audit::emit_unknown);
                    }
                    return Err(error.into());
                }
            };
            let Refusal { write: at, item } = refusal;
            match changes.entries.get_mut(at) {
                Some(Entry::Counter(counter, _)) => counter.refresh(item).map_err(StoreError::from)?,
                Some(Entry::Write(write, conflict)) => {
                    if let Some(conflict) = refused_by_state(write, item.as_ref()) {
                        return Err(conflict.into());
                    }
                    let conflict = match conflict {
                        Conflict::LastOwner if is_account(item.as_ref()) => Conflict::LastAdministrator,
                        conflict => conflict.clone(),
                    };
                    return Err(conflict.into());
                }
                // The id of a new mail is random.
                None => return Err(Conflict::IdTaken.into()),
            }
            if !backoff.pause().await {
                return Err(StoreError::Throttled.into());
            }
        }
    }

    async fn send(&self, mut writes: Vec<Write>) -> Result<Option<Refusal>, StoreError> {
        match writes.len() {
            0 => Ok(None),
            1 => Ok(match self.table.write(writes.remove(0)).await? {
                Written::Done(_) => None,
                Written::Refused(item) => Some(Refusal { write: 0, item }),
            }),
            _ => self.table.write_all(writes).await,
        }
    }
}

impl From<Conflict> for CommitError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::super::condition::{absent, exists, is};
    use super::super::item::number;
    use super::super::keys::{self, Key};
    use super::*;

    fn key() -> Key {
        keys::sequence("x", None)
    }

    fn conditions(changes: Changes) -> Vec<(Option<String>, Conflict)> {
        let writes = changes.entries.into_iter().map(|entry| {
            let Entry::Write(write, conflict) = entry else {
                panic!("no counter")
            };
            let item = write.into_transact_item("table");
            let delete = item.delete.and_then(|delete| delete.condition_expression);
            let check = item.condition_check.map(|check| check.condition_expression);
            (delete.or(check), conflict)
        });
        writes.collect()
    }

    #[test]
    fn a_requirement_joins_the_write_of_its_item() {
        let write = || Write::delete(key()).when(is("version", number(1)));
        let same = || Write::check(key(), is("version", number(1)));
        let other = || Write::check(key(), absent("spent"));
        let merged = "(#version = :0 AND attribute_not_exists(#spent))";
        for (writes, expected) in [
            (vec![write(), same()], "#version = :0"),
            (vec![same(), write()], "#version = :0"),
            (vec![same(), same()], "#version = :0"),
            (vec![same(), write(), same(), other()], merged),
            (vec![write(), other(), other()], merged),
        ] {
            let changes = writes.into_iter().fold(Changes::new(), |changes, write| {
                changes.with(write, Conflict::UserMoved)
            });
            assert_eq!(conditions(changes), [(Some(expected.to_owned()), Conflict::UserMoved)]);
        }
    }

    #[test]
    fn a_failed_write_is_reported_as_the_writes_own_conflict() {
        let changes = Changes::new()
            .with(Write::check(key(), exists()), Conflict::SessionGone)
            .with(Write::delete(key()), Conflict::MailGone);
        assert_eq!(
            conditions(changes),
            [(Some("attribute_exists(#pk)".to_owned()), Conflict::MailGone)]
        );
    }
}
