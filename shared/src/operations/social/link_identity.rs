//! Linking an identity at a provider to a signed-in user.

use jiff::Timestamp;

use crate::domain::{CredentialChange, IdentityOwner, SessionId, User, UserId};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::StepUp;
use crate::social::Granted;
use crate::store::{Changes, Conflict};

refusals! {
    pub enum LinkIdentityError {
        IdentityTaken: Conflict = "the identity is linked to another user",
        /// Usually a mistake: another person was still signed in at the provider.
        OtherEmail: Forbidden = "the identity has another address than the user",
        EmailNotVerified: Forbidden = "the provider has not verified the address",
        TokenSpent: Unauthenticated on TokenSpent = "the ID token was used before",
    }
}

impl Core {
    /// The session in which the user requested it must not have ended in the meantime: an attacker who loses a session
    /// must not keep another method of sign-in. When the identity is linked already, the tokens of the provider are
    /// renewed.
    pub async fn link_identity(
        &self,
        user: UserId,
        session: SessionId,
        granted: Granted,
        now: Timestamp,
    ) -> Result<(), LinkIdentityError> {
        let found = self.store.find_session(user, session).await?;
        let live = self.if_live(found, now).await?.ok_or(Interruption::SessionGone)?;
        let caller = self.assure::<StepUp>(Caller::new(live.user, live.session, None), now)?;
        let mut attempts = self.uncounted_attempts(&caller, now);
        loop {
            let caller = attempts.caller();
            let Some(changes) = self.link_or_renew(&caller.user, &granted, now).await? else {
                attempts.back_off(Conflict::AccountMoved).await?;
                continue;
            };
            let changes = self.spend_token_of_link(changes, &granted, user, now);
            match attempts.commit(changes).await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(Lost::Refused(Conflict::TokenSpent)) if self.is_repeated_link(&granted, user, now).await? => {
                    return Ok(());
                }
                Err(lost) => return Err(lost.into()),
            }
        }
    }

    /// `None`: the identity is being unlinked at the same time.
    async fn link_or_renew(
        &self,
        user: &User,
        granted: &Granted,
        now: Timestamp,
    ) -> Result<Option<Changes>, LinkIdentityError> {
        let identity = &granted.identity;
        let (provider, subject) = (&identity.provider, &identity.subject);
        let owner = self.store.find_identity_owner(provider, &identity.issuer, subject);
        match owner.await? {
            Some(IdentityOwner::OtherIssuer) => return Err(LinkIdentityError::IdentityTaken),
            Some(IdentityOwner::User(owner)) if owner != user.id => return Err(LinkIdentityError::IdentityTaken),
            Some(IdentityOwner::User(_)) => {
                let Some(seen) = self.store.find_linked_account(user.id, provider, subject).await? else {
                    return Ok(None);
                };
                let account = self.renew_linked_account(&seen, granted, now).await?;
                return Ok(Some(Changes::new().update_account(&seen, &account)));
            }
            None if self.settings.link_other_emails => {}
            None if identity.email.as_ref() != Some(&user.email) => return Err(LinkIdentityError::OtherEmail),
            None if !identity.email_verified => return Err(LinkIdentityError::EmailNotVerified),
            None => {}
        }
        let account = self.new_linked_account(granted, user.id, now).await?;
        let notice = self.credential_notice(user.id, CredentialChange::AccountLinked, now);
        let changes = Changes::new().update_user(user).link_account(&account);
        Ok(Some(changes.enqueue(&notice)))
    }
}
