//! Writing the letter of a mail in the outbox. The token in it is created here and now: it is never stored in the
//! clear, and a newer mail supersedes the older one.

use jiff::{SignedDuration, Timestamp};

use crate::domain::one_time::{ChangeEmail, DeleteUser, Purpose, ResetPassword, VerifyEmail};
use crate::domain::{
    EmailAddress, Invitation, InvitationId, InvitationToken, Mail, MailPurpose, OneTimeGrant, OneTimeToken,
    OrganizationId, Redirect, Secret, User, UserId,
};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::prelude::*;
use crate::store::Changes;

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
                let Some(user) = self.recipient(*user_id, now).await? else {
                    return Ok(None);
                };
                let expires_in = self.settings.reset_password_lifetime;
                let letter = |name, url| Letter::ResetPassword { name, url, expires_in };
                self.granted::<ResetPassword>(&user, &user.email, callback.as_ref(), expires_in, letter, now)
                    .await
            }
            MailPurpose::ChangeEmail {
                user_id,
                generation,
                new_email,
                callback,
            } => {
                let user = self.recipient_of(*generation, *user_id, now).await?;
                self.change_email_letter(user, new_email, callback.as_ref(), now).await
            }
            MailPurpose::DeleteUser {
                user_id,
                generation,
                callback,
            } => {
                let Some(user) = self.recipient_of(*generation, *user_id, now).await? else {
                    return Ok(None);
                };
                let expires_in = self.settings.delete_user_lifetime;
                let letter = |name, url| Letter::DeleteUser { name, url, expires_in };
                self.granted::<DeleteUser>(&user, &user.email, callback.as_ref(), expires_in, letter, now)
                    .await
            }
            MailPurpose::EmailChanged { user_id, old_email } => {
                let user = self.store.find_user(*user_id).await?;
                Ok(user.map(|user| Addressed {
                    to: old_email.clone(),
                    letter: Letter::EmailChanged { name: name(&user) },
                }))
            }
            MailPurpose::PasswordChanged { user_id } => {
                let user = self.store.find_user(*user_id).await?;
                let at = mail.created_at;
                Ok(user.map(|user| Addressed {
                    letter: Letter::PasswordChanged { name: name(&user), at },
                    to: user.email,
                }))
            }
            MailPurpose::PasswordLocked { user_id } => {
                let Some(user) = self.recipient(*user_id, now).await? else {
                    return Ok(None);
                };
                let expires_in = self.settings.reset_password_lifetime;
                let letter = |name, url| Letter::PasswordLocked { name, url, expires_in };
                self.granted::<ResetPassword>(&user, &user.email, None, expires_in, letter, now)
                    .await
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

    async fn verify_email_letter(
        &self,
        user_id: UserId,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let unverified = self
            .recipient(user_id, now)
            .await?
            .filter(|user| !user.is_email_verified());
        let Some(user) = unverified else { return Ok(None) };
        let expires_in = self.settings.verify_email_lifetime;
        let letter = |name, url| Letter::VerifyEmail { name, url, expires_in };
        self.granted::<VerifyEmail>(&user, &user.email, callback, expires_in, letter, now)
            .await
    }

    async fn change_email_letter(
        &self,
        user: Option<User>,
        new_email: &EmailAddress,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(user) = user else { return Ok(None) };
        let expires_in = self.settings.verify_email_lifetime;
        let letter = |name, url| Letter::ChangeEmail {
            name,
            new_email: new_email.clone(),
            url,
            expires_in,
        };
        self.granted::<ChangeEmail>(&user, new_email, callback, expires_in, letter, now)
            .await
    }

    async fn invitation_letter(
        &self,
        organization_id: OrganizationId,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(invitation) = self.store.find_invitation(organization_id, id).await? else {
            return Ok(None);
        };
        let organization = self.store.find_organization(organization_id).await?;
        let inviter = self.inviter(&invitation, now).await?;
        let (Some(organization), Some(inviter)) = (organization, inviter) else {
            return Ok(None);
        };
        if invitation.await_answer(now).is_err() {
            return Ok(None);
        }
        let secret = Secret::generate(&*self.entropy);
        let sent = Invitation {
            hash: Some(secret.hash()),
            ..invitation.clone()
        };
        // The commit fails if the invitation was answered, or if a parallel run writes the letter too. The retried
        // delivery of the mail finds out which.
        self.store
            .commit(Changes::new().update_invitation(&sent, &invitation))
            .await?;
        let token = InvitationToken {
            organization_id,
            invitation_id: id,
            secret,
        };
        let letter = Letter::Invitation {
            organization: organization.name,
            inviter_name: inviter.name,
            role: invitation.roles.to_string(),
            url: self.link("invitation", &token.to_string(), None),
            expires_in: invitation.expires_at.duration_since(now),
        };
        Ok(Some(Addressed {
            to: invitation.email,
            letter,
        }))
    }

    /// The recipient, unless the user may not sign in: then the mail would be of no use.
    async fn recipient(&self, id: UserId, now: Timestamp) -> Result<Option<User>, Interruption> {
        Ok(self.store.find_user(id).await?.filter(|user| user.admit(now).is_ok()))
    }

    /// The recipient of a mail that a session requested, unless all sessions have ended in the meantime.
    async fn recipient_of(&self, generation: u64, id: UserId, now: Timestamp) -> Result<Option<User>, Interruption> {
        let user = self.recipient(id, now).await?;
        Ok(user.filter(|user| user.session_generation == generation))
    }

    /// A letter with the token of a new grant, which replaces an earlier one of the same purpose. The grant is for the
    /// owner of the mailbox `to`.
    async fn granted<P: Purpose>(
        &self,
        user: &User,
        to: &EmailAddress,
        callback: Option<&Redirect>,
        expires_in: SignedDuration,
        letter: impl FnOnce(String, String) -> Letter,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let (grant, secret) = OneTimeGrant::issue(user.id, to.clone(), now + expires_in, &*self.entropy);
        let changes = Changes::new().put_grant::<P>(&grant);
        let changes = if P::ENDS_WITH_SESSIONS {
            // The grant must not be created after a reset that deleted such grants. Delivering the mail again finds
            // out.
            changes.require_user(user)
        } else {
            changes
        };
        self.store.commit(changes).await?;
        let url = self.link(P::NAME, &OneTimeToken::<P>::new(user.id, secret).to_string(), callback);
        Ok(Some(Addressed {
            to: to.clone(),
            letter: letter(name(user), url),
        }))
    }

    /// The link leads to a page of this service: the address comes from the configuration, never from a request.
    fn link(&self, page: &str, token: &str, callback: Option<&Redirect>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("token", token);
        if let Some(callback) = callback {
            query.append_pair("callbackURL", callback.as_str());
        }
        format!("{}/link/{page}?{}", self.settings.public_url, query.finish())
    }
}

fn name(user: &User) -> String {
    user.name.as_str().to_owned()
}
