//! Deleting the own account: with the password, from a fresh session, or with the token of a mail.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::one_time::{self, GrantRefused};
use crate::domain::{
    Errand, OneTimeToken, OrganizationId, OrganizationRole, PasswordAttempt, RateLimit, Redirect, SessionId, User,
    UserId,
};
use crate::store::Changes;

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

impl Core {
    pub async fn delete_user(
        &self,
        caller: &Caller,
        command: DeleteUser,
        now: Timestamp,
    ) -> Result<Deletion, DeleteUserError> {
        self.limit_rate(RateLimit::CHANGE_CREDENTIAL, &command.client_ip, now)
            .await?;
        if let Some(token) = &command.token {
            self.confirm_deletion(caller, token, now).await?;
            return Ok(Deletion::Done);
        }
        match &command.password {
            Some(password) => self.prove_password(caller, password, now).await?,
            None if !caller.session.is_fresh(&self.settings.sessions, now)
                && !self.settings.confirm_deletion_by_mail =>
            {
                return Err(DeleteUserError::SessionNotFresh);
            }
            None => {}
        }
        if self.settings.confirm_deletion_by_mail {
            let errand = Errand::DeleteUser {
                user_id: caller.user.id,
                callback: command.callback,
            };
            self.store
                .commit(Changes::new().enqueue(&self.mail(errand, now)))
                .await?;
            return Ok(Deletion::MailSent);
        }
        self.erase(&caller.user, Changes::new()).await?;
        Ok(Deletion::Done)
    }

    /// The token must be the caller's own: a link in a mail deletes nobody but whoever opens it signed in.
    pub async fn confirm_deletion(
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
        self.erase(&caller.user, Changes::new().spend_grant::<one_time::DeleteUser>(&grant))
            .await
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

    /// One commit takes the user away with all that lets it in. Its sessions open nothing from then on, and go after it.
    async fn erase(&self, user: &User, changes: Changes) -> Result<(), DeleteUserError> {
        let mut changes = changes
            .delete_user(user)
            .delete_password(user.id)
            .release_email(&user.email, user.id)
            .drop_grant::<one_time::VerifyEmail>(user.id)
            .drop_grant::<one_time::ResetPassword>(user.id)
            .drop_grant::<one_time::ChangeEmail>(user.id);
        for membership in &user.memberships {
            changes = self
                .leave(changes, user, membership.organization_id, membership.role)
                .await?;
        }
        self.store.commit(changes).await?;
        let sessions = self.store.list_sessions(user.id).await?;
        let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
        Ok(self.delete_sessions(user.id, &ids).await?)
    }

    /// An organization without anybody else goes with its last member.
    async fn leave(
        &self,
        changes: Changes,
        user: &User,
        id: OrganizationId,
        role: OrganizationRole,
    ) -> Result<Changes, DeleteUserError> {
        let Some(organization) = self.store.find_organization(id).await? else {
            return Ok(changes);
        };
        if organization.member_count <= 1 {
            return Ok(changes.drop_member(id, user.id).delete_organization(&organization));
        }
        if role == OrganizationRole::Owner && !self.has_another_owner(id, user.id).await? {
            return Err(DeleteUserError::OnlyOwner);
        }
        Ok(changes.delete_member(id, user.id))
    }

    async fn has_another_owner(&self, organization: OrganizationId, user: UserId) -> Result<bool, Interruption> {
        let members = self.store.list_members(organization).await?;
        Ok(members
            .iter()
            .any(|(id, membership)| *id != user && membership.role == OrganizationRole::Owner))
    }

    async fn delete_sessions(&self, user: UserId, sessions: &[SessionId]) -> Result<(), Interruption> {
        for some in sessions.chunks(SESSIONS_AT_ONCE) {
            let changes = some
                .iter()
                .fold(Changes::new(), |changes, id| changes.delete_session(user, *id));
            self.store.commit(changes).await?;
        }
        Ok(())
    }
}
