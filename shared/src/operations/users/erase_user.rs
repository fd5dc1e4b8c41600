//! Taking a user away, with all that lets it in. A commit bears a hundred writes, which is enough for most users; of those who have
//! more, what is too much goes beforehand. What merely belonged to the user is cleared away after.

use jiff::Timestamp;

use crate::domain::one_time::{self, GrantRefused};
use crate::domain::{Membership, OneTimeGrant, OrganizationId, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::users::delete_user::DeleteUserError;
use crate::store::{Changes, CommitError, Conflict};

/// How many sessions are deleted in one commit.
const SESSIONS_AT_ONCE: usize = 25;
/// How many organizations are left in one commit: each takes up to three writes.
const ORGANIZATIONS_AT_ONCE: usize = 25;
/// How many linked accounts are taken away in one commit: each takes two writes.
const ACCOUNTS_AT_ONCE: usize = 40;
/// How many of them the last commit bears beside those organizations, and a dozen writes for the user.
const ACCOUNTS_AT_LAST: usize = 5;
/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// What the user is a member of may be changing meanwhile: then it is looked at again.
    pub(in crate::operations) async fn erase(
        &self,
        user: &User,
        grant: Option<&OneTimeGrant>,
        now: Timestamp,
    ) -> Result<(), DeleteUserError> {
        let mut user = user.clone();
        for _ in 0..ROUNDS {
            if self.erase_as_read(&user, grant, |changes| changes, now).await? {
                return Ok(());
            }
            match self.store.find_user(user.id).await? {
                Some(newer) => user = newer,
                // A parallel request was faster.
                None => return Ok(()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// One commit takes the user away with all that lets it in. `false`: something has changed since the user was read. `only_if` adds
    /// to each commit under what conditions it is made.
    pub(in crate::operations) async fn erase_as_read(
        &self,
        user: &User,
        grant: Option<&OneTimeGrant>,
        only_if: impl Fn(Changes) -> Changes,
        now: Timestamp,
    ) -> Result<bool, DeleteUserError> {
        let (memberships, mut user) = (&user.memberships, user.clone());
        if !self.leave_most(&mut user, &only_if).await? || !self.unlink_most(&mut user, &only_if).await? {
            return Ok(false);
        }
        let changes = only_if(self.erasure(&user, grant).await?);
        if !self.is_written(changes).await? {
            return Ok(false);
        }
        self.forget_sessions(user.id).await;
        self.forget_organizations(memberships, now).await;
        self.forget_passkeys(user.id).await;
        self.forget_api_keys(user.id).await;
        Ok(true)
    }

    /// Whether the changes were written; if not, what they were made for has changed.
    async fn is_written(&self, changes: Changes) -> Result<bool, DeleteUserError> {
        match self.store.commit(changes).await {
            Ok(()) => Ok(true),
            // Somebody joined or left meanwhile, or an identity was linked or unlinked; of owners who leave at once, the last one is told so by the next look.
            Err(CommitError::Conflict(
                Conflict::UserMoved
                | Conflict::SessionGone
                | Conflict::AccountMoved
                | Conflict::OrganizationMoved
                | Conflict::LastOwner,
            )) => Ok(false),
            Err(CommitError::Conflict(Conflict::GrantSpent)) => Err(GrantRefused::Unknown.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// A commit bears a hundred writes. Of more organizations than that, all but the last ones are left beforehand, unless one of
    /// them stands against it.
    async fn leave_most(
        &self,
        user: &mut User,
        only_if: &impl Fn(Changes) -> Changes,
    ) -> Result<bool, DeleteUserError> {
        if user.memberships.len() > ORGANIZATIONS_AT_ONCE {
            // Only to hear of it before anything is written.
            let _ = self.leave(Changes::new(), user, &user.memberships).await?;
        }
        while user.memberships.len() > ORGANIZATIONS_AT_ONCE {
            let rest = user.memberships.len() - ORGANIZATIONS_AT_ONCE;
            let some = user.memberships.split_off(rest);
            let changes = self.leave(Changes::new(), user, &some).await?;
            if !self.is_written(only_if(changes.update_user(user))).await? {
                return Ok(false);
            }
            user.version += 1;
        }
        Ok(true)
    }

    /// The same of linked accounts.
    async fn unlink_most(
        &self,
        user: &mut User,
        only_if: &impl Fn(Changes) -> Changes,
    ) -> Result<bool, DeleteUserError> {
        let accounts = self.store.list_linked_accounts(user.id).await?;
        let Some((_, most)) = accounts
            .split_at_checked(ACCOUNTS_AT_LAST)
            .filter(|(_, most)| !most.is_empty())
        else {
            return Ok(true);
        };
        let _ = self.leave(Changes::new(), user, &user.memberships).await?;
        for some in most.chunks(ACCOUNTS_AT_ONCE) {
            let changes = some.iter().fold(Changes::new(), Changes::unlink_account);
            if !self.is_written(only_if(changes.update_user(user))).await? {
                return Ok(false);
            }
            user.version += 1;
        }
        Ok(true)
    }

    async fn erasure(&self, user: &User, grant: Option<&OneTimeGrant>) -> Result<Changes, DeleteUserError> {
        let changes = match grant {
            Some(grant) => Changes::new().spend_grant::<one_time::DeleteUser>(grant),
            None => Changes::new().drop_grant::<one_time::DeleteUser>(user.id),
        };
        let changes = changes
            .delete_user(user)
            .delete_password(user.id)
            .release_email(&user.email, user.id)
            .drop_grant::<one_time::VerifyEmail>(user.id)
            .drop_grant::<one_time::ResetPassword>(user.id)
            .drop_grant::<one_time::ChangeEmail>(user.id)
            .delete_authenticator(user.id)
            .delete_backup_codes(user.id)
            .forget_second_factor_attempts(user.id);
        let changes = match &user.username {
            Some(username) => changes.release_username(username, user.id),
            None => changes,
        };
        let changes = match &user.profile.phone {
            Some(phone) => changes.release_phone(phone, user.id),
            None => changes,
        };
        let changes = self.unlink_all(changes, user.id).await?;
        self.leave(changes, user, &user.memberships).await
    }

    /// The identities at providers are free again.
    async fn unlink_all(&self, changes: Changes, user: UserId) -> Result<Changes, Interruption> {
        let accounts = self.store.list_linked_accounts(user).await?;
        Ok(accounts.iter().fold(changes, Changes::unlink_account))
    }

    /// An organization without anybody else goes with its last member.
    async fn leave(
        &self,
        mut changes: Changes,
        user: &User,
        memberships: &[Membership],
    ) -> Result<Changes, DeleteUserError> {
        for membership in memberships {
            let id = membership.organization_id;
            let Some(organization) = self.store.find_organization(id).await? else {
                continue;
            };
            if organization.member_count <= 1 {
                changes = changes.drop_member(id, user.id).delete_organization(&organization);
                continue;
            }
            if membership.roles.is_owner() && organization.owner_count <= 1 {
                return Err(DeleteUserError::OnlyOwner);
            }
            changes = changes.delete_member(user.id, membership);
        }
        Ok(changes)
    }

    /// Without their user they open nothing, and expire by themselves: what is left of them by a failure does no harm.
    async fn forget_sessions(&self, user: UserId) {
        if let Err(error) = self.delete_sessions(user).await {
            tracing::warn!(%error, "sessions of a deleted user are left to expire");
        }
        if let Err(error) = self.delete_trusted_devices(user).await {
            tracing::warn!(%error, "trusted browsers of a deleted user are left to expire");
        }
    }

    async fn delete_trusted_devices(&self, user: UserId) -> Result<(), Interruption> {
        let devices = self.store.list_trusted_devices(user).await?;
        for some in devices.chunks(SESSIONS_AT_ONCE) {
            let changes = some.iter().fold(Changes::new(), |changes, device| {
                changes.delete_trusted_device(user, device.id)
            });
            self.store.commit(changes).await?;
        }
        Ok(())
    }

    /// What belongs to an organization that went with its last member leads nowhere without it, and is only in the way.
    async fn forget_organizations(&self, memberships: &[Membership], now: Timestamp) {
        for Membership { organization_id, .. } in memberships {
            if let Err(error) = self.forget_remains(*organization_id, now).await {
                tracing::warn!(%error, "what belonged to an organization that is gone is left");
            }
        }
    }

    async fn forget_remains(&self, organization: OrganizationId, now: Timestamp) -> Result<(), Interruption> {
        match self.store.find_organization_in_any_state(organization).await? {
            Some(_) => Ok(()),
            None => self.purge_organization(organization, None, now).await,
        }
    }

    async fn delete_sessions(&self, user: UserId) -> Result<(), Interruption> {
        let sessions = self.store.list_sessions(user).await?;
        for some in sessions.chunks(SESSIONS_AT_ONCE) {
            let changes = some.iter().fold(Changes::new(), |changes, session| {
                changes.delete_session(user, session.id)
            });
            self.store.commit(changes).await?;
        }
        Ok(())
    }
}
