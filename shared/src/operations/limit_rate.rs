//! Rate limits.

use std::fmt::Display;

use jiff::Timestamp;

use crate::domain::{LoginName, RateLimit, Window};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::store::{Attempt, Changes, Identifier};

impl Core {
    /// Counts one hit, or returns the time until the next one is possible.
    pub async fn limit_rate(
        &self,
        limit: RateLimit,
        subject: impl Display,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        if !self.settings.rate_limits {
            return Ok(());
        }
        let window = limit.window(subject, now);
        if self.store.count(&window).await? {
            Ok(())
        } else {
            Err(too_many(&window, now))
        }
    }

    /// Counts one hit in the commit of the operation, which saves a round trip.
    pub(super) fn counted(&self, changes: Changes, window: &Window) -> Changes {
        if self.settings.rate_limits {
            changes.count(window)
        } else {
            changes
        }
    }

    /// Counts an attempt at the password behind a name, and returns the name's owner.
    pub(super) async fn attempt(&self, name: impl Into<LoginName>, now: Timestamp) -> Result<Identifier, Interruption> {
        if !self.settings.rate_limits {
            return Ok(Identifier::uncounted(self.store.find_owner(name).await?));
        }
        let name = name.into();
        let limit = match &name {
            LoginName::Email(_) => RateLimit::ACCOUNT,
            LoginName::Username(_) => RateLimit::ACCOUNT_BY_USERNAME,
        };
        match self.store.attempt(name, limit, now, &*self.entropy).await? {
            Attempt::Counted(identifier) => Ok(identifier),
            Attempt::Refused { retry_after } => Err(Interruption::TooManyRequests { retry_after }),
        }
    }
}

pub(super) fn too_many(window: &Window, now: Timestamp) -> Interruption {
    Interruption::TooManyRequests {
        retry_after: window.retry_after(now),
    }
}
