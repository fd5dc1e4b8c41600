//! Linking an identity at a provider to a signed-in user.

use jiff::Timestamp;

use crate::domain::{CredentialChange, Identity, IdentityOwner, LinkLimit, LinkedAccount, SessionId, User, UserId};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::StepUp;
use crate::social::Granted;
use crate::store::{Changes, Conflict};

refusals! {
    pub enum LinkIdentityError {
        IdentityTaken: Conflict = "the identity is linked to another user",
        /// In a contract in which a user has one identity of a provider.
        AlreadyLinked: Conflict = "the user has another identity of the provider",
        /// Usually a mistake: another person was still signed in at the provider.
        OtherEmail: Forbidden = "the identity has another address than the user",
        EmailNotVerified: Forbidden = "the provider has not verified the address",
        TokenSpent: Unauthenticated on TokenSpent = "the ID token was used before",
    }
}

/// Whether an identity is linked to a user.
enum Owned {
    No,
    Yes(Box<LinkedAccount>),
    /// The identity is being unlinked at the same time.
    Moving,
}

impl Core {
    /// The session in which the user requested it must not have ended in the meantime: an attacker who loses a session
    /// must not keep another method of sign-in. When the identity is linked already, the tokens of the provider are
    /// renewed.
    pub async fn link_identity(
        &self,
        user: UserId,
        session: SessionId,
        granted: &Granted,
        limit: LinkLimit,
        now: Timestamp,
    ) -> Result<(), LinkIdentityError> {
        let found = self.store.find_session(user, session).await?;
        let live = self.if_live(found, now).await?.ok_or(Interruption::SessionGone)?;
        let caller = self.assure::<StepUp>(Caller::new(live.user, live.session, None), now)?;
        let mut attempts = self.uncounted_attempts(&caller, now);
        let mut is_retry = false;
        loop {
            let caller = attempts.caller();
            let address = self.check_address(&caller.user, granted);
            let owned = match limit {
                LinkLimit::OnePerProvider if address.is_ok() => {
                    self.only_identity(&caller.user, granted, is_retry).await?
                }
                LinkLimit::OnePerProvider | LinkLimit::None => self.owned_identity(&caller.user, granted).await?,
            };
            is_retry = true;
            let changes = match owned {
                Owned::No => {
                    address?;
                    self.link_new_identity(&caller.user, granted, now).await?
                }
                Owned::Yes(seen) => {
                    let account = self.renew_linked_account(&seen, granted, now).await?;
                    Changes::new().update_account(&seen, &account)
                }
                Owned::Moving => {
                    attempts.back_off(Conflict::AccountMoved).await?;
                    continue;
                }
            };
            let changes = self.spend_token_of_link(changes, granted, user, now);
            match attempts.commit(changes).await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(Lost::Refused(Conflict::TokenSpent)) if self.is_repeated_link(granted, user, now).await? => {
                    return Ok(());
                }
                Err(lost) => return Err(lost.into()),
            }
        }
    }

    /// Whether the identity is linked to the user.
    async fn owned_identity(&self, user: &User, granted: &Granted) -> Result<Owned, LinkIdentityError> {
        let identity = &granted.identity;
        let (provider, subject) = (&identity.provider, &identity.subject);
        let owner = self.store.find_identity_owner(provider, &identity.issuer, subject);
        match owner.await? {
            Some(IdentityOwner::User(owner)) if owner == user.id => {
                let seen = self.store.find_linked_account(user.id, provider, subject).await?;
                Ok(seen.map_or(Owned::Moving, |seen| Owned::Yes(Box::new(seen))))
            }
            Some(IdentityOwner::User(_) | IdentityOwner::OtherIssuer) => Err(LinkIdentityError::IdentityTaken),
            None => Ok(Owned::No),
        }
    }

    /// The same for a user who may have one identity of the provider. Each link writes the user, so the commit fails if
    /// another one was linked since this read. The first attempt leaves it to the commit whether another user has the
    /// identity, which saves a read.
    async fn only_identity(&self, user: &User, granted: &Granted, is_retry: bool) -> Result<Owned, LinkIdentityError> {
        let Identity {
            provider,
            issuer,
            subject,
            ..
        } = &granted.identity;
        let linked = self.store.list_linked_accounts(user.id).await?.into_iter();
        let of_provider: Vec<_> = linked.filter(|account| account.provider == *provider).collect();
        let is_same = |account: &LinkedAccount| account.subject == *subject && account.issuer.is_of(issuer, provider);
        if !of_provider.iter().all(is_same) {
            return Err(LinkIdentityError::AlreadyLinked);
        }
        match of_provider.into_iter().next() {
            Some(seen) => Ok(Owned::Yes(Box::new(seen))),
            None if is_retry => self.owned_identity(user, granted).await,
            None => Ok(Owned::No),
        }
    }

    /// Whether an identity with this address may be linked to the user.
    fn check_address(&self, user: &User, granted: &Granted) -> Result<(), LinkIdentityError> {
        let identity = &granted.identity;
        if self.settings.link_other_emails {
            Ok(())
        } else if identity.email.as_ref() != Some(&user.email) {
            Err(LinkIdentityError::OtherEmail)
        } else if identity.email_verified {
            Ok(())
        } else {
            Err(LinkIdentityError::EmailNotVerified)
        }
    }

    async fn link_new_identity(
        &self,
        user: &User,
        granted: &Granted,
        now: Timestamp,
    ) -> Result<Changes, LinkIdentityError> {
        let account = self.new_linked_account(granted, user.id, now).await?;
        let notice = self.credential_notice(user.id, CredentialChange::AccountLinked, now);
        let changes = Changes::new().update_user(user).link_account(&account);
        Ok(changes.enqueue(&notice))
    }
}
