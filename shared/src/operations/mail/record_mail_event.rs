//! Recording the reports of SES on mail: an address without a mailbox, or whose owner marks mail as spam, gets no
//! further mail, and its owner can see the reason.
//!
//! Reports are delivered at least once and in any order. A report is recorded in the commit of its effect, so a
//! repetition has none; a report that loses a race against another one about the same address is applied to the result
//! of that one.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailEvent};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::store::{Changes, Conflict};

impl Core {
    /// Returns whether the report was new. Each recipient is a commit of its own.
    pub async fn record_mail_event(&self, event: &MailEvent, now: Timestamp) -> Result<bool, Interruption> {
        let mut is_new = false;
        for recipient in &event.recipients {
            is_new |= self.record_for(event, recipient, now).await?;
        }
        tracing::info!(
            mail.message_id = %event.message_id,
            mail.event = event.kind.name(),
            mail.reason = event.kind.reason().map(ToString::to_string),
            recipients = event.recipients.len(),
            is_new,
            "SES reported on a mail"
        );
        Ok(is_new)
    }

    async fn record_for(
        &self,
        event: &MailEvent,
        recipient: &EmailAddress,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        let mut retries = self.retries(now);
        loop {
            let known = self.store.find_deliverability(recipient).await?;
            let mut changes = Changes::new().note_mail_event(event, recipient, now);
            // A report that claims to be from the future could never be superseded.
            let next = known.after(&event.kind, event.at.min(now));
            let new_status = next
                .as_ref()
                .map(|next| &next.status)
                .filter(|status| **status != known.status);
            if let Some(next) = &next {
                changes = changes.put_deliverability(recipient, next);
            }
            if let Some(status) = new_status {
                changes = self.update_email_status(changes, recipient, status).await?;
            }
            match retries.commit(changes).await {
                Ok(true) => {
                    // Only our table decides whether a mail is sent, so a failure here has no effect.
                    if let (Some(list), Some(status)) = (&self.account_suppression, new_status) {
                        list.add(recipient, status).await;
                    }
                    return Ok(true);
                }
                Ok(false) => {}
                Err(Lost::Refused(Conflict::MailEventSeen)) => return Ok(false),
                Err(lost) => return Err(lost.into()),
            }
        }
    }
}
