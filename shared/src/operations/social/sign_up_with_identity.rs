//! Signing up with an identity that a provider has authenticated.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailPurpose};
use crate::operations::core::Core;
use crate::operations::social::sign_in_with_identity::{Draft, IdentitySignIn, IdentitySignInError};
use crate::store::Changes;

impl Core {
    pub(super) async fn sign_up_with_identity(
        &self,
        command: &IdentitySignIn,
        email: EmailAddress,
        now: Timestamp,
    ) -> Result<Draft, IdentitySignInError> {
        let identity = &command.granted.identity;
        let mut user = self
            .build_user(email, identity.name.clone().unwrap_or_default(), now)
            .await?;
        user.image.clone_from(&identity.image);
        user.email_verified_at = identity.email_verified.then_some(now);
        let account = self.new_linked_account(&command.granted, user.id, now).await?;
        let mut changes = Changes::new().claim_email(&user.email, user.id).link_account(&account);
        if command.with_organization {
            changes = self.start_in_solo_organization(changes, &mut user, now).await?;
        }
        if !user.is_email_verified() && self.settings.verify_on_sign_up {
            let purpose = MailPurpose::VerifyEmail {
                user_id: user.id,
                callback: None,
            };
            changes = changes.enqueue(&self.mail(purpose, now));
        }
        Ok(Draft {
            changes: changes.create_user(&user),
            user,
            is_new_user: true,
        })
    }
}
