//! Delivering the mails of the outbox. The stream of the table delivers each mail at least once. A mail leaves the
//! outbox only after SES has accepted it, so a failed one is retried; a repeated delivery of a mail that was sent finds
//! nothing in the outbox, and is skipped.

use jiff::Timestamp;

use crate::domain::{EmailAddress, Language, MailBudget, MailId, MailTemplate};
use crate::mailer::{Letter, Mailer, MailerError};
use crate::operations::prelude::*;
use crate::store::{Changes, CommitError, Conflict};

refusals! {
    pub enum DeliverMailError {
        /// The mail stays in the outbox.
        SesUnavailable: Conflict = "SES does not take mail now",
    }
}

/// A letter and its address.
pub(in crate::operations) struct Addressed {
    pub to: EmailAddress,
    pub letter: Letter,
    /// The language that the recipient has chosen, or else the inviter; `None` if neither is known.
    pub language: Option<Language>,
    /// What makes the token in the letter valid. It is committed only if the letter is sent: it may replace an earlier
    /// token.
    pub issue: Changes,
    pub budget: Option<MailBudget>,
}

impl Core {
    pub async fn deliver_mail(&self, mailer: &Mailer, id: MailId, now: Timestamp) -> Result<(), DeliverMailError> {
        self.refresh_configuration(now).await;
        let Some(mail) = self.store.find_mail(id, &self.settings.trusted_origins).await? else {
            return Ok(());
        };
        let mut changes = Changes::new().dequeue(id);
        if let Some(addressed) = self.write_letter(&mail, now).await? {
            let Addressed {
                to,
                letter,
                language,
                issue,
                budget,
            } = addressed;
            let status = self.store.find_deliverability(&to).await?.status;
            let issue = match &budget {
                Some(budget) => self.within_budget(issue, &mail, budget, now),
                None => issue,
            };
            if status.is_suppressed() {
                tracing::info!(mail.id = %id, mail.kind = letter.kind(), "a mail to a suppressed address was not sent");
                // A user who got the address after it was suppressed does not see the status yet.
                changes = self.update_email_status(changes, &to, &status).await?;
            } else if self.issue(issue).await? {
                let language = language
                    .or(mail.language)
                    .unwrap_or(self.configuration().default_language);
                let template = self.choose_template(letter.kind(), language).await?;
                send(mailer, &to, &letter, language, template.as_ref(), id).await?;
            } else {
                tracing::warn!(mail.id = %id, mail.kind = letter.kind(), "a mail over the limit of its mailbox was not sent");
            }
        }
        Ok(self.store.commit(changes).await?)
    }
}

impl Core {
    /// `false`: the mail is over its budget.
    async fn issue(&self, changes: Changes) -> Result<bool, Interruption> {
        match self.store.commit(changes).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict(Conflict::LimitReached(_))) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

async fn send(
    mailer: &Mailer,
    to: &EmailAddress,
    letter: &Letter,
    language: Language,
    template: Option<&MailTemplate>,
    id: MailId,
) -> Result<(), DeliverMailError> {
    match mailer.send(to, letter, language, template).await {
        Ok(()) => Ok(()),
        Err(MailerError::Unavailable { .. }) => Err(DeliverMailError::SesUnavailable),
        // SES would reject the mail again.
        Err(MailerError::Rejected) => {
            tracing::error!(mail.id = %id, mail.kind = letter.kind(), "SES rejected a mail for good");
            Ok(())
        }
    }
}
