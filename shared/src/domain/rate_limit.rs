//! Rate limits. Windows slide: an event counts for the length of the window from its own time on, so a client cannot
//! double its share around the end of a fixed window. Each subject has its own counter.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

/// At most `max` events within any time of length `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The name of the limited action; it is part of the key and shared by all contracts.
    pub name: &'static str,
    pub max: u32,
    pub per: SignedDuration,
    pub counted_by: CountedBy,
}

/// What the events of a limit are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedBy {
    /// The client's address; see [`network_of`].
    Client,
    /// A user, a name, a mailbox, a session, a device or an organization.
    Subject,
}

/// The kinds of mail whose requests are counted by recipient. Each kind has its own count, so that requests for one do
/// not keep a user from another, and the subject is never more than the request names: an attacker who names other
/// addresses, whether or not they have users, does not use up the requests of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestedMail {
    /// By address: the same for a known and an unknown one.
    ResetPassword,
    /// The same for the password of an administrator of the platform.
    ResetAdminPassword,
    /// By address, or by the signed-in user.
    VerifyEmail,
    /// By the user who wants another address.
    ChangeEmail,
    /// By mailbox, because each invitation sends a mail.
    Invitation,
}

impl RequestedMail {
    /// The window in which the requests for one recipient are counted.
    pub fn window(self, recipient: impl fmt::Display, at: Timestamp) -> Window {
        let kind = match self {
            Self::ResetPassword => "reset-password",
            Self::ResetAdminPassword => "reset-admin-password",
            Self::VerifyEmail => "verify-email",
            Self::ChangeEmail => "change-email",
            Self::Invitation => "invitation",
        };
        RateLimit::MAIL_REQUESTS.window(format_args!("{kind}:{recipient}"), at)
    }
}

/// The window of a limit for one subject that ends at `at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub limit: RateLimit,
    pub subject: String,
    pub at: Timestamp,
}

/// The limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitReached {
    /// Whole seconds until the next event is possible: the value of `Retry-After` (RFC 9110, section 10.2.3).
    pub retry_after: u32,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The limit of failures at credentials, and of mails, per client address.
const fn authentication(name: &'static str) -> RateLimit {
    RateLimit {
        name,
        max: 5,
        per: MINUTE,
        counted_by: CountedBy::Client,
    }
}

impl RateLimit {
    /// Failed sign-ins, with a password or a passkey, per client address. Successful ones do not count: many people may
    /// share an address.
    pub const SIGN_IN: Self = authentication("sign-in");
    pub const SIGN_UP: Self = authentication("sign-up");
    /// Refreshes of one session.
    pub const REFRESH: Self = Self {
        name: "refresh",
        max: 10,
        per: MINUTE,
        counted_by: CountedBy::Subject,
    };
    /// Refused refresh tokens, per client address.
    pub const REFRESH_FAILURE: Self = authentication("refresh-failure");
    /// Sign-ins through an identity provider that a client begins. Each stores an item.
    pub const AUTHORIZATION: Self = Self {
        name: "authorization",
        max: 30,
        ..authentication("")
    };
    /// Refused tokens of identity providers that a client presents.
    pub const SOCIAL: Self = authentication("social");
    pub const REQUEST_MAIL: Self = authentication("request-mail");
    /// Refused uses of mailed tokens.
    pub const SPEND_TOKEN: Self = authentication("spend-token");
    /// Refused checks of a token that stays valid. The limit is separate from the one for using the token, which
    /// usually follows.
    pub const CHECK_TOKEN: Self = authentication("check-token");
    /// Availability checks of a username. Forms send them while the user types.
    pub const CHECK_USERNAME: Self = Self {
        name: "check-username",
        max: 30,
        ..authentication("")
    };
    /// Failed changes of a credential, and wrong passwords that prove a change.
    pub const CHANGE_CREDENTIAL: Self = authentication("change-credential");
    /// Failed second factors per client address. Attempts per account are counted separately, for all client addresses,
    /// and whether or not these limits apply.
    pub const SECOND_FACTOR: Self = authentication("second-factor");
    /// Passkey challenges. Pages request one when they load, to offer passkeys in the autofill of the name field.
    pub const PASSKEY_CHALLENGE: Self = Self {
        name: "passkey-challenge",
        max: 30,
        ..authentication("")
    };
    /// Requests to the operations of `platform` whose document says `x-rate-limit: authentication`, whatever their
    /// result.
    pub const PLATFORM_AUTHENTICATION: Self = authentication("platform-authentication");

