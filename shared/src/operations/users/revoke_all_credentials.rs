//! Revoking every method of sign-in but the password, for the owner of an address that was never verified before.

use crate::domain::User;
use crate::operations::core::Core;
use crate::operations::users::reclaim_account::Room;
use crate::store::{Changes, StoreError};

impl Core {
    /// Turns the second factor off and deletes passkeys, linked accounts and API keys, as many as there is room for.
    ///
    /// The commit must write the user with a new session generation. No session can then create a credential that was
    /// not in the lists: creating a passkey or a linked account writes the user, and creating an API key raises the
    /// edition of the list.
    pub(super) async fn revoke_all_credentials(
        &self,
        user: &mut User,
        changes: Changes,
        room: &mut Room,
    ) -> Result<Changes, StoreError> {
        let passkeys = self.store.list_passkeys(user.id).await?;
        let accounts = self.store.list_linked_accounts(user.id).await?;
        let (keys, edition) = self.store.list_api_keys_to_add(user.id).await?;
        user.turn_off_second_factor();
        let mut changes = changes
            .delete_authenticator(user.id)
            .delete_backup_codes(user.id)
            .forget_second_factor_attempts(user.id)
            .drop_api_keys_edition(user.id, edition);
        // Passkeys have an upper limit that leaves room.
        if room.take(2 * passkeys.len()) {
            changes = changes.drop_passkeys(user.id, &passkeys);
        }
        for account in &accounts {
            if !room.take(2) {
                break;
            }
            changes = changes.unlink_account(account);
        }
        for key in &keys {
            if !room.take(1) {
                break;
            }
            changes = changes.drop_api_key(user.id, key.id);
        }
        Ok(changes)
    }
}
