//! Deleting the own account: with the password, from a fresh session, or with the token of a mail.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::one_time::{self, GrantRefused};
use crate::domain::{
    Errand, Membership, OneTimeGrant, OneTimeToken, OrganizationId, PasswordAttempt, RateLimit, Redirect, User, UserId,
};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct DeleteUser {
    pub password: Option<PasswordAttempt>,
    pub token: Option<OneTimeToken<one_time::DeleteUser>>,
    pub callback: Option<Redirect>,
    pub client_ip: String,
}

/// How far a deletion got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    Done,
    /// A mail asks for confirmation.
    MailSent,
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteUserError {
    #[error("the password is wrong")]
    WrongPassword,
    #[error("the user has no password")]
    NoPassword,
    /// Without a password, only somebody who signed in lately may.
    #[error("the session is not fresh")]
    SessionNotFresh,
    #[error(transparent)]
    TokenRefused(#[from] GrantRefused),
    /// Others would be left in an organization that nobody can administer.
    #[error("the user is the only owner of an organization that has other members")]
    OnlyOwner,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(DeleteUserError);

/// How many sessions are deleted in one commit.
const SESSIONS_AT_ONCE: usize = 25;
/// How many organizations are left in one commit: each takes up to three writes.
const ORGANIZATIONS_AT_ONCE: usize = 25;
/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    pub async fn delete_user(
        &self,
        caller: &Caller,
        command: DeleteUser,
        now: Timestamp,
    ) -> Result<Deletion, DeleteUserError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::CHANGE_CREDENTIAL, &command.client_ip, now)
            .await?;
        if let Some(password) = &command.password {
            self.prove_password(caller, password, now).await?;
        }
        if let Some(token) = &command.token {
            self.spend_and_erase(caller, token, now).await?;
            return Ok(Deletion::Done);
        }
        if self.settings.confirm_deletion_by_mail {
            let errand = Errand::DeleteUser {
                user_id: caller.user.id,
                generation: caller.session.generation,
                callback: command.callback,
            };
            self.store
                .commit(Changes::new().enqueue(&self.mail(errand, now)))
                .await?;
            return Ok(Deletion::MailSent);
        }
        if command.password.is_none() && !caller.session.is_fresh(&self.settings.sessions, now) {
            return Err(DeleteUserError::SessionNotFresh);
        }
        self.erase(&caller.user, None).await?;
        Ok(Deletion::Done)
    }

    /// The token must be the caller's own: a link in a mail deletes nobody but whoever opens it signed in.
    pub async fn confirm_deletion(
        &self,
        caller: &Caller,
        token: &OneTimeToken<one_time::DeleteUser>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), DeleteUserError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::SPEND_TOKEN, client_ip, now).await?;
        self.spend_and_erase(caller, token, now).await
    }

    async fn spend_and_erase(
        &self,
        caller: &Caller,
        token: &OneTimeToken<one_time::DeleteUser>,
        now: Timestamp,
    ) -> Result<(), DeleteUserError> {
        if token.user_id != caller.user.id {
            return Err(GrantRefused::Unknown.into());
        }
        let grant = self.store.find_grant::<one_time::DeleteUser>(caller.user.id).await?;
        let grant = grant.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        if grant.email != caller.user.email {
            return Err(GrantRefused::Unknown.into());
        }
        self.erase(&caller.user, Some(&grant)).await
    }

    async fn prove_password(
        &self,
        caller: &Caller,
        password: &PasswordAttempt,
        now: Timestamp,
    ) -> Result<(), DeleteUserError> {
        self.attempt(&caller.user.email, now).await?;
        let (_, hash) = self.store.find_user_and_password(caller.user.id).await?;
        let hash = hash.ok_or(DeleteUserError::NoPassword)?;
        if self.passwords.verify(Some(&hash), password).await.matches {
            Ok(())
        } else {
            Err(DeleteUserError::WrongPassword)
        }
    }

    /// What the user is a member of may be changing meanwhile: then it is looked at again.
    async fn erase(&self, user: &User, grant: Option<&OneTimeGrant>) -> Result<(), DeleteUserError> {
        let mut user = user.clone();
        for _ in 0..ROUNDS {
            if self.erase_as_read(&user, grant, |changes| changes).await? {
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
    pub(super) async fn erase_as_read(
        &self,
        user: &User,
        grant: Option<&OneTimeGrant>,
        only_if: impl Fn(Changes) -> Changes,
    ) -> Result<bool, DeleteUserError> {
        let (memberships, mut user) = (&user.memberships, user.clone());
        if !self.leave_most(&mut user, &only_if).await? {
            return Ok(false);
        }
        let changes = only_if(self.erasure(&user, grant).await?);
        if !self.is_written(changes).await? {
            return Ok(false);
        }
        self.forget_sessions(user.id).await;
        self.forget_organizations(memberships).await;
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
    async fn forget_organizations(&self, memberships: &[Membership]) {
        for Membership { organization_id, .. } in memberships {
            if let Err(error) = self.forget_remains(*organization_id).await {
                tracing::warn!(%error, "what belonged to an organization that is gone is left");
            }
        }
    }

    async fn forget_remains(&self, organization: OrganizationId) -> Result<(), Interruption> {
        match self.store.find_organization_in_any_state(organization).await? {
            Some(_) => Ok(()),
            None => self.clear_organization(organization, None).await,
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
