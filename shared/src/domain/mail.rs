//! Mail in the outbox. An entry is written in the same transaction as its cause, and contains no secret: the token in a
//! mail is generated when the mail is composed, so that no token is ever stored in plain text.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{InvitationId, MailId, OrganizationId, SessionId, UserId};
use super::redirect::Redirect;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    pub purpose: MailPurpose,
    pub created_at: Timestamp,
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
        /// The session generation of the requesting session. The mail is not sent once the user's sessions were
        /// revoked.
        generation: u64,
        new_email: EmailAddress,
        callback: Option<Redirect>,
    },
    /// The mail notifies the old address that the user's address has changed.
    EmailChanged {
        user_id: UserId,
        old_email: EmailAddress,
    },
    PasswordChanged {
        user_id: UserId,
    },
    /// The password was tried so often without success that it can no longer be tried. The mail leads the owner to a
    /// new one.
    PasswordLocked {
        user_id: UserId,
    },
    DeleteUser {
        user_id: UserId,
        /// The session generation of the requesting session, as for `ChangeEmail`.
        generation: u64,
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
