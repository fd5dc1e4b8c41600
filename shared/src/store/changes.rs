//! What is to be written, as a value. An operation builds `Changes` and commits them once: all are written or none, each under
//! its own condition, and a condition that fails comes back in the domain's words.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update};

use super::item::{Item, Record, to_item};
use super::keys::Key;
use super::table::{Table, Updated, failure, is_throttling, random_id, record_writes};
use super::{Store, StoreError};
use crate::backoff::Backoff;
use crate::domain::{OrganizationId, Window};
use crate::usage::{self, Service};

/// A set of writes that happen together. The files of the single items add to it.
#[derive(Debug, Default)]
#[must_use = "changes are nothing until they are committed"]
pub struct Changes {
    writes: Vec<Write>,
}

#[derive(Debug, Clone)]
struct Write {
    item: TransactWriteItem,
    conflict: Conflict,
    /// The organization that the write is about, if it takes one that is not being dissolved.
    organization: Option<OrganizationId>,
}

/// Which condition failed. Of several, the one that was added first is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    EmailTaken,
    UsernameTaken,
    PhoneTaken,
    /// The identity opens somebody else, or the user already.
    IdentityTaken,
    /// The account was unlinked or written since it was read.
    AccountMoved,
    /// The answer to the authorization request was taken before.
    AuthorizationSpent,
    SlugTaken,
    /// The user was written since it was read, or is gone.
    UserMoved,
    /// The organization has no free seat.
    NoSeat,
    /// The organization would be left without an owner.
    LastOwner,
    /// The organization is not as it was read.
    OrganizationMoved,
    /// The organization does not exist any more, or is being dissolved.
    OrganizationGone,
    AlreadyMember,
    SessionGone,
    /// The authenticator was replaced since it was read, or the code or a later one was accepted.
    AuthenticatorMoved,
    BackupCodeSpent,
    /// The mailed code was spent or replaced since it was read.
    CodeSpent,
    /// No attempt is left at the mailed code, or it was replaced since it was read.
    CodeExhausted,
    /// No attempt is left at the sign-in that waits for its second factor.
    ChallengeExhausted,
    /// Attempts at the account's second factor were counted or forgotten since they were read, and may have become too many.
    SecondFactorAttemptsMoved,
    /// The trusted browser's secret was renewed since it was read, or it is trusted no more.
    DeviceMoved,
    /// The refresh token was exchanged since the session was read, or the session is gone.
    RefreshMoved,
    /// The token was spent or superseded since its grant was read.
    GrantSpent,
    /// An invitation of the address into the organization is pending.
    AlreadyInvited,
    TeamGone,
    /// The organization has as many teams as it may have.
    TeamLimit,
    /// As many invitations as the organization may have wait for an answer.
    InvitationLimit,
    /// The invitation was answered since it was read, or is gone.
    InvitationMoved,
    ApiKeyGone,
    /// The key was changed, or a window or refill began, since it was read.
    ApiKeyMoved,
    /// As many keys were added since the user's keys were listed as the limit allows.
    ApiKeysMoved,
    KeyRingMoved,
    /// Somebody has registered the credential.
    PasskeyTaken,
    /// The passkey is gone, or has counted as far as that.
    PasskeyMoved,
    TooManyPasskeys,
    MailGone,
    /// The same report was noted before.
    MailEventSeen,
    /// A report on the address was noted since it was read.
    DeliverabilityMoved,
    LimitReached(Window),
    /// An item with a fresh random id was there already.
    IdTaken,
}

