//! The mails that the service sends, as plain data, and the values that texts and templates may print.

use std::fmt;

use super::words;
use crate::domain::{CredentialChange, EmailAddress, Language, Name};
use jiff::{SignedDuration, Timestamp};

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

/// A value that texts and templates may print. One that is missing is undefined in the template.
pub(super) type Fact = (&'static str, String);

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

    /// Whether the mail reports an action that an attacker might have taken, so that its reader may need help.
    pub(super) fn is_security_notice(&self) -> bool {
        match self {
            Self::ApproveEmailChange { .. }
            | Self::EmailChanged { .. }
            | Self::PasswordChanged { .. }
            | Self::PasswordLocked { .. }
            | Self::CredentialChanged { .. }
            | Self::DeleteUser { .. }
            | Self::TwoFactorOtp { .. } => true,
            Self::VerifyEmail { .. }
            | Self::ResetPassword { .. }
            | Self::ChangeEmail { .. }
            | Self::ActivateAccount { .. }
            | Self::AccountInvitation { .. }
            | Self::Invitation { .. } => false,
        }
    }

    /// The values, with durations and times in the words of the language.
    pub(super) fn facts(&self, language: Language) -> Vec<Fact> {
        let mut facts = Vec::new();
        let lifetime = |span: &SignedDuration| ("expires_in", language.duration(*span));
        let moment = |at: &Timestamp| ("at", language.moment(*at));
        match self {
            Self::VerifyEmail { name, url, expires_in }
            | Self::ResetPassword { name, url, expires_in }
            | Self::PasswordLocked { name, url, expires_in }
            | Self::DeleteUser { name, url, expires_in } => {
                facts.extend(name_facts(name));
                facts.extend([("url", url.clone()), lifetime(expires_in)]);
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
                facts.push(("new_email", new_email.to_string()));
                facts.extend([("url", url.clone()), lifetime(expires_in)]);
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
                facts.extend([("url", url.clone()), lifetime(expires_in)]);
            }
            Self::EmailChanged { name } => facts.extend(name_facts(name)),
            Self::PasswordChanged { name, at } => {
                facts.extend(name_facts(name));
                facts.push(moment(at));
            }
            Self::CredentialChanged { name, change, at } => {
                facts.extend(name_facts(name));
                facts.push(("change", change.to_string()));
                facts.push(moment(at));
            }
            Self::TwoFactorOtp { name, code, expires_in } => {
                facts.extend(name_facts(name));
                facts.push(("code", code.clone()));
                facts.push(lifetime(expires_in));
            }
            Self::Invitation {
                organization,
                inviter_name,
                role,
                message,
                url,
                expires_in,
            } => {
                facts.extend(message.as_deref().and_then(words::harmless).map(|text| ("note", text)));
                facts.extend(name_fact("organization", organization));
                facts.extend(name_fact("inviter", inviter_name));
                facts.extend(name_fact("role", role));
                facts.extend([("url", url.clone()), lifetime(expires_in)]);
            }
        }
        facts
    }
}

/// A name that is not printed has no printable parts either: together they would be the same text.
fn name_facts(name: &Name) -> Vec<Fact> {
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

fn name_fact(fact: &'static str, name: &str) -> Option<Fact> {
    Some((fact, words::presentable(name)?))
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
