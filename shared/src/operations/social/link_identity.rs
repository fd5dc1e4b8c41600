//! Linking an identity to a user who is signed in, and taking it away again.

use jiff::Timestamp;

use crate::domain::{LinkedAccount, ProviderId, SessionId, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::operations::social::provider_tokens::AccountSelector;
use crate::social::Granted;
use crate::store::{Changes, CommitError, Conflict, LiveSession};

#[derive(Debug, thiserror::Error)]
pub enum LinkIdentityError {
    #[error("the identity opens somebody else")]
    IdentityTaken,
    /// A slip of the user's, mostly: the account of somebody else was still signed in at the provider.
    #[error("the identity has another address than the user")]
    OtherEmail,
    /// The address is anybody's.
    #[error("the provider has not verified the address")]
    EmailNotVerified,
    /// Whoever has but the password, or an old session, must not get a door of their own.
    #[error("the second factor was not shown in the session")]
    SecondFactorNotShown,
    /// Or its user is gone, or may not be signed in any more.
    #[error("the session in which it was asked for has ended")]
    SessionEnded,
    /// The identity would outlive the impersonation.
    #[error("the session is an impersonation")]
    Impersonated,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum UnlinkAccountError {
    #[error("the user has no such account")]
    AccountNotFound,
    /// Nothing would open the user any more.
    #[error("it is the user's last account")]
    LastAccount,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(LinkIdentityError, UnlinkAccountError);

/// All that opens a user: identities, and perhaps a password.
#[derive(Debug)]
pub struct Accounts {
    pub linked: Vec<LinkedAccount>,
    pub has_password: bool,
}

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Asked for in a session, which must not have ended meanwhile: whoever loses one must not come back in by another door. Linking an
    /// identity that the user has already renews what its provider issued.
    pub async fn link_identity(
        &self,
        user: UserId,
        session: SessionId,
        granted: Granted,
        now: Timestamp,
    ) -> Result<(), LinkIdentityError> {
        for _ in 0..ROUNDS {
            let found = self.store.find_session(user, session).await?;
            let live = found.filter(|found| found.session.is_live(&found.user, now));
            let LiveSession { session, user } = live.ok_or(LinkIdentityError::SessionEnded)?;
            if session.impersonator.is_some() {
                return Err(LinkIdentityError::Impersonated);
            }
            if !session.may_manage_credentials(&user) {
                return Err(LinkIdentityError::SecondFactorNotShown);
            }
            if let Some(changes) = self.linking(&user, &granted, now).await? {
                match self.store.commit(changes.expect_session(user.id, session.id)).await {
                    Ok(()) => return Ok(()),
                    Err(CommitError::Conflict(
                        Conflict::IdentityTaken | Conflict::AccountMoved | Conflict::UserMoved | Conflict::SessionGone,
                    )) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// `None`: the identity is just being unlinked.
    async fn linking(
        &self,
        user: &User,
        granted: &Granted,
        now: Timestamp,
    ) -> Result<Option<Changes>, LinkIdentityError> {
        let identity = &granted.identity;
        let owner = self
            .store
            .find_identity_owner(&identity.provider, &identity.subject)
            .await?;
        match owner {
            Some(owner) if owner != user.id => Err(LinkIdentityError::IdentityTaken),
            Some(_) => {
                let seen = self
                    .store
                    .find_linked_account(user.id, &identity.provider, &identity.subject)
                    .await?;
                let Some(seen) = seen else { return Ok(None) };
                let account = self.renewed_account(&seen, granted, now).await?;
                Ok(Some(Changes::new().update_account(&seen, &account)))
            }
            None if self.settings.link_other_emails => Ok(Some(self.new_link(user, granted, now).await?)),
            None if identity.email.as_ref() != Some(&user.email) => Err(LinkIdentityError::OtherEmail),
            None if !identity.email_verified => Err(LinkIdentityError::EmailNotVerified),
            None => Ok(Some(self.new_link(user, granted, now).await?)),
        }
    }

    async fn new_link(&self, user: &User, granted: &Granted, now: Timestamp) -> Result<Changes, Interruption> {
        let account = self.account(granted, user.id, now).await?;
        Ok(Changes::new().update_user(user).link_account(&account))
    }

    pub async fn list_accounts(&self, caller: &Caller) -> Result<Accounts, Interruption> {
        let (_, password) = self.store.find_user_and_password(caller.user.id).await?;
        Ok(Accounts {
            linked: self.store.list_linked_accounts(caller.user.id).await?,
            has_password: password.is_some(),
        })
    }

    /// Never the last one. Each removal writes the user, so two at once cannot each take the other for what remains.
    pub async fn unlink_account(
        &self,
        caller: &Caller,
        selector: &AccountSelector,
        now: Timestamp,
    ) -> Result<(), UnlinkAccountError> {
        caller.expect_in_person()?;
        for _ in 0..ROUNDS {
            let (user, password) = self.store.find_user_and_password(caller.user.id).await?;
            let Some(mut user) = user else {
                return Err(UnlinkAccountError::AccountNotFound);
            };
            let linked = self.store.list_linked_accounts(user.id).await?;
            let is_of_password = selector.provider.as_deref() == Some(ProviderId::CREDENTIAL);
            let selected = linked.iter().find(|account| selector.selects(account));
            if linked.len() + usize::from(password.is_some()) <= 1 {
                return Err(UnlinkAccountError::LastAccount);
            }
            user.updated_at = now;
            let changes = match selected {
                _ if is_of_password && password.is_some() => Changes::new().delete_password(user.id),
                Some(account) if !is_of_password => Changes::new().unlink_account(account),
                _ => return Err(UnlinkAccountError::AccountNotFound),
            };
            match self.store.commit(changes.update_user(&user)).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::AccountMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
