//! Signing up with an identity that a provider has authenticated.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailPurpose, RateLimit};
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
        let sends_mail = !user.is_email_verified() && self.settings.verify_on_sign_up;
        if command.with_organization {
            changes = self.start_in_solo_organization(changes, &mut user, now).await?;
        }
        if sends_mail {
            let purpose = MailPurpose::VerifyEmail {
                user_id: user.id,
                callback: None,
            };
            changes = changes.enqueue(&self.mail(purpose, now));
        }
        changes = changes.create_user(&user);
        if sends_mail {
            // The limit comes last, because the first of several failed conditions determines the error.
            changes = self.counted(changes, &RateLimit::MAILBOX.window(user.email.mailbox(), now));
        }
        Ok(Draft {
            changes,
            user,
            is_new_user: true,
        })
    }
}
