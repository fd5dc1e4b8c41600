//! Delivering the mails of the outbox. The stream of the table delivers each mail at least once, and the schedule takes
//! up those that failed. A process claims a mail before it sends it, so that two deliveries at the same time send one
//! letter. A mail leaves the outbox only after SES has accepted it: if the process ends between the two, the mail is
//! sent a second time, because SES does not recognize a repetition.

use jiff::Timestamp;

use crate::domain::{
    ClaimedMail, EmailAddress, Language, Mail, MailBudget, MailFailure, MailId, MailTemplate, NextAttempt,
};
use crate::mailer::{Letter, Mailer, MailerError};
use crate::operations::interruption::interruptible;
use crate::operations::prelude::*;
use crate::store::{Changes, Claim, CommitError, Conflict};
use crate::usage;

/// Why an attempt has failed.
#[derive(Debug, thiserror::Error)]
pub enum DeliverMailError {
    #[error("the mail was not sent: {0}")]
    NotSent(MailFailure),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(DeliverMailError);

/// What a delivery did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The mail is out of the outbox: it was sent, now or before, or there was no more reason to send it.
    Done,
    /// Another process sends the mail, or its next attempt is later, or it is not for this Region to send.
    NotNow,
    /// The mail has failed, and its next attempt is later.
    PutAside(MailFailure),
    /// The mail has failed for the last time, and is kept for an operator.
    GivenUp(MailFailure),
    /// SES takes no mail of the account now. The mail waits for that to end.
    Held,
}

impl Delivery {
    pub fn is_held(self) -> bool {
        self == Self::Held
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
    /// An error means that the attempt could not be recorded. The mail is tried again when the claim on it has ended.
    pub async fn deliver_mail(&self, mailer: &Mailer, id: MailId, now: Timestamp) -> Result<Delivery, Interruption> {
        self.refresh_configuration(now).await;
        let (claimed, mail) = match self.store.claim_mail(id, &self.settings.trusted_origins, now).await? {
            Claim::Claimed(claimed, mail) => (claimed, mail),
            Claim::Gone => return Ok(Delivery::Done),
            Claim::NotNow => return Ok(Delivery::NotNow),
        };
        if let Some(end) = claimed.end(now) {
            return self.put_aside(&claimed, end, now).await;
        }
        let sent = match mail {
            Ok(mail) => self.send_mail(mailer, &mail, now).await,
            Err(corrupt) => Err(Interruption::internal(format_args!("a stored item does not parse: {corrupt}")).into()),
        };
        let failure = match sent {
            Ok(changes) => {
                self.store.commit(changes).await?;
                return Ok(Delivery::Done);
            }
            Err(DeliverMailError::NotSent(failure)) => failure,
            Err(DeliverMailError::Interrupted(Interruption::Internal(_))) => MailFailure::Unreadable,
            Err(DeliverMailError::Interrupted(_)) => MailFailure::Unavailable,
        };
        usage::record_failed_mail();
        if failure == MailFailure::AccountHeld {
            tracing::warn!(mail.id = %id, "SES takes no mail of the account, and a mail waits");
            self.store.hold_mail(&claimed, now).await?;
            return Ok(Delivery::Held);
        }
        self.put_aside(&claimed, failure, now).await
    }

    /// Returns what takes the mail out of the outbox, once it is sent or will never be.
    async fn send_mail(&self, mailer: &Mailer, mail: &Mail, now: Timestamp) -> Result<Changes, DeliverMailError> {
        let id = mail.id;
        let changes = Changes::new().dequeue(id);
        let Some(addressed) = self.write_letter(mail, now).await? else {
            return Ok(changes);
        };
        let Addressed {
            to,
            letter,
            language,
            issue,
            budget,
        } = addressed;
        let status = self.store.find_deliverability(&to).await?.status;
        if status.is_suppressed() {
            tracing::info!(mail.id = %id, mail.kind = letter.kind(), "a mail to a suppressed address was not sent");
            // A user who got the address after it was suppressed does not see the status yet.
            return Ok(self.update_email_status(changes, &to, &status).await?);
        }
        let issue = match &budget {
            Some(budget) => self.within_budget(issue, mail, budget, now),
            None => issue,
        };
        if !self.issue(issue).await? {
            tracing::warn!(mail.id = %id, mail.kind = letter.kind(), "a mail over the limit of its mailbox was not sent");
            return Ok(changes);
        }
        let language = language
            .or(mail.language)
            .unwrap_or(self.configuration().default_language);
        let template = self.choose_template(letter.kind(), language).await?;
        send(mailer, &to, &letter, language, template.as_ref(), id).await?;
        Ok(changes)
    }

    async fn put_aside(
        &self,
        claimed: &ClaimedMail,
        failure: MailFailure,
        now: Timestamp,
    ) -> Result<Delivery, Interruption> {
        let next = claimed.after(failure, now);
        self.store.put_mail_aside(claimed, failure, next, now).await?;
        let (id, attempts) = (claimed.id, claimed.attempts);
        Ok(match next {
            NextAttempt::At(at) => {
                tracing::warn!(mail.id = %id, mail.attempts = attempts, mail.failure = failure.as_str(), mail.next_attempt_at = %at, "a mail was not sent, and is tried again");
                Delivery::PutAside(failure)
            }
            NextAttempt::Never(failure) => {
                usage::record_undeliverable_mail();
                tracing::error!(mail.id = %id, mail.attempts = attempts, mail.failure = failure.as_str(), "a mail is undeliverable, and waits for an operator");
                Delivery::GivenUp(failure)
            }
        })
    }

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
    let failure = match mailer.send(to, letter, language, template).await {
        Ok(()) => return Ok(()),
        Err(MailerError::AccountHeld { .. }) => MailFailure::AccountHeld,
        Err(MailerError::Unavailable) => MailFailure::Unavailable,
        Err(MailerError::RecipientNotVerified) => {
            tracing::error!(
                mail.id = %id,
                mail.kind = letter.kind(),
                "the SES account is in the sandbox, and the recipient of a mail is not verified: request production access, or verify the recipient"
            );
            MailFailure::RecipientNotVerified
        }
        Err(MailerError::Rejected) => {
            tracing::error!(mail.id = %id, mail.kind = letter.kind(), "SES rejected a mail");
            MailFailure::Rejected
        }
    };
    Err(DeliverMailError::NotSent(failure))
}
