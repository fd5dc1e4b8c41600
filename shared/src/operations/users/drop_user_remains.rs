//! Deleting the items that a deleted user leaves behind: sessions, trusted browsers, passkeys, API keys, and the parts
//! of organizations that were deleted with the user. None of them authenticates without its user, so an error here only
//! leaves unused items.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId, Session, TrustedDevice, UserId};
use crate::operations::prelude::*;
use crate::store::Changes;

/// How many items one commit deletes.
const AT_ONCE: usize = 25;

impl Core {
    pub(in crate::operations) async fn drop_user_remains(
        &self,
        user: UserId,
        memberships: &[Membership],
        now: Timestamp,
    ) {
        if let Err(error) = self.drop_sessions(user).await {
            tracing::warn!(%error, "sessions of a deleted user are left to expire");
        }
        if let Err(error) = self.drop_trusted_devices(user).await {
            tracing::warn!(%error, "trusted browsers of a deleted user are left to expire");
        }
        for membership in memberships {
            if let Err(error) = self.drop_organization_remains(membership.organization_id, now).await {
                tracing::warn!(%error, "items of a deleted organization are left");
            }
        }
        self.forget_passkeys(user).await;
        self.forget_api_keys(user).await;
    }

    async fn drop_sessions(&self, user: UserId) -> Result<(), Interruption> {
        for some in self.store.list_sessions(user).await?.chunks(AT_ONCE) {
            let drop = |changes: Changes, session: &Session| changes.delete_session(user, session.id);
            self.store.commit(some.iter().fold(Changes::new(), drop)).await?;
        }
        Ok(())
    }

    async fn drop_trusted_devices(&self, user: UserId) -> Result<(), Interruption> {
        for some in self.store.list_trusted_devices(user).await?.chunks(AT_ONCE) {
            let drop = |changes: Changes, device: &TrustedDevice| changes.delete_trusted_device(user, device.id);
            self.store.commit(some.iter().fold(Changes::new(), drop)).await?;
        }
        Ok(())
    }

    async fn drop_organization_remains(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        match self.store.find_organization_in_any_state(organization).await? {
            Some(_) => Ok(()),
            None => self.purge_organization(organization, None, now).await,
        }
    }
}
