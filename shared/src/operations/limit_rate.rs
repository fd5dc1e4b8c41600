//! Rate limits. Requests that cost something, such as mails, count whatever their result. Attempts at a credential count
//! when they fail: the counter is read before the credential is verified, and the failure is counted by a conditional
//! write before the client gets an answer. A failure beyond the limit gets the answer to too many requests, so of many
//! parallel attempts no more than the limit say anything about the credential.

use std::fmt::Display;

use jiff::Timestamp;

use crate::domain::{LimitReached, Mail, MailBudget, RateLimit, RequestedMail, Window};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::Refusal;
use crate::store::{Changes, CommitError, Conflict, Counter};
use crate::usage;

/// The error of an operation that asks a provider.
pub(super) trait AtProvider: Refusal {
    /// Whether the provider gave no usable answer.
    fn is_provider_down(&self) -> bool;
}

impl Core {
    /// Counts one request, or returns the time until the next one is possible.
    pub async fn limit_rate(
        &self,
        limit: RateLimit,
        subject: impl Display,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        if !self.settings.rate_limits {
            return Ok(());
        }
        let window = self.settings.limits.of(limit).window(subject, now);
        Ok(self.store.count(&window).await??)
    }

    /// Counts one request for a mail to a recipient, or returns the time until the next one is possible.
    pub(super) async fn limit_mail_requests(
        &self,
        mail: RequestedMail,
        recipient: impl Display,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        self.commit_count(self.counted(Changes::new(), &mail.window(recipient, now)))
            .await
    }

    /// Counts a mail against its budget, in the commit of its delivery.
    pub(super) fn within_budget(&self, changes: Changes, mail: &Mail, budget: &MailBudget, now: Timestamp) -> Changes {
        if !self.settings.rate_limits {
            return changes;
        }
        let window = budget.window(now);
        let window = Window {
            limit: self.settings.limits.of(window.limit),
            ..window
        };
        changes.count_event(&Counter::of_mail(&window, mail))
    }

    /// Counts one request in the commit of the operation, which saves a round trip.
    pub(super) fn counted(&self, changes: Changes, window: &Window) -> Changes {
        if !self.settings.rate_limits {
            return changes;
        }
        changes.count(&Window {
            limit: self.settings.limits.of(window.limit),
            ..window.clone()
        })
    }

    /// Runs an attempt whose failure counts against the client, such as the use of a token. A success does not count:
    /// many people may share an address. These credentials have so many random bits that an attempt that was begun
    /// below the limit may succeed at any time.
    pub(super) async fn limit_failures<T, E>(
        &self,
        limit: RateLimit,
        client_ip: &str,
        now: Timestamp,
        attempt: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Refusal + From<Interruption>,
    {
        let counts = |error: &E| error.kind().is_ok();
        self.limit_attempts(limit, client_ip, now, attempt, counts).await
    }

    /// The same for a credential that a provider must be asked about. Its failure to answer counts as well: a client could
    /// make this service ask a provider without a limit otherwise, which is down or slow for the client's tokens.
    pub(super) async fn limit_provider_failures<T, E>(
        &self,
        client_ip: &str,
        now: Timestamp,
        attempt: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: AtProvider + From<Interruption>,
    {
        let counts = |error: &E| error.is_provider_down() || error.kind().is_ok();
        self.limit_attempts(RateLimit::SOCIAL, client_ip, now, attempt, counts)
            .await
    }

    async fn limit_attempts<T, E: From<Interruption>>(
        &self,
        limit: RateLimit,
        client_ip: &str,
        now: Timestamp,
        attempt: impl Future<Output = Result<T, E>>,
        counts: impl Fn(&E) -> bool,
    ) -> Result<T, E> {
        if !self.settings.rate_limits {
            return attempt.await;
        }
        let window = self.settings.limits.of(limit).window(client_ip, now);
        let counter = self.store.find_counter(&window).await.map_err(Interruption::from)?;
        counter.expect_room().map_err(Interruption::from)?;
        let result = attempt.await;
        if let Err(error) = &result
            && counts(error)
        {
            self.count_failure(&counter).await?;
        }
        result
    }

    /// The counter of a limit, which is to be read.
    pub(super) fn counter(&self, limit: RateLimit, subject: impl Display, now: Timestamp) -> Counter {
        Counter::unread(&self.settings.limits.of(limit).window(subject, now))
    }

    pub(super) async fn count_failure(&self, counter: &Counter) -> Result<(), Interruption> {
        if !self.settings.rate_limits {
            return Ok(());
        }
        self.commit_count(Changes::new().count_event(counter)).await
    }

    /// Commits nothing but counters.
    pub(super) async fn commit_count(&self, changes: Changes) -> Result<(), Interruption> {
        match self.store.commit(changes).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(Conflict::LimitReached(reached))) => Err(reached.into()),
            Err(error) => Err(error.into()),
        }
    }
}

impl From<LimitReached> for Interruption {
    fn from(LimitReached { retry_after }: LimitReached) -> Self {
        usage::record_throttle();
        Self::TooManyRequests { retry_after }
    }
}
