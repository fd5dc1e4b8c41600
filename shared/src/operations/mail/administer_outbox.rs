//! What an operator sees of the outbox, and has sent again.

use jiff::Timestamp;

use crate::domain::{MailId, Region, WaitingMail};
use crate::operations::administration::administrator::Administrator;
use crate::operations::prelude::*;

/// How many mails of each state one list shows, and one task has sent again.
pub const MOST: usize = 1000;

refusals! {
    pub enum RedriveMailError {
        NoMail: NotFound = "the outbox has no such mail",
        /// A process sends it at the moment.
        UnderWay: Conflict = "the mail is being sent",
    }
}

impl Core {
    /// The mails of a Region, by default of this one: those that wait, and those that are undeliverable.
    pub async fn list_outbox(
        &self,
        _: Administrator,
        region: Option<&Region>,
    ) -> Result<Vec<WaitingMail>, Interruption> {
        let region = region.or(self.store.region());
        Ok(self.store.list_outbox(region, MOST).await?)
    }

    /// Has this Region send the mail again, within a minute. The mail may be that of another Region.
    pub async fn redrive_mail(
        &self,
        _: Administrator,
        id: MailId,
        now: Timestamp,
    ) -> Result<WaitingMail, RedriveMailError> {
        let Some(mail) = self.store.find_waiting_mail(id).await? else {
            return Err(RedriveMailError::NoMail);
        };
        if self.store.redrive_mail(id, now).await? {
            Ok(mail)
        } else {
            Err(RedriveMailError::UnderWay)
        }
    }

    /// The same for all undeliverable mails of this Region, or for all mails of another one that has failed. Returns
    /// those that are sent again.
    pub async fn redrive_mails(
        &self,
        administrator: Administrator,
        failed: Option<&Region>,
        now: Timestamp,
    ) -> Result<Vec<WaitingMail>, Interruption> {
        let mut redriven = Vec::new();
        for mail in self.list_outbox(administrator, failed).await? {
            let is_wanted = failed.is_some() || mail.undeliverable_since.is_some();
            if is_wanted && self.store.redrive_mail(mail.id, now).await? {
                redriven.push(mail);
            }
        }
        Ok(redriven)
    }
}
