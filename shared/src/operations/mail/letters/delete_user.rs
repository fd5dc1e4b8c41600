//! The letter that confirms the deletion of an account.

use jiff::Timestamp;

use crate::domain::one_time::DeleteUser;
use crate::domain::{Redirect, RequestingSession, User};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::Addressed;
use crate::operations::mail::granted::Granted;
use crate::operations::prelude::*;

impl Core {
    pub(in crate::operations::mail) fn delete_user_letter(
        &self,
        recipient: Option<(User, &RequestingSession)>,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Option<Addressed> {
        let (user, requester) = recipient?;
        let expires_in = self.settings.delete_user_lifetime;
        let letter = |name, url| Letter::DeleteUser { name, url, expires_in };
        let grant = Granted {
            requester: Some(requester),
            ..Granted::to(&user, callback, expires_in)
        };
        Some(self.granted::<DeleteUser>(grant, letter, now))
    }
}
