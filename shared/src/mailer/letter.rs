//! The mails that the service sends, as plain data, and the values that templates may print.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use minijinja::Value;

use super::words;
use crate::domain::{CredentialChange, EmailAddress, Name};

/// A mail. Names are printed only if `words::presentable` accepts them; otherwise a neutral wording replaces them.
///
/// `url` contains a token: it must appear in the mail only. `expires_in` is the lifetime of that token.
#[derive(Clone, PartialEq, Eq)]
pub enum Letter {
    VerifyEmail {
        name: Name,
        url: String,
        expires_in: SignedDuration,
    },
    ResetPassword {
        name: Name,
        url: String,
        expires_in: SignedDuration,
    },
    /// Sent to `new_email`.
    ChangeEmail {
        name: Name,
        new_email: EmailAddress,
        url: String,
        expires_in: SignedDuration,
    },
    /// Sent to the present address of a user who has requested another one.
    ApproveEmailChange {
        name: Name,
        new_email: EmailAddress,
        url: String,
        expires_in: SignedDuration,
    },
    /// Sent to the old address. The mail does not contain the new address, because the reader of the old mailbox may
    /// not be the user.
    EmailChanged {
        name: Name,
    },
    PasswordChanged {
        name: Name,
        at: Timestamp,
    },
    /// The password was tried too often. The link leads to the page on which the owner chooses another one.
    PasswordLocked {
        name: Name,
        url: String,
        expires_in: SignedDuration,
    },
    CredentialChanged {
        name: Name,
        change: CredentialChange,
        at: Timestamp,
    },
    DeleteUser {
        name: Name,
        url: String,
        expires_in: SignedDuration,
    },
    /// Sent to the first administrator of a new account. The link leads to the page on which they set their password.
    ActivateAccount {
        name: Name,
        account: String,
        url: String,
        expires_in: SignedDuration,
    },
    /// Sent to a user whom an administrator has created in an account.
    AccountInvitation {
        name: Name,
        account: String,
        url: String,
        expires_in: SignedDuration,
    },
    /// `code` is a credential like a token: it must appear in the mail only.
    TwoFactorOtp {
        name: Name,
        code: String,
        expires_in: SignedDuration,
    },
    /// Sent to a recipient who may know neither the service nor the inviter.
    Invitation {
        organization: String,
        inviter_name: String,
        role: String,
        /// Text of the inviter.
        message: Option<String>,
        url: String,
        expires_in: SignedDuration,
    },
}

/// The values that templates may print. A value that is missing is undefined in the template.
pub(super) type Facts = Vec<(&'static str, Value)>;

impl Letter {
    /// The name of the mail's templates and of its tag in SES.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify-email",
            Self::ResetPassword { .. } => "reset-password",
            Self::ChangeEmail { .. } => "change-email",
            Self::ApproveEmailChange { .. } => "approve-email-change",
            Self::EmailChanged { .. } => "email-changed",
            Self::PasswordChanged { .. } => "password-changed",
            Self::PasswordLocked { .. } => "password-locked",
            Self::CredentialChanged { .. } => "credential-changed",
            Self::DeleteUser { .. } => "delete-user",
            Self::ActivateAccount { .. } => "activate-account",
            Self::AccountInvitation { .. } => "account-invitation",
            Self::TwoFactorOtp { .. } => "two-factor-otp",
            Self::Invitation { .. } => "invitation",
        }
    }

    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::new();
        match self {
            Self::VerifyEmail { name, url, expires_in }
            | Self::ResetPassword { name, url, expires_in }
            | Self::PasswordLocked { name, url, expires_in }
            | Self::DeleteUser { name, url, expires_in } => {
                facts.extend(name_facts(name));
                facts.extend(link_facts(url, *expires_in));
            }
            Self::ChangeEmail {
                name,
                new_email,
                url,
                expires_in,
            }
            | Self::ApproveEmailChange {
                name,
                new_email,
                url,
                expires_in,
            } => {
                facts.extend(name_facts(name));
                facts.push(("new_email", new_email.as_str().into()));
                facts.extend(link_facts(url, *expires_in));
            }
            Self::ActivateAccount {
                name,
                account,
                url,
                expires_in,
            }
            | Self::AccountInvitation {
                name,
                account,
                url,
                expires_in,
            } => {
                facts.extend(name_facts(name));
                facts.extend(name_fact("account", account));
                facts.extend(link_facts(url, *expires_in));
            }
            Self::EmailChanged { name } => facts.extend(name_facts(name)),
            Self::PasswordChanged { name, at } => {
                facts.extend(name_facts(name));
                facts.push(at_fact(*at));
            }
            Self::CredentialChanged { name, change, at } => {
                facts.extend(name_facts(name));
                facts.push(("change", change.as_str().into()));
                facts.push(at_fact(*at));
            }
            Self::TwoFactorOtp { name, code, expires_in } => {
                facts.extend(name_facts(name));
                facts.push(("code", code.into()));
                facts.push(("expires_in", in_words(*expires_in).into()));
            }
            Self::Invitation {
                organization,
                inviter_name,
                role,
                message,
                url,
                expires_in,
            } => {
                facts.extend(
                    message
                        .as_deref()
                        .and_then(words::harmless)
                        .map(|text| ("note", text.into())),
                );
                facts.extend(name_fact("organization", organization));
                facts.extend(name_fact("inviter", inviter_name));
                facts.extend(name_fact("role", role));
                facts.extend(link_facts(url, *expires_in));
            }
        }
        facts
    }
}

