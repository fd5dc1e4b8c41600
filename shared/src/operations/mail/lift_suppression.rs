//! Lifting the suppression of an address that bounced or complained: by an administrator or an operator.

use jiff::Timestamp;

use crate::domain::{EmailAddress, EmailStatus};
use crate::operations::administration::administrator::Administrator;
use crate::operations::prelude::*;
use crate::store::Changes;

/// The suppression that was lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// The reason of the suppression.
    pub status: EmailStatus,
    pub account_list: AccountList,
}

/// What happened to the address on the suppression list of the SES account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountList {
    /// The account's list does not follow our table, and was not changed.
    Separate,
    Cleared,
    /// SES failed. Lifting the suppression again retries it.
    Failed,
}

refusals! {
    pub enum LiftSuppressionError {
        /// The address is not on the account's list either, where that list follows our table.
        NotSuppressed: NotFound = "the address is not suppressed",
    }
}

impl Core {
    /// Reports from before `now` no longer have an effect, even if they arrive later.
    pub async fn lift_suppression(
        &self,
        _: Administrator,
        address: &EmailAddress,
        now: Timestamp,
    ) -> Result<Lifted, LiftSuppressionError> {
        let mut retries = self.retries(now);
        loop {
            let known = self.store.find_deliverability(address).await?;
            let Some(lifted) = known.lifted(now) else {
                // An earlier run may have failed between our table and the account's list.
                return Err(match self.clear_account_list(address).await {
                    AccountList::Failed => Interruption::Unavailable.into(),
                    AccountList::Separate | AccountList::Cleared => LiftSuppressionError::NotSuppressed,
                });
            };
            let changes = Changes::new().put_deliverability(address, &lifted);
            let changes = self.update_email_status(changes, address, &lifted.status).await?;
            if retries.commit(changes).await? {
                return Ok(Lifted {
                    status: known.status,
                    account_list: self.clear_account_list(address).await,
                });
            }
        }
    }

    async fn clear_account_list(&self, address: &EmailAddress) -> AccountList {
        match &self.account_suppression {
            None => AccountList::Separate,
            Some(list) if list.remove(address).await => AccountList::Cleared,
            Some(_) => AccountList::Failed,
        }
    }
}
