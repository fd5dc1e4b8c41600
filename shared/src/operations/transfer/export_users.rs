//! All users with what they sign in with, for another deployment of this service. The result holds password hashes and
//! the secrets of authenticator apps.

use crate::domain::{IdentityKey, PasswordHash, SecretPurpose, TotpSecret, User, UserId};
use crate::operations::administration::administrator::Administrator;
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct ExportedUser {
    pub user: User,
    pub password: Option<PasswordHash>,
    pub identities: Vec<IdentityKey>,
    pub totp: Option<TotpSecret>,
}

impl Core {
    /// The ids of all users, in no order. A user who was created in the last second may be missing.
    pub async fn list_user_ids(&self, _operator: Administrator) -> Result<Vec<UserId>, Interruption> {
        Ok(self.store.list_user_ids().await?)
    }

    /// Two reads for each hundred users, one more for each user's identities, and a read and a KMS call for each
    /// authenticator app. A user who was deleted meanwhile is left out.
    pub async fn export_users(
        &self,
        _operator: Administrator,
        ids: &[UserId],
    ) -> Result<Vec<ExportedUser>, Interruption> {
        let mut exported = Vec::with_capacity(ids.len());
        for (user, password) in self.store.find_users_and_passwords(ids).await? {
            let linked = self.store.list_linked_accounts(user.id).await?;
            let identities = linked.into_iter().map(|account| IdentityKey {
                provider: account.provider,
                issuer: account.issuer,
                subject: account.subject,
            });
            exported.push(ExportedUser {
                identities: identities.collect(),
                totp: self.exported_totp(&user).await?,
                user,
                password,
            });
        }
        Ok(exported)
    }

    async fn exported_totp(&self, user: &User) -> Result<Option<TotpSecret>, Interruption> {
        if !user.has_authenticator {
            return Ok(None);
        }
        let Some(authenticator) = self.store.find_authenticator(user.id).await? else {
            return Ok(None);
        };
        let secret = self
            .decrypt_secret(&authenticator.secret, SecretPurpose::Totp, user.id)
            .await?;
        Ok(TotpSecret::from_bytes(&secret))
    }
}
