//! Letters whose link redeems a one-time grant. The token in the link is created with the letter: it is never stored in
//! the clear.

use std::marker::PhantomData;

use jiff::{SignedDuration, Timestamp};

use crate::domain::one_time::Purpose;
use crate::domain::{
    EmailAddress, MailBudget, Name, OneTimeGrant, OneTimeToken, Redirect, RequestingSession, User, UserId,
};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::Addressed;
use crate::operations::prelude::*;
use crate::store::{Changes, LiveSession};

/// What a grant is made of.
pub(super) struct Granted<'a, P> {
    pub user: &'a User,
    /// The mailbox whose owner redeems the grant.
    pub mailbox: &'a EmailAddress,
    pub requester: Option<&'a RequestingSession>,
    /// The address that an approval is about.
    pub new_email: Option<&'a EmailAddress>,
    pub callback: Option<&'a Redirect>,
    pub expires_in: SignedDuration,
    /// The page that the link leads to.
    pub page: &'static str,
    pub budget: Option<MailBudget>,
    pub purpose: PhantomData<P>,
}

impl<'a, P: Purpose> Granted<'a, P> {
    /// A grant for the user's own mailbox that no session has requested.
    pub(super) fn to(user: &'a User, callback: Option<&'a Redirect>, expires_in: SignedDuration) -> Self {
        Self {
            user,
            mailbox: &user.email,
            requester: None,
            new_email: None,
            callback,
            expires_in,
            page: P::NAME,
            budget: budget_of_letter(user),
            purpose: PhantomData,
        }
    }
}

impl Core {
    /// The recipient, unless the user may not sign in: then the mail would be of no use.
    pub(super) async fn recipient(&self, id: UserId, now: Timestamp) -> Result<Option<User>, Interruption> {
        Ok(self.store.find_user(id).await?.filter(|user| user.admit(now).is_ok()))
    }

    /// The recipient of a mail that a session requested, unless the session has ended or its user has changed in the
    /// meantime.
    pub(super) async fn recipient_of<'a>(
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
    pub(super) fn granted<P: Purpose>(
        &self,
        granted: Granted<'_, P>,
        letter: impl FnOnce(Name, String) -> Letter,
        now: Timestamp,
    ) -> Addressed {
        let Granted { user, mailbox, .. } = granted;
        let requester = granted.requester.cloned();
        let expires_at = now + granted.expires_in;
        let (grant, secret) = OneTimeGrant::issue(user.id, mailbox.clone(), requester, expires_at, &*self.entropy);
        let grant = OneTimeGrant {
            new_email: granted.new_email.cloned(),
            ..grant
        };
        let issue = Changes::new().put_grant::<P>(&grant);
        let issue = match granted.requester {
            // The grant must not be created after an action that deleted such grants. Delivering the mail again finds
            // out.
            Some(requester) => issue.require_user(user).require_session(user.id, requester.session_id),
            None => issue,
        };
        let token = OneTimeToken::<P>::new(user.id, secret).to_string();
        let url = self.link(granted.page, &token, granted.callback);
        Addressed {
            to: mailbox.clone(),
            letter: letter(user.name.clone(), url),
            language: user.profile.language,
            issue,
            budget: granted.budget,
        }
    }

    /// The link leads to a page of this service: the address comes from the configuration, never from a request.
    pub(in crate::operations) fn link(&self, page: &str, token: &str, callback: Option<&Redirect>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("token", token);
        if let Some(callback) = callback {
            query.append_pair("callbackURL", callback.as_str());
        }
        format!("{}/link/{page}?{}", self.settings.public_url, query.finish())
    }
}

/// The budget of a letter to the user's own address.
pub(super) fn budget_of_letter(user: &User) -> Option<MailBudget> {
    (!user.is_email_verified()).then(|| MailBudget::Letters(user.email.clone()))
}

/// Resets are counted by address when they are requested, and those of one address must not depend on mails to others:
/// an attacker could keep the owner from a new password. Only accounts with unverified addresses of one mailbox, of
/// which a stranger can sign up any number, share a budget, unless the address is the mailbox itself.
pub(super) fn budget_of_reset(user: &User) -> Option<MailBudget> {
    budget_of_letter(user).filter(|_| user.email.as_str() != user.email.mailbox())
}
