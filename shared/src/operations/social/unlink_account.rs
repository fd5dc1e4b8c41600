//! Unlinking one of the caller's accounts, or removing the password. The last method of sign-in stays.

use jiff::Timestamp;

use crate::domain::{CredentialChange, ProviderId, User};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::operations::social::select_account::AccountSelector;
use crate::store::Changes;

refusals! {
    pub enum UnlinkAccountError {
        AccountNotFound: NotFound = "the user has no such account",
        /// The user would have no method of sign-in.
        LastAccount: Conflict = "it is the user's last account",
    }
}

impl Core {
    /// Each removal writes the user, so two concurrent removals cannot remove the last two methods of sign-in.
    pub async fn unlink_account(
        &self,
        caller: &Assured<StepUp>,
        selector: &AccountSelector,
        now: Timestamp,
    ) -> Result<(), UnlinkAccountError> {
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            let caller = attempts.caller();
            let id = caller.user.id;
            let (_, password) = self.store.find_user_and_password(id).await?;
            let linked = self.store.list_linked_accounts(id).await?;
            if linked.len() + usize::from(password.is_some()) <= 1 {
                return Err(UnlinkAccountError::LastAccount);
            }
            let is_password = selector.provider.as_deref() == Some(ProviderId::CREDENTIAL);
            let (changes, removed) = match linked.iter().find(|account| selector.selects(account)) {
                _ if is_password && password.is_some() => {
                    (Changes::new().delete_password(id), CredentialChange::PasswordRemoved)
                }
                Some(account) if !is_password => (
                    Changes::new().unlink_account(account),
                    CredentialChange::AccountUnlinked,
                ),
                _ => return Err(UnlinkAccountError::AccountNotFound),
            };
            let changes = changes.enqueue(&self.credential_notice(id, removed, now));
            let user = User {
                updated_at: now,
                ..caller.user.clone()
            };
            if attempts.commit(changes.update_user(&user)).await? {
                return Ok(());
            }
        }
    }
}