impl Conflict {
    /// Whether something that the operation read has changed meanwhile, so that deciding again may end otherwise.
    pub fn is_lost_race(&self) -> bool {
        match self {
            Self::UserMoved
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
            | Self::DeliverabilityMoved => true,
            Self::EmailTaken
            | Self::UsernameTaken
            | Self::PhoneTaken
            | Self::AuthorizationSpent
            | Self::SlugTaken
            | Self::NoSeat
            | Self::LastOwner
            | Self::OrganizationGone
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
            | Self::PasskeyTaken
            | Self::PasskeyMoved
            | Self::TooManyPasskeys
            | Self::MailGone
            | Self::MailEventSeen
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

    pub(super) fn put(self, put: Put, conflict: Conflict) -> Self {
        self.with(TransactWriteItem::builder().put(put).build(), conflict)
    }

    pub(super) fn update(self, update: Update, conflict: Conflict) -> Self {
        self.with(TransactWriteItem::builder().update(update).build(), conflict)
    }

    pub(super) fn delete(self, delete: Delete, conflict: Conflict) -> Self {
        self.with(TransactWriteItem::builder().delete(delete).build(), conflict)
    }

    pub(super) fn check(self, check: ConditionCheck, conflict: Conflict) -> Self {
        self.with(TransactWriteItem::builder().condition_check(check).build(), conflict)
    }

    /// An item that must not exist yet.
    pub(super) fn create<R: Record>(self, key: &Key, record: &R, conflict: Conflict) -> Self {
        self.put(put_new(to_item(key, record)), conflict)
    }

    /// Takes an item away, whatever it holds and whether or not it is there.
    pub(super) fn remove(self, key: &Key, conflict: Conflict) -> Self {
        let delete = Delete::builder()
            .set_key(Some(key.to_item()))
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), conflict)
    }

    /// An update of an organization that is not being dissolved. When it is refused because the organization is gone, the conflict is
    /// [`Conflict::OrganizationGone`].
    pub(super) fn update_live(mut self, organization: OrganizationId, update: Update, conflict: Conflict) -> Self {
        self.writes.push(Write {
            item: TransactWriteItem::builder().update(update).build(),
            conflict,
            organization: Some(organization),
        });
        self
    }

    /// Whether the commit writes the item. DynamoDB takes one action on an item in a transaction, so a further condition on it must not
    /// be added.
    pub(super) fn touches(&self, key: &Key) -> bool {
        self.writes
            .iter()
            .any(|write| key_of(&write.item).as_ref() == Some(key))
    }

    fn with(mut self, item: TransactWriteItem, conflict: Conflict) -> Self {
        self.writes.push(Write {
            item,
            conflict,
            organization: None,
        });
        self
    }
}

fn key_of(item: &TransactWriteItem) -> Option<Key> {
    let put = item.put.as_ref().map(|put| &put.item);
    let update = item.update.as_ref().map(|update| &update.key);
    let delete = item.delete.as_ref().map(|delete| &delete.key);
    let check = item.condition_check.as_ref().map(|check| &check.key);
    Key::of(put.or(update).or(delete).or(check)?)
}

pub(super) fn put_new(item: Item) -> Put {
    Put::builder()
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(pk)")
        .table_name(String::new())
        .build()
        .expect("item and table are set")
}

pub(super) fn put_any(item: Item) -> Put {
    Put::builder()
        .set_item(Some(item))
        .table_name(String::new())
        .build()
        .expect("item and table are set")
}

impl Store {
    /// Writes all changes, or none. A single change is a single write: a transaction of one would cost twice as much.
    pub async fn commit(&self, changes: Changes) -> Result<(), CommitError> {
        let mut writes = changes.writes;
        let organizations: Vec<_> = writes
            .iter()
            .filter_map(|write| Some((write.conflict.clone(), write.organization?)))
            .collect();
        let committed = match writes.len() {
            0 => Ok(()),
            1 => self.table.write_one(writes.remove(0)).await,
            _ => self.table.write_all(writes).await,
        };
        let Err(CommitError::Conflict(conflict)) = committed else {
            return committed;
        };
        for (refused, organization) in organizations {
            if refused == conflict && self.find_organization(organization).await?.is_none() {
                return Err(CommitError::Conflict(Conflict::OrganizationGone));
            }
        }
        Err(CommitError::Conflict(conflict))
    }
}

impl Table {
    async fn write_all(&self, writes: Vec<Write>) -> Result<(), CommitError> {
        let (items, conflicts): (Vec<_>, Vec<_>) = writes
            .into_iter()
            .map(|write| (addressed(write.item, &self.name), write.conflict))
            .unzip();
        // The same for all attempts: one that was carried out, and whose answer was lost, is not carried out again.
        let token = random_id();
        let mut backoff = Backoff::new();
        loop {
            match self.transact(&token, items.clone(), &conflicts).await? {
                Transacted::Done => return Ok(()),
                Transacted::Refused(conflict) => return Err(CommitError::Conflict(conflict)),
                Transacted::Contended => {
                    if !backoff.pause().await {
                        return Err(CommitError::Store(StoreError::Throttled));
                    }
                }
            }
        }
    }

