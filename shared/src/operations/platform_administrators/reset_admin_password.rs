//! Resetting the password of an administrator of the platform with the token of a mail.

use jiff::Timestamp;

use crate::domain::one_time::{GrantRefused, ResetAdminPassword};
use crate::domain::password::WeakPassword;
use crate::domain::{
    AdminAccount, AdminId, DeviceId, DeviceKey, KnownDeviceToken, LoginName, MailPurpose, NewPassword, OneTimeGrant,
    OneTimeToken, RateLimit,
};
use crate::operations::prelude::*;
use crate::passwords::PasswordOwner;
use crate::store::Changes;

refusals! {
    pub enum ResetAdminPasswordError {
    }
    of {
        TokenRefused(#[from] GrantRefused) [GrantRefused::Spent] on GrantSpent = "{0}",
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

impl Core {
    /// Consumes the token, sets the password and ends every session. The second factor stays, so the mailbox alone
    /// gives no access to an administrator who has one. Returns the token that makes the client a known device.
    pub async fn reset_admin_password(
        &self,
        token: &OneTimeToken<ResetAdminPassword>,
        password: &NewPassword,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<KnownDeviceToken, ResetAdminPasswordError> {
        let reset = Box::pin(self.spend_admin_reset(token, password, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, reset).await
    }

    async fn spend_admin_reset(
        &self,
        token: &OneTimeToken<ResetAdminPassword>,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<KnownDeviceToken, ResetAdminPasswordError> {
        let grant = self.store.find_grant::<ResetAdminPassword>(token.user_id).await?;
        let grant = grant.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        let mut admin = self.admin_of_grant(&grant).await?;
        let owner = PasswordOwner {
            email: Some(&admin.email),
            ..PasswordOwner::default()
        };
        let hash = self.hash_password::<ResetAdminPasswordError>(password, owner).await?;
        let key = DeviceKey::generate(&*self.entropy);
        let notice = self.mail(MailPurpose::AdminPasswordChanged { admin_id: admin.id }, now);
        let mut retries = self.retries(now);
        loop {
            admin.end_sessions(now);
            let changes = Changes::new()
                .set_admin_password(admin.id, &hash, &key)
                .forget_attempts(LoginName::Administrator(admin.email.clone()), admin.id.as_owner())
                .mark_grant_spent::<ResetAdminPassword>(&grant, now)
                .update_admin(&admin)
                .enqueue(&notice);
            if retries.commit(changes).await? {
                return Ok(key.issue(admin.id.as_owner(), DeviceId::generate(now, &*self.entropy)));
            }
            admin = self.admin_of_grant(&grant).await?;
        }
    }

    /// A grant for an address that is no longer the administrator's authorizes nothing.
    async fn admin_of_grant(&self, grant: &OneTimeGrant) -> Result<AdminAccount, ResetAdminPasswordError> {
        let admin = self.store.find_admin(AdminId::of_owner(grant.user_id)).await?;
        let admin = admin.filter(|admin| admin.email == grant.email);
        Ok(admin.ok_or(GrantRefused::Unknown)?)
    }
}
