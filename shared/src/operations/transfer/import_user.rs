//! Creating a user who comes from another system, with id, verified address, password hash, linked identities and
//! authenticator app. Nothing that exists is overwritten, and no mail is sent.

use jiff::Timestamp;

use crate::domain::totp::AuthenticatorState;
use crate::domain::{
    Authenticator, DeviceKey, IdentityKey, ImportedUser, LinkedAccount, LinkedAccountId, SecretPurpose, User,
};
use crate::operations::administration::administrator::Administrator;
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::store::{Changes, Conflict};

/// The result for one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportedAs {
    New(ImportedSecondFactor),
    /// An earlier import has created the user, who is unchanged.
    Known,
}

/// What became of the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportedSecondFactor {
    /// The user had none.
    None,
    Authenticator,
    /// The export has no secret, so codes by mail are the second factor.
    Mail,
    /// The export has no secret, and codes by mail are turned off or the address is not verified.
    Lost,
}

refusals! {
    pub enum ImportUserError {
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        UsernameTaken: Conflict on UsernameTaken = "another user has the username",
        UsernameReserved: Invalid = "the username is reserved",
        IdentityTaken: Conflict on IdentityTaken = "an identity is linked to another user",
        /// The export names the identity twice, or an earlier row does.
        DuplicateIdentity: Invalid = "an identity is linked twice",
    }
}

impl Core {
    /// One commit. A repetition finds the user that the first one has created.
    pub async fn import_user(
        &self,
        _operator: Administrator,
        imported: &ImportedUser,
        now: Timestamp,
    ) -> Result<ImportedAs, ImportUserError> {
        let second_factor = self.second_factor_of(imported);
        let user = self.build_imported(imported, second_factor, now).await?;
        let changes = self.creation_of(imported, user, now).await?;
        match self.retries(now).commit_once(changes).await {
            Ok(()) => Ok(ImportedAs::New(second_factor)),
            // The user may have another address by now.
            Err(Lost::Refused(Conflict::IdTaken)) => Ok(ImportedAs::Known),
            Err(Lost::Refused(conflict)) if self.is_known(imported).await? => {
                tracing::debug!(user.id = %imported.id(), ?conflict, "the user was imported before");
                Ok(ImportedAs::Known)
            }
            Err(lost) => Err(lost.into()),
        }
    }

    /// The result that [`Core::import_user`] would have now. Nothing is written, and no secret is encrypted.
    pub async fn preview_import(
        &self,
        _operator: Administrator,
        imported: &ImportedUser,
    ) -> Result<ImportedAs, ImportUserError> {
        if self.is_known(imported).await? {
            return Ok(ImportedAs::Known);
        }
        if self.store.find_owner(&imported.email).await?.is_some() {
            return Err(ImportUserError::EmailTaken);
        }
        if let Some(username) = &imported.username {
            if self.settings.reserved_usernames.contain(username) {
                return Err(ImportUserError::UsernameReserved);
            }
            if self.store.find_owner(username).await?.is_some() {
                return Err(ImportUserError::UsernameTaken);
            }
        }
        for identity in &imported.identities {
            let (provider, issuer, subject) = (&identity.provider, &identity.issuer, &identity.subject);
            let owner = self.store.find_identity_owner(provider, issuer, subject);
            if owner.await?.is_some() {
                return Err(ImportUserError::IdentityTaken);
            }
        }
        Ok(ImportedAs::New(self.second_factor_of(imported)))
    }

    async fn is_known(&self, imported: &ImportedUser) -> Result<bool, Interruption> {
        Ok(self.store.find_user(imported.id()).await?.is_some())
    }

    fn second_factor_of(&self, imported: &ImportedUser) -> ImportedSecondFactor {
        if imported.totp.is_some() {
            ImportedSecondFactor::Authenticator
        } else if !imported.has_second_factor {
            ImportedSecondFactor::None
        } else if self.settings.two_factor_by_mail && imported.email_verified {
            ImportedSecondFactor::Mail
        } else {
            ImportedSecondFactor::Lost
        }
    }

    async fn creation_of(
        &self,
        imported: &ImportedUser,
        mut user: User,
        now: Timestamp,
    ) -> Result<Changes, ImportUserError> {
        let (username, shown) = (imported.username.as_ref(), imported.display_username.as_deref());
        let renamed = self.rename_user(&mut user, username, shown);
        let mut changes = renamed.ok_or(ImportUserError::UsernameReserved)?;
        changes = changes.claim_email(&user.email, user.id);
        for (at, identity) in imported.identities.iter().enumerate() {
            let IdentityKey {
                provider,
                issuer,
                subject,
            } = identity;
            let is_same = |earlier: &IdentityKey| earlier.provider == *provider && earlier.subject == *subject;
            if imported.identities[..at].iter().any(is_same) {
                return Err(ImportUserError::DuplicateIdentity);
            }
            changes = changes.link_account(&LinkedAccount {
                id: LinkedAccountId::generate(now, &*self.entropy),
                user_id: user.id,
                provider: provider.clone(),
                issuer: issuer.clone(),
                subject: subject.clone(),
                email: None,
                name: None,
                scopes: Vec::new(),
                tokens: None,
                access_token_expires_at: None,
                created_at: now,
                updated_at: now,
            });
        }
        if let Some(secret) = &imported.totp {
            let secret = self
                .encrypt_secret(secret.as_bytes(), SecretPurpose::Totp, user.id)
                .await?;
            changes = changes.create_authenticator(&Authenticator {
                user_id: user.id,
                secret,
                state: AuthenticatorState::Active,
                last_step: None,
                enrolment: None,
            });
        }
        changes = changes.add_user(&user);
        Ok(match &imported.password {
            Some(hash) => changes.set_password_and_device_key(user.id, hash, &DeviceKey::generate(&*self.entropy)),
            None => changes,
        })
    }

    async fn build_imported(
        &self,
        imported: &ImportedUser,
        second_factor: ImportedSecondFactor,
        now: Timestamp,
    ) -> Result<User, ImportUserError> {
        let mut user = self
            .build_user(imported.email.clone(), imported.name.clone(), now)
            .await?;
        user.id = imported.id();
        user.email_verified_at = imported.email_verified.then_some(now);
        user.image.clone_from(&imported.image);
        user.status = imported.status.clone();
        user.created_at = imported.created_at.unwrap_or(now);
        match second_factor {
            ImportedSecondFactor::None | ImportedSecondFactor::Lost => {}
            ImportedSecondFactor::Mail => user.turn_on_second_factor(),
            ImportedSecondFactor::Authenticator => {
                user.turn_on_second_factor();
                user.has_authenticator = true;
            }
        }
        Ok(user)
    }
}
