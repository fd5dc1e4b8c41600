//! The letters to administrators of the platform: those about the password of a user, addressed to "Administrator",
//! with a link to the page of administrators.

use jiff::Timestamp;

use crate::domain::one_time::{Purpose as _, ResetAdminPassword};
use crate::domain::{AdminAccount, AdminId, Name, OneTimeGrant, OneTimeToken};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::prelude::*;
use crate::store::Changes;

const NAME: &str = "Administrator";

impl Core {
    pub(in crate::operations::mail) async fn reset_admin_password_letter(
        &self,
        admin: AdminId,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let expires_in = self.settings.reset_password_lifetime;
        let letter = |name, url| Letter::ResetPassword { name, url, expires_in };
        self.letter_with_admin_reset(admin, letter, now).await
    }

    pub(in crate::operations::mail) async fn admin_password_locked_letter(
        &self,
        admin: AdminId,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let expires_in = self.settings.reset_password_lifetime;
        let letter = |name, url| Letter::PasswordLocked { name, url, expires_in };
        self.letter_with_admin_reset(admin, letter, now).await
    }

    pub(in crate::operations::mail) async fn admin_password_changed_letter(
        &self,
        admin: AdminId,
        at: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let admin = self.store.find_admin(admin).await?;
        let name = Name::full(NAME);
        Ok(admin.map(|AdminAccount { email, .. }| Addressed {
            to: email,
            letter: Letter::PasswordChanged { name, at },
            language: None,
            issue: Changes::new(),
            budget: None,
        }))
    }

    /// An operator vouches for the address, so the letter has no budget beside the limit of its requests.
    async fn letter_with_admin_reset(
        &self,
        admin: AdminId,
        letter: impl FnOnce(Name, String) -> Letter,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(AdminAccount { id, email, .. }) = self.store.find_admin(admin).await? else {
            return Ok(None);
        };
        let expires_at = now + self.settings.reset_password_lifetime;
        let owner = id.as_owner();
        let (grant, secret) = OneTimeGrant::issue(owner, email.clone(), None, expires_at, &*self.entropy);
        let token = OneTimeToken::<ResetAdminPassword>::new(owner, secret).to_string();
        let url = self.link(ResetAdminPassword::NAME, &token, None);
        Ok(Some(Addressed {
            to: email,
            letter: letter(Name::full(NAME), url),
            language: None,
            issue: Changes::new().put_grant::<ResetAdminPassword>(&grant),
            budget: None,
        }))
    }
}
