//! Writing the letter of a mail in the outbox. The token in it is created here and now: it is never stored in the
//! clear, and a newer mail supersedes the older one.

use std::marker::PhantomData;

use jiff::{SignedDuration, Timestamp};

use crate::domain::one_time::{
    ApproveEmailChange, ChangeEmail, DeleteUser, Purpose, ResetPassword, SetPassword, VerifyEmail,
};
use crate::domain::user::Activation;
use crate::domain::{
    AccountMember, EmailAddress, Invitation, InvitationId, InvitationToken, Mail, MailPurpose, OneTimeGrant,
    OneTimeToken, Organization, OrganizationId, Redirect, RequestingSession, Secret, User, UserId,
};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::prelude::*;
use crate::store::{Changes, LiveSession};

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
                self.activation_letter(&user, *organization_id, now).await
            }
            MailPurpose::ChangeEmail {
                user_id,
                requester,
                new_email,
                callback,
            } => {
                let recipient = self.recipient_of(*user_id, requester.as_ref(), now).await?;
                self.change_email_letter(recipient, new_email, callback.as_ref(), now)
                    .await
            }
            MailPurpose::ApproveEmailChange {
                user_id,
                requester,
                new_email,
                callback,
            } => {
                let recipient = self.recipient_of(*user_id, Some(requester), now).await?;
                self.approve_email_change_letter(recipient, new_email, callback.as_ref(), now)
                    .await
            }
            MailPurpose::DeleteUser {
                user_id,
                requester,
                callback,
            } => {
                let Some((user, requester)) = self.recipient_of(*user_id, requester.as_ref(), now).await? else {
                    return Ok(None);
                };
                let expires_in = self.settings.delete_user_lifetime;
                let letter = |name, url| Letter::DeleteUser { name, url, expires_in };
                let grant = Granted {
                    requester: Some(requester),
                    ..Granted::to(&user, callback.as_ref(), expires_in)
                };
                self.granted::<DeleteUser>(grant, letter, now).await
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
                let grant = Granted::to(&user, None, expires_in);
                self.granted::<ResetPassword>(grant, letter, now).await
            }
            MailPurpose::CredentialChanged { user_id, change } => {
                let user = self.store.find_user(*user_id).await?;
                let (change, at) = (*change, mail.created_at);
                Ok(user.map(|user| Addressed {
                    letter: Letter::CredentialChanged {
                        name: name(&user),
                        change,
                        at,
                    },
                    to: user.email,
                }))
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
        let grant = Granted::to(&user, callback, expires_in);
        self.granted::<VerifyEmail>(grant, letter, now).await
    }

    /// A user who has never set a password is asked to do that: a reset would not activate them.
    async fn reset_password_letter(
        &self,
        user_id: UserId,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(user) = self.store.find_user(user_id).await? else {
            return Ok(None);
        };
        if user.activation().is_some()
            && let Some(organization) = AccountMember::home_of(&user)
        {
            return self.activation_letter(&user, organization, now).await;
        }
        if user.admit(now).is_err() {
            return Ok(None);
        }
        let expires_in = self.settings.reset_password_lifetime;
        let letter = |name, url| Letter::ResetPassword { name, url, expires_in };
        let grant = Granted::to(&user, callback, expires_in);
        self.granted::<ResetPassword>(grant, letter, now).await
    }

    /// Both links lead to the page that sets the first password, which also verifies the address.
    async fn activation_letter(
        &self,
        user: &User,
        organization_id: OrganizationId,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(activation) = user.activation() else {
            return Ok(None);
        };
        let Some(Organization { name: account, .. }) = self.store.find_organization(organization_id).await? else {
            return Ok(None);
        };
        match activation {
            Activation::VerifyEmail => {
                let expires_in = self.settings.verify_email_lifetime;
                let letter = |name, url| Letter::ActivateAccount {
                    name,
                    account,
                    url,
                    expires_in,
                };
                let grant = Granted {
                    page: SetPassword::NAME,
                    ..Granted::to(user, None, expires_in)
                };
                self.granted::<VerifyEmail>(grant, letter, now).await
            }
            Activation::SetPassword => {
                let expires_in = self.settings.invitation_lifetime;
                let letter = |name, url| Letter::AccountInvitation {
                    name,
                    account,
                    url,
                    expires_in,
                };
                let grant = Granted::to(user, None, expires_in);
                self.granted::<SetPassword>(grant, letter, now).await
            }
        }
    }

    async fn change_email_letter(
        &self,
        recipient: Option<(User, &RequestingSession)>,
        new_email: &EmailAddress,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some((user, requester)) = recipient else {
            return Ok(None);
        };
        let expires_in = self.settings.verify_email_lifetime;
        let letter = |name, url| Letter::ChangeEmail {
            name,
            new_email: new_email.clone(),
            url,
            expires_in,
        };
        let grant = Granted {
            mailbox: new_email,
            requester: Some(requester),
            ..Granted::to(&user, callback, expires_in)
        };
        self.granted::<ChangeEmail>(grant, letter, now).await
    }

    async fn approve_email_change_letter(
        &self,
        recipient: Option<(User, &RequestingSession)>,
        new_email: &EmailAddress,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some((user, requester)) = recipient else {
            return Ok(None);
        };
        let expires_in = self.settings.verify_email_lifetime;
        let letter = |name, url| Letter::ApproveEmailChange {
            name,
            new_email: new_email.clone(),
            url,
            expires_in,
        };
        let grant = Granted {
            requester: Some(requester),
            new_email: Some(new_email),
            ..Granted::to(&user, callback, expires_in)
        };
        self.granted::<ApproveEmailChange>(grant, letter, now).await
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

    /// The recipient of a mail that a session requested, unless the session has ended or its user has changed in the
    /// meantime.
    async fn recipient_of<'a>(
        &self,
        id: UserId,
        requester: Option<&'a RequestingSession>,
        now: Timestamp,
    ) -> Result<Option<(User, &'a RequestingSession)>, Interruption> {
        let Some(requester) = requester else { return Ok(None) };
        let found = self.store.find_session(id, requester.session_id).await?;
        let live = found.filter(|LiveSession { session, user }| session.is_live(user, now));
        let user = live.map(|live| live.user).filter(|user| requester.is_current(user));
        Ok(user.map(|user| (user, requester)))
    }

    /// A letter with the token of a new grant, which replaces an earlier one of the same purpose unless several may be
    /// valid.
    async fn granted<P: Purpose>(
        &self,
        granted: Granted<'_, P>,
        letter: impl FnOnce(String, String) -> Letter,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Granted { user, mailbox, .. } = granted;
        let requester = granted.requester.cloned();
        let expires_at = now + granted.expires_in;
        let (grant, secret) = OneTimeGrant::issue(user.id, mailbox.clone(), requester, expires_at, &*self.entropy);
        let grant = OneTimeGrant {
            new_email: granted.new_email.cloned(),
            ..grant
        };
        let changes = Changes::new().put_grant::<P>(&grant);
        let changes = match granted.requester {
            // The grant must not be created after an action that deleted such grants. Delivering the mail again finds
            // out.
            Some(requester) => changes
                .require_user(user)
                .require_session(user.id, requester.session_id),
            None => changes,
        };
        self.store.commit(changes).await?;
        let token = OneTimeToken::<P>::new(user.id, secret).to_string();
        let url = self.link(granted.page, &token, granted.callback);
        Ok(Some(Addressed {
            to: mailbox.clone(),
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

/// What a grant is made of.
struct Granted<'a, P> {
    user: &'a User,
    /// The mailbox whose owner redeems the grant.
    mailbox: &'a EmailAddress,
    requester: Option<&'a RequestingSession>,
    /// The address that an approval is about.
    new_email: Option<&'a EmailAddress>,
    callback: Option<&'a Redirect>,
    expires_in: SignedDuration,
    /// The page that the link leads to.
    page: &'static str,
    purpose: PhantomData<P>,
}

impl<'a, P: Purpose> Granted<'a, P> {
    /// A grant for the user's own mailbox that no session has requested.
    fn to(user: &'a User, callback: Option<&'a Redirect>, expires_in: SignedDuration) -> Self {
        Self {
            user,
            mailbox: &user.email,
            requester: None,
            new_email: None,
            callback,
            expires_in,
            page: P::NAME,
            purpose: PhantomData,
        }
    }
}

fn name(user: &User) -> String {
    user.name.as_str().to_owned()
}
