//! How often something may happen. A count lives in a window of its own per subject, so no two subjects share an item, and
//! old windows expire by themselves.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// At most `max` times in each window of `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// What is limited; part of the key, and shared by all contracts.
    pub name: &'static str,
    pub max: u32,
    pub per: SignedDuration,
}

/// One subject's window of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub limit: RateLimit,
    pub subject: String,
    pub starts_at: Timestamp,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Operations that take a credential or send mail, by client address.
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
    /// Sign-ins through an identity provider, begun or brought with a token.
    pub const SOCIAL: Self = authentication("social");
    pub const REQUEST_MAIL: Self = authentication("request-mail");
    pub const SPEND_TOKEN: Self = authentication("spend-token");
    /// Looking at a token that stays valid. Apart from spending it, which mostly follows.
    pub const CHECK_TOKEN: Self = authentication("check-token");
    /// Forms ask while somebody types.
    pub const CHECK_USERNAME: Self = Self {
        name: "check-username",
        max: 30,
        per: MINUTE,
    };
    pub const CHANGE_CREDENTIAL: Self = authentication("change-credential");
    /// By client address. An account's attempts are counted whatever addresses they come from, with these limits or without.
    pub const SECOND_FACTOR: Self = authentication("second-factor");
    /// Pages ask for one as they open, to offer passkeys where a name is typed.
    pub const PASSKEY_CHALLENGE: Self = Self {
        name: "passkey-challenge",
        max: 30,
        per: MINUTE,
    };

    /// Attempts at the password behind an address, whatever clients they come from; attempts before a success do not count. With those
    /// at its username, an account takes twelve. A count that both share would tell whose address belongs to a username.
    pub const ACCOUNT: Self = Self {
        name: "account",
        max: 7,
        per: SignedDuration::from_mins(5),
    };
    /// The same of a username.
    pub const ACCOUNT_BY_USERNAME: Self = Self {
        max: 5,
        ..Self::ACCOUNT
    };
    /// Mails that one mailbox gets at strangers' request. The subject is [`EmailAddress::mailbox`](super::EmailAddress::mailbox).
    pub const MAILBOX: Self = Self {
        name: "mailbox",
        max: 5,
        per: SignedDuration::from_mins(15),
    };
    /// Codes that are mailed to one user, who has shown the first factor.
    pub const SECOND_FACTOR_MAIL: Self = Self {
        name: "second-factor-mail",
        max: 5,
        per: SignedDuration::from_mins(15),
    };
    /// Messages whose certificate has to be fetched before they can be told from forgeries. SNS has one for all of its messages.
    pub const CERTIFICATE: Self = Self {
        name: "certificate",
        max: 30,
        per: MINUTE,
    };
    /// API keys that nobody has, verified for one client. What a key itself may is counted by the key.
    pub const GUESS_API_KEY: Self = Self {
        name: "guess-api-key",
        max: 100,
        per: MINUTE,
    };
    /// Invitations that one user sends, into whatever organizations. Withdrawing one gives nothing back.
    pub const INVITATIONS_OF_USER: Self = Self {
        name: "invitations-of-user",
        max: 100,
        per: DAY,
    };
    /// Invitations into one organization, whoever sends them.
    pub const INVITATIONS_OF_ORGANIZATION: Self = Self {
        name: "invitations-of-organization",
        max: 200,
        per: DAY,
    };
    /// What one administrator does to other users, looking at them included.
    pub const ADMIN: Self = Self {
        name: "admin",
        max: 50,
        per: MINUTE,
    };
    /// Telephone numbers that one user tries to take. Whether a number is taken is told.
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