    /// Failed password attempts per email address, from all clients that have not signed in before (brute force).
    /// Together with the attempts by username and by telephone number, an account accepts seventeen. A shared counter
    /// would reveal which address belongs to a username.
    pub const ACCOUNT: Self = Self {
        name: "account",
        max: 7,
        per: SignedDuration::from_mins(5),
        counted_by: CountedBy::Subject,
    };
    /// Failed password attempts per username, and per telephone number.
    pub const ACCOUNT_BY_USERNAME: Self = Self {
        name: "account-by-username",
        max: 5,
        ..Self::ACCOUNT
    };
    /// Failed password attempts of one device that has signed in before (OWASP device cookie).
    pub const KNOWN_DEVICE: Self = Self {
        name: "known-device",
        ..Self::ACCOUNT
    };
    /// Wrong passwords within one session, which protects operations against a stolen session.
    pub const PASSWORD_PROOF: Self = Self {
        name: "password-proof",
        ..Self::ACCOUNT
    };
    /// Mails to one mailbox whose owner has not verified the address. They are counted when they are sent, which no
    /// response reveals: see [`MailBudget`](super::MailBudget).
    pub const UNVERIFIED_MAILBOX: Self = Self {
        name: "mailbox",
        max: 5,
        per: SignedDuration::from_mins(15),
        counted_by: CountedBy::Subject,
    };
    /// Requests for mails of one kind to one recipient, which responses reveal: see [`RequestedMail`].
    pub const MAIL_REQUESTS: Self = Self {
        name: "mail-requests",
        ..Self::UNVERIFIED_MAILBOX
    };
    /// Codes mailed to one user who has passed the first factor.
    pub const SECOND_FACTOR_MAIL: Self = Self {
        name: "second-factor-mail",
        ..Self::UNVERIFIED_MAILBOX
    };
    /// Messages whose certificate must be fetched before a forgery can be detected. SNS uses one certificate for all of
    /// its messages.
    pub const CERTIFICATE: Self = Self {
        name: "certificate",
        max: 30,
        ..authentication("")
    };
    /// Verifications of API keys that do not exist, per client. Uses of an existing key are counted on the key itself.
    pub const GUESS_API_KEY: Self = Self {
        name: "guess-api-key",
        max: 100,
        ..authentication("")
    };
    /// Invitations that one user sends, to any organizations. Canceling an invitation does not reduce the count.
    pub const INVITATIONS_OF_USER: Self = Self {
        name: "invitations-of-user",
        max: 100,
        per: DAY,
        counted_by: CountedBy::Subject,
    };
    /// Invitations to one organization, from all senders.
    pub const INVITATIONS_OF_ORGANIZATION: Self = Self {
        name: "invitations-of-organization",
        max: 200,
        ..Self::INVITATIONS_OF_USER
    };
    /// Uploads of one administrator, each of which creates up to a hundred users and mails them.
    pub const BULK_UPLOAD: Self = Self {
        name: "bulk-upload",
        max: 30,
        per: SignedDuration::from_hours(1),
        counted_by: CountedBy::Subject,
    };
    /// Actions of one administrator on other users, including reads.
    pub const ADMIN: Self = Self {
        name: "admin",
        max: 50,
        per: MINUTE,
        counted_by: CountedBy::Subject,
    };
    /// Telephone numbers that one user tries to set. The response reveals whether a number is taken (enumeration).
    pub const CHANGE_PHONE: Self = Self {
        name: "change-phone",
        max: 5,
        per: DAY,
        counted_by: CountedBy::Subject,
    };
    /// Changes that one user makes.
    pub const USER: Self = Self {
        name: "user",
        max: 100,
        ..Self::ADMIN
    };

