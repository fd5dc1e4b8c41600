//! Whether a key may be used now, and what the use changes: one step for the quota and one for the rate limit. The
//! store writes both in one conditional write; after a conflict, the decision is repeated on the current state.

use jiff::{SignedDuration, Timestamp};

use super::ApiKey;
use super::values::Permissions;

/// The changes that one use makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    pub quota: QuotaStep,
    pub window: WindowStep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaStep {
    Unlimited,
    /// Decrements the quota if it is not empty.
    Take,
    /// Refills the quota and takes this use from it, if the quota was not refilled since `seen`.
    Refill {
        left: u32,
        seen: Option<Timestamp>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowStep {
    Uncounted,
    /// Starts a new window, if the last one is still the one that began at `seen`.
    Start {
        seen: Option<Timestamp>,
    },
    /// Counts a use in the window that began at `started_at`, if the count is below `max`.
    Count {
        started_at: Timestamp,
        max: u32,
    },
}

/// Why a key may not be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum KeyRefused {
    #[error("the key is switched off")]
    Disabled,
    #[error("the key has expired")]
    Expired,
    #[error("the key lacks a permission")]
    NotPermitted,
    #[error("no use of the key is left")]
    Exhausted {
        /// The time until the next refill; `None` if there is none.
        wait: Option<SignedDuration>,
    },
    #[error("the key was used too often")]
    TooOften { wait: SignedDuration },
}

impl ApiKey {
    /// `wanted` lists the permissions that the use requires, if the caller checks any.
    pub fn spend(&self, wanted: Option<&Permissions>, now: Timestamp) -> Result<Spending, KeyRefused> {
        if !self.enabled {
            return Err(KeyRefused::Disabled);
        }
        if self.is_expired(now) {
            return Err(KeyRefused::Expired);
        }
        let grants = |wanted| self.permissions.as_ref().is_some_and(|granted| granted.allow(wanted));
        if !wanted.is_none_or(grants) {
            return Err(KeyRefused::NotPermitted);
        }
        Ok(Spending {
            quota: self.quota_step(now)?,
            window: self.window_step(now)?,
        })
    }

    fn quota_step(&self, now: Timestamp) -> Result<QuotaStep, KeyRefused> {
        let Some(quota) = self.quota else {
            return Ok(QuotaStep::Unlimited);
        };
        let refilled_at = quota.refill.map(|refill| refill.due_at(self.created_at));
        match quota.refill {
            Some(refill) if refilled_at.is_some_and(|due| due <= now) => Ok(QuotaStep::Refill {
                left: refill.amount.get() - 1,
                seen: refill.last_at,
            }),
            _ if quota.remaining > 0 => Ok(QuotaStep::Take),
            _ => Err(KeyRefused::Exhausted {
                wait: refilled_at.map(|due| due.duration_since(now)),
            }),
        }
    }

    fn window_step(&self, now: Timestamp) -> Result<WindowStep, KeyRefused> {
        if !self.limit.enabled {
            return Ok(WindowStep::Uncounted);
        }
        let max = self.limit.max.get();
        match (self.usage.window_started_at, self.usage.window_ends_at(self.limit.per)) {
            (Some(started_at), Some(until)) if now < until => {
                if self.usage.count < max {
                    Ok(WindowStep::Count { started_at, max })
                } else {
                    Err(KeyRefused::TooOften {
                        wait: until.duration_since(now),
                    })
                }
            }
            (seen, _) => Ok(WindowStep::Start { seen }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::super::{KeyLimit, KeyTerms, KeyUsage, PlainApiKey, Quota, Refill};
    use super::*;
    use crate::domain::UserId;
    use crate::entropy::OsEntropy;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn key() -> ApiKey {
        let text = PlainApiKey::generate(None, UserId::from_bytes([7; 16]), &OsEntropy);
        ApiKey::new(&text, KeyTerms::default(), 0, at(0))
    }

    fn with_quota(remaining: u32, last_at: Option<Timestamp>) -> ApiKey {
        let refill = Refill {
            amount: NonZeroU32::new(5).expect("five"),
            every: HOUR,
            last_at,
        };
        ApiKey {
            quota: Some(Quota {
                remaining,
                refill: Some(refill),
            }),
            ..key()
        }
    }

    #[test]
    fn a_fresh_key_starts_its_first_window() {
        let spending = key().spend(None, at(0));
        assert_eq!(
            spending,
            Ok(Spending {
                quota: QuotaStep::Unlimited,
                window: WindowStep::Start { seen: None }
            })
        );
    }

    #[test]
    fn a_window_is_full_until_it_ends() {
        let usage = |count| KeyUsage {
            count,
            window_started_at: Some(at(1)),
            last_at: Some(at(2)),
        };
        let window = |count, hour| {
            let key = ApiKey {
                usage: usage(count),
                ..key()
            };
            key.spend(None, at(hour)).map(|spending| spending.window)
        };
        let count = WindowStep::Count {
            started_at: at(1),
            max: 10,
        };
        assert_eq!(window(9, 24), Ok(count));
        assert_eq!(window(10, 24), Err(KeyRefused::TooOften { wait: HOUR }));
        assert_eq!(window(10, 25), Ok(WindowStep::Start { seen: Some(at(1)) }));
    }

    #[test]
    fn a_switched_off_limit_counts_nothing() {
        let limit = KeyLimit {
            enabled: false,
            ..KeyLimit::default()
        };
        let spending = ApiKey { limit, ..key() }.spend(None, at(0)).expect("a use");
        assert_eq!(spending.window, WindowStep::Uncounted);
    }

    #[test]
    fn a_quota_is_taken_from_and_refilled_when_due() {
        let quota = |key: &ApiKey, now| key.spend(None, now).map(|spending| spending.quota);
        assert_eq!(quota(&with_quota(1, None), at(0)), Ok(QuotaStep::Take));
        let wait = Some(HOUR);
        assert_eq!(quota(&with_quota(0, None), at(0)), Err(KeyRefused::Exhausted { wait }));
        for remaining in [0, 3, 9] {
            let refill = QuotaStep::Refill { left: 4, seen: None };
            assert_eq!(quota(&with_quota(remaining, None), at(1)), Ok(refill));
        }
        assert_eq!(quota(&with_quota(2, Some(at(5))), at(5)), Ok(QuotaStep::Take));
        let spent = Quota {
            remaining: 0,
            refill: None,
        };
        let spent = ApiKey {
            quota: Some(spent),
            ..key()
        };
        assert_eq!(quota(&spent, at(99)), Err(KeyRefused::Exhausted { wait: None }));
    }

    #[test]
    fn what_is_over_or_off_is_refused_first() {
        let off = ApiKey {
            enabled: false,
            expires_at: Some(at(1)),
            ..key()
        };
        assert_eq!(off.spend(None, at(2)), Err(KeyRefused::Disabled));
        let over = ApiKey {
            expires_at: Some(at(1)),
            ..key()
        };
        assert!(over.spend(None, at(0)).is_ok());
        assert_eq!(over.spend(None, at(1)), Err(KeyRefused::Expired));
        let wanted = Permissions::default();
        assert_eq!(key().spend(Some(&wanted), at(0)), Err(KeyRefused::NotPermitted));
    }

    #[test]
    fn a_window_without_end_ends_with_time() {
        let usage = KeyUsage {
            count: 10,
            window_started_at: Some(at(0)),
            last_at: Some(at(0)),
        };
        let limit = KeyLimit {
            per: SignedDuration::MAX,
            ..KeyLimit::default()
        };
        let key = ApiKey { limit, usage, ..key() };
        let wait = Timestamp::MAX.duration_since(at(9_999));
        assert_eq!(key.spend(None, at(9_999)), Err(KeyRefused::TooOften { wait }));
    }
}