    async fn transact(
        &self,
        token: &str,
        items: Vec<TransactWriteItem>,
        conflicts: &[Conflict],
    ) -> Result<Transacted, StoreError> {
        usage::record_call(Service::DynamoDb);
        let result = Box::pin(
            self.client
                .transact_write_items()
                .client_request_token(token)
                .set_transact_items(Some(items))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send(),
        )
        .await;
        let error = match result {
            Ok(output) => {
                record_writes(output.consumed_capacity());
                return Ok(Transacted::Done);
            }
            Err(error) => error,
        };
        let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) = error.as_service_error() else {
            return Err(failure("TransactWriteItems", &error));
        };
        let codes: Vec<&str> = canceled
            .cancellation_reasons()
            .iter()
            .map(|reason| reason.code().unwrap_or("None"))
            .collect();
        why_canceled(&codes, conflicts).ok_or_else(|| failure("TransactWriteItems", &error))
    }

    async fn write_one(&self, write: Write) -> Result<(), CommitError> {
        let refused = match addressed(write.item.clone(), &self.name) {
            TransactWriteItem { put: Some(put), .. } => self.put(put).await?,
            TransactWriteItem {
                delete: Some(delete), ..
            } => self.delete(delete).await?,
            TransactWriteItem {
                update: Some(update), ..
            } => {
                matches!(self.update(update).await?, Updated::Refused(_))
            }
            // A check alone is a transaction: DynamoDB has no other form for it.
            other => {
                return self.write_all(vec![Write { item: other, ..write }]).await;
            }
        };
        if refused {
            Err(CommitError::Conflict(write.conflict))
        } else {
            Ok(())
        }
    }
}

enum Transacted {
    Done,
    Refused(Conflict),
    /// Another transaction had an item in hand.
    Contended,
}

/// `None`: for a reason that no retry of ours cures.
fn why_canceled(codes: &[&str], conflicts: &[Conflict]) -> Option<Transacted> {
    let failed = codes.iter().position(|code| *code == "ConditionalCheckFailed");
    if let Some(conflict) = failed.and_then(|at| conflicts.get(at)) {
        return Some(Transacted::Refused(conflict.clone()));
    }
    let passes = |code: &&str| *code == "TransactionConflict" || is_throttling(code);
    codes.iter().any(passes).then_some(Transacted::Contended)
}

/// The files of the single items do not know the table's name; it is filled in here.
fn addressed(mut item: TransactWriteItem, table: &str) -> TransactWriteItem {
    if let Some(put) = &mut item.put {
        table.clone_into(&mut put.table_name);
    }
    if let Some(update) = &mut item.update {
        table.clone_into(&mut update.table_name);
    }
    if let Some(delete) = &mut item.delete {
        table.clone_into(&mut delete.table_name);
    }
    if let Some(check) = &mut item.condition_check {
        table.clone_into(&mut check.table_name);
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(codes: &[&str]) -> Option<Conflict> {
        match why_canceled(codes, &[Conflict::EmailTaken, Conflict::SlugTaken]) {
            Some(Transacted::Refused(conflict)) => Some(conflict),
            _ => None,
        }
    }

    #[test]
    fn the_first_failed_condition_is_told() {
        assert_eq!(conflict(&["None", "ConditionalCheckFailed"]), Some(Conflict::SlugTaken));
        assert_eq!(
            conflict(&["ConditionalCheckFailed", "ConditionalCheckFailed"]),
            Some(Conflict::EmailTaken)
        );
    }

    #[test]
    fn meeting_another_transaction_is_no_conflict_of_ours() {
        assert!(matches!(
            why_canceled(&["None", "TransactionConflict"], &[]),
            Some(Transacted::Contended)
        ));
        assert!(why_canceled(&["None", "ValidationError"], &[]).is_none());
    }
}
