//! The letters to users who have not set a password yet: a new account, and an invitation into one.

use jiff::Timestamp;

use crate::domain::one_time::{Purpose, SetPassword, VerifyEmail};
use crate::domain::user::Activation;
use crate::domain::{MailBudget, Organization, OrganizationId, User};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::mail::granted::Granted;
use crate::operations::prelude::*;

impl Core {
    /// Both links lead to the page that sets the first password, which also verifies the address.
    pub(in crate::operations::mail) async fn activation_letter(
        &self,
        user: &User,
        organization_id: OrganizationId,
        budget: Option<MailBudget>,
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
                    budget,
                    ..Granted::to(user, None, expires_in)
                };
                Ok(Some(self.granted::<VerifyEmail>(grant, letter, now)))
            }
            Activation::SetPassword => {
                let expires_in = self.configuration().invitation_lifetime;
                let letter = |name, url| Letter::AccountInvitation {
                    name,
                    account,
                    url,
                    expires_in,
                };
                let grant = Granted {
                    budget,
                    ..Granted::to(user, None, expires_in)
                };
                Ok(Some(self.granted::<SetPassword>(grant, letter, now)))
            }
        }
    }
}
