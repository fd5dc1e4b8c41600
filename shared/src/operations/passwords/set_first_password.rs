//! Setting the first password, with the token of a mail: for a user whom an administrator created, and for one who has
//! just verified the address. The client with the token reads the mailbox, so the address is verified too.

use jiff::Timestamp;

use crate::domain::one_time::{FirstPassword, GrantRefused};
use crate::domain::password::WeakPassword;
use crate::domain::user::AccountBlocked;
use crate::domain::{
    AccountMember, DeviceId, DeviceKey, EmailAddress, KnownDeviceToken, MailPurpose, Name, NewPassword, OneTimeToken,
    PasswordHash, RateLimit, User, UserStatus,
};
use crate::operations::prelude::*;
use crate::passwords::PasswordOwner;
use crate::store::Changes;

#[derive(Debug, Clone, Copy)]
pub struct SetFirstPassword<'a> {
    /// The address that the client expects the token to belong to.
    pub email: Option<&'a EmailAddress>,
    /// The name that the user chooses instead of the one that the administrator gave.
    pub name: Option<&'a Name>,
    pub password: &'a NewPassword,
}

refusals! {
    pub enum SetFirstPasswordError {
        OtherAddress: Forbidden = "the token was sent to another address",
        NoAccount: NotFound = "the user has no role in an account",
        AccountSuspended: Forbidden = "every account in which the user has a role is suspended",
        /// Another token was used, or the user has set a password in another way.
        HasPassword: Conflict = "the user has a password",
    }
    of {
        TokenRefused(#[from] GrantRefused) [GrantRefused::Spent] on GrantSpent = "{0}",
        AccountBlocked(#[from] AccountBlocked) = "{0}",
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

/// The active user, and the token that makes the client a known device.
#[derive(Debug)]
pub struct FirstPasswordSet {
    pub user: User,
    pub device: KnownDeviceToken,
}

impl Core {
    /// A refused password does not consume the token.
    pub async fn set_first_password<P: FirstPassword>(
        &self,
        token: &OneTimeToken<P>,
        command: SetFirstPassword<'_>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<FirstPasswordSet, SetFirstPasswordError> {
        let setting = Box::pin(self.spend_for_password(token, command, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, setting)
            .await
    }

    async fn spend_for_password<P: FirstPassword>(
        &self,
        token: &OneTimeToken<P>,
        command: SetFirstPassword<'_>,
        now: Timestamp,
    ) -> Result<FirstPasswordSet, SetFirstPasswordError> {
        let device_key = DeviceKey::generate(&*self.entropy);
        let mut hash: Option<PasswordHash> = None;
        let mut retries = self.retries(now);
        loop {
            let grant = self.store.find_grant_of(token).await?.ok_or(GrantRefused::Unknown)?;
            grant.open(&token.secret, now)?;
            let (user, stored) = self.store.find_user_and_password(token.user_id).await?;
            // A grant for an address that is no longer the user's authorizes nothing.
            let user = user.filter(|user| user.email == grant.email);
            let mut user = user.ok_or(GrantRefused::Unknown)?;
            if command.email.is_some_and(|email| *email != user.email) {
                return Err(SetFirstPasswordError::OtherAddress);
            }
            expect_permitted(&user, now)?;
            if let Some(name) = command.name {
                user.name = name.clone();
            }
            if stored.is_some() {
                return Err(SetFirstPasswordError::HasPassword);
            }
            let hash = match &hash {
                Some(hash) => hash,
                None => hash.insert(
                    self.hash_password::<SetFirstPasswordError>(command.password, PasswordOwner::of(&user))
                        .await?,
                ),
            };
            let mut changes = Changes::new()
                .set_first_password(user.id, hash, &device_key)
                .forget_attempts(&user.email, user.id)
                .mark_grant_spent::<P>(&grant, now);
            if user.activation().is_none() {
                let notice = MailPurpose::PasswordChanged { user_id: user.id };
                changes = changes.enqueue(&self.mail(notice, now));
            }
            user.status = UserStatus::Active;
            user.email_verified_at.get_or_insert(now);
            user.is_password_reset = true;
            user.end_sessions(now);
            if retries.commit(changes.update_user(&user)).await? {
                user.mark_stored();
                return Ok(FirstPasswordSet {
                    device: device_key.issue(user.id, DeviceId::generate(now, &*self.entropy)),
                    user,
                });
            }
        }
    }
}

/// A user who is active already may set a first password, too, but not take over an account with an address that was never
/// verified: a stranger may have signed up with it. A reset takes such an account from the stranger.
fn expect_permitted(user: &User, now: Timestamp) -> Result<(), SetFirstPasswordError> {
    if AccountMember::home_of(user).is_none() {
        return Err(if AccountMember::is_held_by_suspended(user) {
            SetFirstPasswordError::AccountSuspended
        } else {
            SetFirstPasswordError::NoAccount
        });
    }
    if user.activation().is_some() {
        return Ok(());
    }
    user.admit(now)?;
    if user.is_email_verified() || user.is_provisioned {
        Ok(())
    } else {
        Err(GrantRefused::Unknown.into())
    }
}
