//! Mail in the outbox. An entry is written in the same transaction as its cause, and contains no secret: the token in a
//! mail is generated when the mail is composed, so that no token is ever stored in plain text.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{AdminId, InvitationId, MailId, OrganizationId, SessionId, UserId};
use super::one_time::RequestingSession;
use super::profile::Language;
use super::rate_limit::{RateLimit, Window};
use super::redirect::Redirect;
use super::region::Region;
use super::text::text_enum;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    pub purpose: MailPurpose,
    /// The language that the browser of the requester prefers, for a recipient who has not chosen one. `None` in notices:
    /// an attacker whose action a notice reports must not choose a language that its reader does not understand.
    pub language: Option<Language>,
    /// The Region that wrote the mail, which sends it: the outbox of a global table is in all of its Regions. `None` in
    /// mails of an earlier release.
    pub region: Option<Region>,
    pub created_at: Timestamp,
}

impl MailPurpose {
    /// Whether the mail reports what has happened, rather than answering a request of its reader.
    pub fn is_notice(&self) -> bool {
        match self {
            Self::EmailChanged { .. }
            | Self::PasswordChanged { .. }
            | Self::PasswordLocked { .. }
            | Self::AdminPasswordChanged { .. }
            | Self::AdminPasswordLocked { .. }
            | Self::CredentialChanged { .. } => true,
            Self::VerifyEmail { .. }
            | Self::ResetPassword { .. }
            | Self::ChangeEmail { .. }
            | Self::ApproveEmailChange { .. }
            | Self::Activation { .. }
            | Self::ResetAdminPassword { .. }
            | Self::DeleteUser { .. }
            | Self::TwoFactorCode { .. }
            | Self::Invitation { .. } => false,
        }
    }
}

/// The purpose of a mail. An entry whose user does not exist has no effect. Such entries are written for unknown
/// addresses, so that a request for a mail takes the same work whether or not the address is known (user enumeration).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailPurpose {
    VerifyEmail {
        user_id: UserId,
        callback: Option<Redirect>,
    },
    ResetPassword {
        user_id: UserId,
        callback: Option<Redirect>,
    },
    /// The mail goes to the new address, which it asks to verify.
    ChangeEmail {
        user_id: UserId,
        /// The mail is not sent once the session has ended or its user has changed. `None` in mails of an earlier
        /// release, which are not sent.
        requester: Option<RequestingSession>,
        new_email: EmailAddress,
        callback: Option<Redirect>,
    },
    /// The mail goes to the present address and asks its owner to approve the change to `new_email`.
    ApproveEmailChange {
        user_id: UserId,
        /// As for `ChangeEmail`.
        requester: RequestingSession,
        new_email: EmailAddress,
        callback: Option<Redirect>,
    },
    /// The mail notifies the old address that the user's address has changed.
    EmailChanged {
        user_id: UserId,
        old_email: EmailAddress,
        /// Whether the user had verified the old address.
        was_verified: bool,
    },
    /// The mail with which a user of an account gets in for the first time: the user verifies the address, or sets
    /// the first password. The delivery decides by the user's status, see
    /// [`User::activation`](super::User::activation).
    Activation {
        user_id: UserId,
        organization_id: OrganizationId,
    },
    PasswordChanged {
        user_id: UserId,
    },
    /// The password was tried so often without success that it can no longer be tried. The mail leads the owner to a
    /// new one.
    PasswordLocked {
        user_id: UserId,
    },
    /// The mail leads an administrator of the platform to a new password.
    ResetAdminPassword {
        admin_id: AdminId,
    },
    AdminPasswordChanged {
        admin_id: AdminId,
    },
    /// As `PasswordLocked`.
    AdminPasswordLocked {
        admin_id: AdminId,
    },
    /// The mail notifies the user of a change of a method of sign-in or of a second factor.
    CredentialChanged {
        user_id: UserId,
        change: CredentialChange,
    },
    DeleteUser {
        user_id: UserId,
        /// As for `ChangeEmail`.
        requester: Option<RequestingSession>,
        callback: Option<Redirect>,
    },
    /// The mail contains a code for one sign-in that awaits its second factor, or for one session.
    TwoFactorCode {
        user_id: UserId,
        session_id: SessionId,
    },
    Invitation {
        organization_id: OrganizationId,
        invitation_id: InvitationId,
    },
}

/// The budget of mails that a mail counts against, so that strangers cannot flood a mailbox. A mail over the budget is
/// not sent, and the response to the request that caused it is the same, so that the budget reveals nothing about the
/// addresses that share a mailbox. Mails to a verified address have no budget here: its owner causes them, or their
/// requests are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailBudget {
    /// Letters that ask the reader for something.
    Letters(EmailAddress),
    /// Notices, counted apart so that letters do not keep a user from getting them.
    Notices(EmailAddress),
}

impl MailBudget {
    /// The event of a mail at the time when it is sent.
    pub fn window(&self, at: Timestamp) -> Window {
        match self {
            Self::Letters(to) => RateLimit::UNVERIFIED_MAILBOX.window(to.mailbox(), at),
            Self::Notices(to) => RateLimit::UNVERIFIED_MAILBOX.window(format_args!("notices:{}", to.mailbox()), at),
        }
    }
}

/// What has changed about the methods by which a user, or a program of the user, authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialChange {
    SecondFactorOn,
    SecondFactorOff,
    /// An authenticator app, for a user whose second factor was on already.
    AuthenticatorAdded,
    BackupCodeUsed,
    BackupCodesCreated,
    PasskeyAdded,
    PasskeyRemoved,
    ApiKeyCreated,
    /// An account at an identity provider.
    AccountLinked,
    AccountUnlinked,
    PasswordRemoved,
}

text_enum!(CredentialChange {
    SecondFactorOn => "second-factor-on",
    SecondFactorOff => "second-factor-off",
    AuthenticatorAdded => "authenticator-added",
    BackupCodeUsed => "backup-code-used",
    BackupCodesCreated => "backup-codes-created",
    PasskeyAdded => "passkey-added",
    PasskeyRemoved => "passkey-removed",
    ApiKeyCreated => "api-key-created",
    AccountLinked => "account-linked",
    AccountUnlinked => "account-unlinked",
    PasswordRemoved => "password-removed",
});
