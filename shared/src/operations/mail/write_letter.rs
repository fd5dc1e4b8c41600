//! Writing the letter of a mail in the outbox, when it is sent. Nothing is stored before it is clear that the letter is
//! sent.

use jiff::Timestamp;

use crate::domain::{Mail, MailBudget, MailPurpose};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::mail::granted::budget_of_letter;
use crate::operations::prelude::*;

impl Core {
    /// `None`: the reason for the mail, or its recipient, no longer exists.
    pub(super) async fn write_letter(
        &self,
        mail: &Mail,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        match &mail.purpose {
            MailPurpose::VerifyEmail { user_id, callback } => {
                self.verify_email_letter(*user_id, callback.as_ref(), now).await
            }
            MailPurpose::ResetPassword { user_id, callback } => {
                self.reset_password_letter(*user_id, callback.as_ref(), now).await
            }
            MailPurpose::Activation {
                user_id,
                organization_id,
            } => {
                let user = self.store.find_user(*user_id).await?;
                let user = user.filter(|user| user.membership(*organization_id).is_some());
                let Some(user) = user else { return Ok(None) };
                let budget = budget_of_letter(&user);
                self.activation_letter(&user, *organization_id, budget, now).await
            }
            MailPurpose::ChangeEmail {
                user_id,
                requester,
                new_email,
                callback,
            } => {
                let recipient = self.recipient_of(*user_id, requester.as_ref(), now).await?;
                Ok(self.change_email_letter(recipient, new_email, callback.as_ref(), now))
            }
            MailPurpose::ApproveEmailChange {
                user_id,
                requester,
                new_email,
                callback,
            } => {
                let recipient = self.recipient_of(*user_id, Some(requester), now).await?;
                Ok(self.approve_email_change_letter(recipient, new_email, callback.as_ref(), now))
            }
            MailPurpose::DeleteUser {
                user_id,
                requester,
                callback,
            } => {
                let recipient = self.recipient_of(*user_id, requester.as_ref(), now).await?;
                Ok(self.delete_user_letter(recipient, callback.as_ref(), now))
            }
            MailPurpose::EmailChanged {
                user_id,
                old_email,
                was_verified,
            } => {
                let notice = self.notice(*user_id, |name| Letter::EmailChanged { name }).await?;
                Ok(notice.map(|notice| Addressed {
                    to: old_email.clone(),
                    budget: (!was_verified).then(|| MailBudget::Notices(old_email.clone())),
                    ..notice
                }))
            }
            MailPurpose::PasswordChanged { user_id } => {
                let at = mail.created_at;
                self.notice(*user_id, |name| Letter::PasswordChanged { name, at }).await
            }
            MailPurpose::PasswordLocked { user_id } => self.password_locked_letter(*user_id, now).await,
            MailPurpose::ResetAdminPassword { admin_id } => self.reset_admin_password_letter(*admin_id, now).await,
            MailPurpose::AdminPasswordChanged { admin_id } => {
                self.admin_password_changed_letter(*admin_id, mail.created_at).await
            }
            MailPurpose::AdminPasswordLocked { admin_id } => self.admin_password_locked_letter(*admin_id, now).await,
            MailPurpose::CredentialChanged { user_id, change } => {
                let (change, at) = (*change, mail.created_at);
                let letter = |name| Letter::CredentialChanged { name, change, at };
                self.notice(*user_id, letter).await
            }
            MailPurpose::TwoFactorCode { user_id, session_id } => {
                Ok(self.second_factor_letter(*user_id, *session_id, now).await?)
            }
            MailPurpose::Invitation {
                organization_id,
                invitation_id,
            } => self.invitation_letter(*organization_id, *invitation_id, now).await,
        }
    }
}
