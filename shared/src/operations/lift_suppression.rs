//! Writing to an address again that had bounced or complained, because somebody who may says so.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::{EmailAddress, EmailStatus};
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

#[derive(Debug, thiserror::Error)]
pub enum LiftSuppressionError {
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
    ) -> Result<EmailStatus, LiftSuppressionError> {
        for _ in 0..ROUNDS {
            let known = self.store.find_deliverability(address).await?;
            let lifted = known.lifted(now).ok_or(LiftSuppressionError::NotSuppressed)?;
            let changes = Changes::new().put_deliverability(address, &lifted);
            let changes = self.mark_owner(changes, address, &lifted.status).await?;
            match self.store.commit(changes).await {
                Ok(()) => {
                    if let Some(list) = &self.account_suppression {
                        list.remove(address).await;
                    }
                    return Ok(known.status);
                }
                Err(CommitError::Conflict(Conflict::DeliverabilityMoved | Conflict::UserMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
