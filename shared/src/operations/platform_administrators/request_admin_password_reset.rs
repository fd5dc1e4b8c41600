//! Requesting the mail that resets the password of an administrator of the platform. A known and an unknown address get
//! the same answer after the same calls, as in `request_password_reset`.

use jiff::Timestamp;

use crate::domain::{AdminId, EmailAddress, LoginName, MailPurpose, RequestedMail};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// The caller of this function has counted the request for the client's address.
    pub async fn request_admin_password_reset(&self, email: &EmailAddress, now: Timestamp) -> Result<(), Interruption> {
        self.limit_mail_requests(RequestedMail::ResetAdminPassword, email, now)
            .await?;
        let owner = self.store.find_owner(LoginName::Administrator(email.clone())).await?;
        let admin_id = owner.map(AdminId::of_owner);
        let purpose = MailPurpose::ResetAdminPassword {
            // For an unknown address the same item is written, with an unused id.
            admin_id: admin_id.unwrap_or_else(|| AdminId::generate(now, &*self.entropy)),
        };
        self.store
            .commit(Changes::new().enqueue(&self.mail(purpose, now)))
            .await?;
        Ok(())
    }
}
