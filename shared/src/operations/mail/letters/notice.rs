//! Letters without a link.

use crate::domain::{MailBudget, Name, UserId};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// A letter that tells the user, at the present address, what has happened to the account.
    pub(in crate::operations::mail) async fn notice(
        &self,
        user_id: UserId,
        letter: impl FnOnce(Name) -> Letter,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let user = self.store.find_user(user_id).await?;
        Ok(user.map(|user| Addressed {
            letter: letter(user.name.clone()),
            language: user.profile.language,
            issue: Changes::new(),
            budget: (!user.is_email_verified()).then(|| MailBudget::Notices(user.email.clone())),
            to: user.email,
        }))
    }
}
