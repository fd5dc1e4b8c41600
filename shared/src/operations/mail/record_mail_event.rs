//! Taking note of what SES reports of a mail: an address that has no mailbox, or whose owner calls our mail spam, is not written
//! to any more, and its owner sees why.
//!
//! Reports come at least once and in any order. What was noted is part of the commit of its effect, so a repetition has none; a
//! report that meets another one about the same address is held against what that one left behind.

use jiff::Timestamp;

use crate::domain::{EmailAddress, EmailStatus, MailEvent, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Whether it says anything that was not known; each recipient is a commit of its own.
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
        for _ in 0..ROUNDS {
            let known = self.store.find_deliverability(recipient).await?;
            let mut changes = Changes::new().note_mail_event(event, recipient, now);
            // Nothing has happened later than now: a report from the future could never be outdone.
            let next = known.after(&event.kind, event.at.min(now));
            let turned = next
                .as_ref()
                .map(|next| &next.status)
                .filter(|status| **status != known.status);
            if let Some(next) = &next {
                changes = changes.put_deliverability(recipient, next);
            }
            if let Some(status) = turned {
                changes = self.mark_owner(changes, recipient, status).await?;
            }
            match self.store.commit(changes).await {
                Ok(()) => {
                    // What counts for us is the table, so nothing depends on this.
                    if let (Some(list), Some(status)) = (&self.account_suppression, turned) {
                        list.add(recipient, status).await;
                    }
                    return Ok(true);
                }
                Err(CommitError::Conflict(Conflict::MailEventSeen)) => return Ok(false),
                Err(CommitError::Conflict(Conflict::DeliverabilityMoved | Conflict::UserMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable)
    }

    /// Shows the status of an address to the user whose address it is, if it is anybody's.
    pub(in crate::operations) async fn mark_owner(
        &self,
        changes: Changes,
        address: &EmailAddress,
        status: &EmailStatus,
    ) -> Result<Changes, Interruption> {
        let Some(owner) = self.store.find_owner(address).await? else {
            return Ok(changes);
        };
        let user = self.store.find_user(owner).await?;
        Ok(match user {
            Some(user) if user.email == *address && user.email_status != *status => changes.update_user(&User {
                email_status: status.clone(),
                ..user
            }),
            _ => changes,
        })
    }
}
