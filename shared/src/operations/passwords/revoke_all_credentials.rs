//! Revoking every method of sign-in but the password, when the owner of an address resets the password of an account
//! whose address was never verified. Until then anyone may have signed up with the address and prepared other methods
//! of access to the account (pre-hijacking).

use crate::domain::User;
use crate::operations::core::Core;
use crate::store::{Changes, StoreError};

/// How many deletions one commit contains, beside the password, the user and the other writes of the reset: a commit
/// has at most a hundred writes.
const WRITES: usize = 85;

impl Core {
    /// Turns the second factor off and deletes passkeys, linked accounts and API keys, as many as fit into one commit.
    /// Returns `true` if that was all of them.
    ///
    /// The commit must write the user with a new session generation. No session can then create a credential that was
    /// not in the lists: creating a passkey or a linked account writes the user, and creating an API key raises the
    /// edition of the list.
    pub(super) async fn revoke_all_credentials(
        &self,
        user: &mut User,
        changes: Changes,
    ) -> Result<(Changes, bool), StoreError> {
        let passkeys = self.store.list_passkeys(user.id).await?;
        let accounts = self.store.list_linked_accounts(user.id).await?;
        let (keys, edition) = self.store.list_api_keys_to_add(user.id).await?;
        user.turn_off_second_factor();
        let mut changes = changes
            .delete_authenticator(user.id)
            .delete_backup_codes(user.id)
            .forget_second_factor_attempts(user.id)
            .drop_passkeys(user.id, &passkeys)
            .drop_api_keys_edition(user.id, edition);
        // Passkeys have an upper limit that leaves room, and each takes two writes, as does a linked account.
        let mut room = WRITES.saturating_sub(2 * passkeys.len());
        for account in accounts.iter().take(room / 2) {
            changes = changes.unlink_account(account);
            room -= 2;
        }
        let is_all = 2 * passkeys.len() + 2 * accounts.len() + keys.len() <= WRITES;
        for key in keys.iter().take(room) {
            changes = changes.drop_api_key(user.id, key.id);
        }
        Ok((changes, is_all))
    }
}
