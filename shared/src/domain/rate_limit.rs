//! Rate limits. Each subject has a separate counter for each time window, so no two subjects share an item, and old
//! windows expire by themselves.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// At most `max` events in each window of length `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The name of the limited action; it is part of the key and shared by all contracts.
    pub name: &'static str,
    pub max: u32,
    pub per: SignedDuration,
}

/// One time window of a limit for one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub limit: RateLimit,
    pub subject: String,
    pub starts_at: Timestamp,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The limit for operations that accept a credential or send mail, per client address.
const fn authentication(name: &'static str) -> RateLimit {
    RateLimit {
        name,
        max: 5,
        per: MINUTE,
    }
}

impl RateLimit {
    pub const SIGN_IN: Self = authentication("sign-in");
    pub const SIGN_UP: Self = authentication("sign-up");
    pub const REFRESH: Self = authentication("refresh");
    /// Sign-ins through an identity provider, by redirect or with a token that the client presents.
    pub const SOCIAL: Self = authentication("social");
    pub const REQUEST_MAIL: Self = authentication("request-mail");
    pub const SPEND_TOKEN: Self = authentication("spend-token");
    /// Checks of a token that stays valid. The limit is separate from the one for using the token, which usually
    /// follows.
    pub const CHECK_TOKEN: Self = authentication("check-token");
    /// Availability checks of a username. Forms send them while the user types.
    pub const CHECK_USERNAME: Self = Self {
        name: "check-username",
        max: 30,
        per: MINUTE,
    };
    pub const CHANGE_CREDENTIAL: Self = authentication("change-credential");
    /// Second-factor attempts per client address. Attempts per account are counted separately, for all client
    /// addresses, and whether or not these limits apply.
    pub const SECOND_FACTOR: Self = authentication("second-factor");
    /// Passkey challenges. Pages request one when they load, to offer passkeys in the autofill of the name field.
    pub const PASSKEY_CHALLENGE: Self = Self {
        name: "passkey-challenge",
        max: 30,
        per: MINUTE,
    };

    /// Password attempts per email address, for all client addresses (brute force); attempts before a success do not
    /// count. Together with the attempts by username, an account accepts twelve. A shared counter would reveal which
    /// address belongs to a username.
    pub const ACCOUNT: Self = Self {
        name: "account",
        max: 7,
        per: SignedDuration::from_mins(5),
    };
    /// Password attempts per username.
    pub const ACCOUNT_BY_USERNAME: Self = Self {
        max: 5,
        ..Self::ACCOUNT
    };
    /// Mails to one mailbox, requested by clients that have not proved control of it. The subject is
    /// [`EmailAddress::mailbox`](super::EmailAddress::mailbox).
    pub const MAILBOX: Self = Self {
        name: "mailbox",
        max: 5,
        per: SignedDuration::from_mins(15),
    };
    /// Codes mailed to one user who has passed the first factor.
    pub const SECOND_FACTOR_MAIL: Self = Self {
        name: "second-factor-mail",
        max: 5,
        per: SignedDuration::from_mins(15),
    };
    /// Messages whose certificate must be fetched before a forgery can be detected. SNS uses one certificate for all of
    /// its messages.
    pub const CERTIFICATE: Self = Self {
        name: "certificate",
        max: 30,
        per: MINUTE,
    };
    /// Verifications of API keys that do not exist, per client. Uses of an existing key are counted on the key itself.
    pub const GUESS_API_KEY: Self = Self {
        name: "guess-api-key",
        max: 100,
        per: MINUTE,
    };
    /// Invitations that one user sends, to any organizations. Canceling an invitation does not reduce the count.
    pub const INVITATIONS_OF_USER: Self = Self {
        name: "invitations-of-user",
        max: 100,
        per: DAY,
    };
    /// Invitations to one organization, from all senders.
    pub const INVITATIONS_OF_ORGANIZATION: Self = Self {
        name: "invitations-of-organization",
        max: 200,
        per: DAY,
    };
    /// Actions of one administrator on other users, including reads.
    pub const ADMIN: Self = Self {
        name: "admin",
        max: 50,
        per: MINUTE,
    };
    /// Telephone numbers that one user tries to set. The response reveals whether a number is taken (enumeration).
    pub const CHANGE_PHONE: Self = Self {
        name: "change-phone",
        max: 5,
        per: DAY,
    };
    /// Changes that one user makes.
    pub const USER: Self = Self {
        name: "user",
        max: 100,
        per: MINUTE,
    };

    pub fn window(self, subject: impl fmt::Display, now: Timestamp) -> Window {
        let length = self.per.as_secs().max(1);
        let start = now.as_second() - now.as_second().rem_euclid(length);
        Window {
            limit: self,
            subject: subject.to_string(),
            starts_at: Timestamp::from_second(start).unwrap_or(now),
        }
    }
}

impl Window {
    pub fn ends_at(&self) -> Timestamp {
        self.starts_at + self.limit.per
    }

    /// Whole seconds until the next window, at least one: the value of `Retry-After` (RFC 9110, section 10.2.3).
    pub fn retry_after(&self, now: Timestamp) -> u32 {
        let left = self.ends_at().duration_since(now).as_millis();
        u32::try_from((left + 999) / 1000).unwrap_or(1).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_all_times_within_it() {
        let at = |millis| Timestamp::from_millisecond(1_700_000_040_000_i64 + millis).expect("a time");
        let first = RateLimit::SIGN_IN.window("192.0.2.1", at(0));
        assert_eq!(RateLimit::SIGN_IN.window("192.0.2.1", at(59_999)), first);
        assert_ne!(RateLimit::SIGN_IN.window("192.0.2.1", at(60_000)), first);
        assert_eq!((first.retry_after(at(0)), first.retry_after(at(59_999))), (60, 1));
    }
}
