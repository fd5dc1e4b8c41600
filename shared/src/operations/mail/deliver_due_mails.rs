//! Delivering the mails whose next attempt is due: those that failed, and those that the stream of the table lost. A
//! schedule does it.

use jiff::Timestamp;

use crate::domain::MailFailure;
use crate::operations::mail::deliver_mail::Delivery;
use crate::operations::prelude::*;

/// How many mails one run sends, so that it ends before the next one begins.
const MOST: usize = 100;

/// So many mails that fail one after the other, while others might, are the fault of SES, and no further one is tried.
pub const FAILURES_IN_A_ROW: u32 = 3;

/// How many mails have failed one after the other by no fault of their own.
#[derive(Debug, Default)]
pub struct Failures(u32);

impl Failures {
    /// Whether the next mail should be tried after this one.
    #[must_use]
    pub fn go_on(&mut self, delivery: Delivery) -> bool {
        match delivery {
            Delivery::Held => false,
            Delivery::PutAside(MailFailure::Unavailable) => {
                self.0 += 1;
                self.0 < FAILURES_IN_A_ROW
            }
            Delivery::NotNow => true,
            Delivery::Done | Delivery::PutAside(_) | Delivery::GivenUp(_) => {
                self.0 = 0;
                true
            }
        }
    }
}

impl Core {
    /// Returns how many mails it has tried.
    pub async fn deliver_due_mails(
        &self,
        mailer: &crate::mailer::Mailer,
        now: Timestamp,
    ) -> Result<usize, Interruption> {
        let due = self.store.list_due_mails(now, MOST).await?;
        let mut failures = Failures::default();
        for (tried, id) in due.iter().enumerate() {
            let delivery = self.deliver_mail(mailer, *id, now).await?;
            if !failures.go_on(delivery) {
                return Ok(tried + 1);
            }
        }
        Ok(due.len())
    }
}