    /// All limits, with the names of their settings.
    pub const SETTINGS: [(&'static str, Self); 29] = [
        ("LIMIT_SIGN_IN", Self::SIGN_IN),
        ("LIMIT_SIGN_UP", Self::SIGN_UP),
        ("LIMIT_REFRESH", Self::REFRESH),
        ("LIMIT_REFRESH_FAILURE", Self::REFRESH_FAILURE),
        ("LIMIT_AUTHORIZATION", Self::AUTHORIZATION),
        ("LIMIT_SOCIAL", Self::SOCIAL),
        ("LIMIT_REQUEST_MAIL", Self::REQUEST_MAIL),
        ("LIMIT_SPEND_TOKEN", Self::SPEND_TOKEN),
        ("LIMIT_CHECK_TOKEN", Self::CHECK_TOKEN),
        ("LIMIT_CHECK_USERNAME", Self::CHECK_USERNAME),
        ("LIMIT_CHANGE_CREDENTIAL", Self::CHANGE_CREDENTIAL),
        ("LIMIT_SECOND_FACTOR", Self::SECOND_FACTOR),
        ("LIMIT_PASSKEY_CHALLENGE", Self::PASSKEY_CHALLENGE),
        ("LIMIT_PLATFORM_AUTHENTICATION", Self::PLATFORM_AUTHENTICATION),
        ("LIMIT_ACCOUNT", Self::ACCOUNT),
        ("LIMIT_ACCOUNT_BY_USERNAME", Self::ACCOUNT_BY_USERNAME),
        ("LIMIT_KNOWN_DEVICE", Self::KNOWN_DEVICE),
        ("LIMIT_PASSWORD_PROOF", Self::PASSWORD_PROOF),
        ("LIMIT_MAILBOX", Self::UNVERIFIED_MAILBOX),
        ("LIMIT_MAIL_REQUESTS", Self::MAIL_REQUESTS),
        ("LIMIT_SECOND_FACTOR_MAIL", Self::SECOND_FACTOR_MAIL),
        ("LIMIT_CERTIFICATE", Self::CERTIFICATE),
        ("LIMIT_GUESS_API_KEY", Self::GUESS_API_KEY),
        ("LIMIT_INVITATIONS_OF_USER", Self::INVITATIONS_OF_USER),
        ("LIMIT_INVITATIONS_OF_ORGANIZATION", Self::INVITATIONS_OF_ORGANIZATION),
        ("LIMIT_BULK_UPLOAD", Self::BULK_UPLOAD),
        ("LIMIT_ADMIN", Self::ADMIN),
        ("LIMIT_CHANGE_PHONE", Self::CHANGE_PHONE),
        ("LIMIT_USER", Self::USER),
    ];

    pub fn window(self, subject: impl fmt::Display, at: Timestamp) -> Window {
        let subject = subject.to_string();
        Window {
            limit: self,
            subject: match self.counted_by {
                CountedBy::Client => network_of(&subject),
                CountedBy::Subject => subject,
            },
            at,
        }
    }
}

/// The configured number and period of a limit: `5/60` is five in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    max: u32,
    per: SignedDuration,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("must be a number from 1 to {MAX}, a slash, and a number of seconds from 1 to a day, such as `5/60`")]
pub struct InvalidRate;

/// A counter has a mark for each event, and all marks of a counter are one item.
const MAX: u32 = 1000;

impl FromStr for Rate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        let (max, seconds) = text.split_once('/').ok_or(InvalidRate)?;
        let max = max.trim().parse().map_err(|_| InvalidRate)?;
        let seconds: u32 = seconds.trim().parse().map_err(|_| InvalidRate)?;
        let per = SignedDuration::from_secs(i64::from(seconds));
        if (1..=MAX).contains(&max) && seconds > 0 && per <= DAY {
            Ok(Self { max, per })
        } else {
            Err(InvalidRate)
        }
    }
}

