//! Writing to an address again that had bounced or complained, because somebody who may says so.

use jiff::Timestamp;

use crate::domain::{EmailAddress, EmailStatus};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

/// Proof that whoever asks administers the service.
#[derive(Debug, Clone, Copy)]
pub struct Administrator(());

impl Administrator {
    /// `None`: the caller has no role over the whole service.
    pub fn of(caller: &Caller) -> Option<Self> {
        (!caller.user.roles.is_empty()).then_some(Self(()))
    }

    /// Whoever runs the service: a command on the machine, or an invocation with the account's own credentials.
    pub fn operator() -> Self {
        Self(())
    }
}

/// What was lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// What stood against the address.
    pub status: EmailStatus,
    pub account_list: AccountList,
}

/// What became of the address on the list that SES keeps for the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountList {
    /// The list does not follow ours, and was not touched.
    Separate,
    Cleared,
    /// SES did not do it. Lifting once more tries again.
    Failed,
}

#[derive(Debug, thiserror::Error)]
pub enum LiftSuppressionError {
    /// Nor is it on the account's list, where that follows ours.
    #[error("nothing is known against the address")]
    NotSuppressed,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(LiftSuppressionError);

impl Core {
    /// Gives what was known against the address. Reports from before `now` are no news any more, even if they come later.
    pub async fn lift_suppression(
        &self,
        _: Administrator,
        address: &EmailAddress,
        now: Timestamp,
    ) -> Result<Lifted, LiftSuppressionError> {
        for _ in 0..ROUNDS {
            let known = self.store.find_deliverability(address).await?;
            let Some(lifted) = known.lifted(now) else {
                // An earlier run may have failed between our table and the account's list.
                return Err(match self.clear_account_list(address).await {
                    AccountList::Failed => Interruption::Unavailable.into(),
                    AccountList::Separate | AccountList::Cleared => LiftSuppressionError::NotSuppressed,
                });
            };
            let changes = Changes::new().put_deliverability(address, &lifted);
            let changes = self.mark_owner(changes, address, &lifted.status).await?;
            match self.store.commit(changes).await {
                Ok(()) => {
                    return Ok(Lifted {
                        status: known.status,
                        account_list: self.clear_account_list(address).await,
                    });
                }
                Err(CommitError::Conflict(Conflict::DeliverabilityMoved | Conflict::UserMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn clear_account_list(&self, address: &EmailAddress) -> AccountList {
        match &self.account_suppression {
            None => AccountList::Separate,
            Some(list) if list.remove(address).await => AccountList::Cleared,
            Some(_) => AccountList::Failed,
        }
    }
}