/// A name that is not printed has no printable parts either: together they would be the same text.
fn name_facts(name: &Name) -> Vec<(&'static str, Value)> {
    if words::presentable(name.as_str()).is_none() {
        return Vec::new();
    }
    let parts = [
        ("name", name.as_str()),
        ("firstName", name.first()),
        ("lastName", name.last()),
    ];
    parts
        .into_iter()
        .filter_map(|(fact, part)| name_fact(fact, part))
        .collect()
}

fn name_fact(fact: &'static str, name: &str) -> Option<(&'static str, Value)> {
    Some((fact, words::presentable(name)?.into()))
}

fn at_fact(at: Timestamp) -> (&'static str, Value) {
    ("at", at.strftime("%-d %B %Y at %H:%M UTC").to_string().into())
}

fn link_facts(url: &str, expires_in: SignedDuration) -> [(&'static str, Value); 2] {
    [("url", url.into()), ("expires_in", in_words(expires_in).into())]
}

/// Formats the duration in the largest unit of which it has two, or exactly one, rounded to the nearest: the mail is
/// sent a little after the time from which the lifetime counts.
fn in_words(span: SignedDuration) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let minutes = nearest(span.as_secs(), MINUTE).max(1) * MINUTE;
    let (unit, name) = match minutes {
        minutes if minutes == DAY || minutes > 47 * HOUR => (DAY, "day"),
        minutes if minutes == HOUR || minutes > 119 * MINUTE => (HOUR, "hour"),
        _ => (MINUTE, "minute"),
    };
    let count = nearest(minutes, unit);
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

fn nearest(seconds: i64, unit: i64) -> i64 {
    (seconds + unit / 2).div_euclid(unit)
}

/// The debug form omits names, which are personal data, and URLs, which are credentials: neither may be logged.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_in_the_largest_unit_that_is_near_enough() {
        for (seconds, told) in [
            (1, "1 minute"),
            (119, "2 minutes"),
            (15 * 60, "15 minutes"),
            (15 * 60 - 2, "15 minutes"),
            (60 * 60 - 2, "1 hour"),
            (24 * 60 * 60 - 2, "1 day"),
            // An invitation whose mail was sent a minute later.
            (2879 * 60, "2 days"),
            (2 * 24 * 60 * 60 - 2, "2 days"),
            (50 * 60 * 60, "2 days"),
            (150 * 60, "3 hours"),
            (60 * 60, "1 hour"),
            (90 * 60, "90 minutes"),
            (24 * 60 * 60, "1 day"),
            (25 * 60 * 60, "25 hours"),
            (7 * 24 * 60 * 60, "7 days"),
        ] {
            assert_eq!(in_words(SignedDuration::from_secs(seconds)), told);
        }
    }

    #[test]
    fn debug_shows_neither_names_nor_links() {
        let url = "https://auth.example.com/link/x?token=secret".to_owned();
        let letter = Letter::VerifyEmail {
            name: Name::full("Ada"),
            url,
            expires_in: SignedDuration::ZERO,
        };
        assert_eq!(format!("{letter:?}"), "Letter(verify-email)");
    }
}