/// The limits of a deployment: those that are not configured have their defaults.
#[derive(Debug, Clone, Default)]
pub struct RateLimits(BTreeMap<&'static str, Rate>);

impl RateLimits {
    pub fn set(&mut self, limit: RateLimit, rate: Rate) {
        self.0.insert(limit.name, rate);
    }

    /// The limit as configured.
    pub fn of(&self, limit: RateLimit) -> RateLimit {
        match self.0.get(limit.name) {
            Some(Rate { max, per }) => RateLimit {
                max: *max,
                per: *per,
                ..limit
            },
            None => limit,
        }
    }
}

/// The marks of the events of a counter: milliseconds, then random bits that distinguish events within one
/// millisecond. A mark is added or removed at most once, however often a write is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks(pub BTreeSet<u64>);

const RANDOM_BITS: u32 = 20;

impl Marks {
    pub fn mark(at: Timestamp, random: u32) -> u64 {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        (millis << RANDOM_BITS) | u64::from(random >> (u32::BITS - RANDOM_BITS))
    }

    /// The events that count at the end of the window.
    #[must_use]
    pub fn within(&self, window: &Window) -> Self {
        let since = (window.at - window.limit.per).as_millisecond();
        Self(self.0.iter().copied().filter(|mark| millis_of(*mark) > since).collect())
    }

    /// Whether one more event is possible at the end of the window.
    pub fn expect_room(&self, window: &Window) -> Result<(), LimitReached> {
        let within = self.within(window).0;
        let excess = within.len().checked_sub(window.limit.max as usize);
        let Some(next_to_expire) = excess.and_then(|excess| within.iter().nth(excess)) else {
            return Ok(());
        };
        let since = (window.at - window.limit.per).as_millisecond();
        let seconds = (millis_of(*next_to_expire) - since + 999).div_euclid(1000).max(1);
        Err(LimitReached {
            retry_after: u32::try_from(seconds).unwrap_or(1),
        })
    }
}

fn millis_of(mark: u64) -> i64 {
    i64::try_from(mark >> RANDOM_BITS).unwrap_or(i64::MAX)
}

/// The part of a client's address that identifies the client. A provider assigns a network of at least 64 bits to one
/// IPv6 subscriber (RFC 6177), who has any number of addresses in it.
fn network_of(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => format!("{}/64", Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
        },
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_040_000_i64 + millis).expect("a time")
    }

    fn marks(times: &[i64]) -> Marks {
        let numbered = (0_u32..).zip(times);
        Marks(
            numbered
                .map(|(number, millis)| Marks::mark(at(*millis), number << 12))
                .collect(),
        )
    }

    #[test]
    fn a_window_slides() {
        let five = marks(&[0, 10_000, 20_000, 59_000, 59_000]);
        let room = |millis| five.expect_room(&RateLimit::SIGN_IN.window("192.0.2.1", at(millis)));
        assert_eq!(room(59_500), Err(LimitReached { retry_after: 1 }));
        assert_eq!(room(59_999), Err(LimitReached { retry_after: 1 }));
        assert_eq!(room(60_000), Ok(()));
        let six = marks(&[0, 0, 10_500, 20_000, 59_000, 59_000]);
        let room = |millis| six.expect_room(&RateLimit::SIGN_IN.window("192.0.2.1", at(millis)));
        // A limit that was lowered has more events than it allows.
        assert_eq!(room(59_000), Err(LimitReached { retry_after: 1 }));
        assert_eq!(
            marks(&[0; 5]).expect_room(&RateLimit::SIGN_IN.window("", at(0))),
            Err(LimitReached { retry_after: 60 })
        );
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        for (address, network) in [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:0DB8:1:2::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("", ""),
        ] {
            assert_eq!(RateLimit::SIGN_IN.window(address, at(0)).subject, network, "{address}");
        }
        // Other subjects are not addresses, whatever they look like.
        assert_eq!(RateLimit::USER.window("::1", at(0)).subject, "::1");
    }

    #[test]
    fn a_limit_is_configured_by_its_name() {
        let mut limits = RateLimits::default();
        limits.set(RateLimit::SIGN_IN, "20/300".parse().expect("a rate"));
        let configured = limits.of(RateLimit::SIGN_IN);
        assert_eq!((configured.max, configured.per), (20, SignedDuration::from_mins(5)));
        assert_eq!(limits.of(RateLimit::SIGN_UP), RateLimit::SIGN_UP);
        for invalid in [
            "", "5", "5/", "/60", "0/60", "5/0", "1001/60", "5/86401", "5/60s", "-5/60",
        ] {
            assert_eq!(invalid.parse::<Rate>(), Err(InvalidRate), "{invalid}");
        }
    }

    #[test]
    fn names_and_settings_are_unique() {
        let names: BTreeSet<_> = RateLimit::SETTINGS.iter().map(|(_, limit)| limit.name).collect();
        let settings: BTreeSet<_> = RateLimit::SETTINGS.iter().map(|(setting, _)| *setting).collect();
        assert_eq!(
            (names.len(), settings.len()),
            (RateLimit::SETTINGS.len(), RateLimit::SETTINGS.len())
        );
        for (setting, limit) in RateLimit::SETTINGS {
            assert_eq!(
                setting,
                format!("LIMIT_{}", limit.name.to_uppercase().replace('-', "_"))
            );
        }
    }
}
