//! Mail that is to be sent. It enters the outbox in the transaction that causes it, and holds no secret: the token in a mail is
//! made when the mail is, so that none is ever stored in the clear.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{InvitationId, MailId, OrganizationId, SessionId, UserId};
use super::redirect::Redirect;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: MailId,
    pub errand: Errand,
    pub created_at: Timestamp,
}

/// What a mail is to bring about. One for a user that nobody is brings about nothing: it is written for an unknown address, so that
/// asking for a mail costs the same whether or not the address is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    VerifyEmail {
        user_id: UserId,
        callback: Option<Redirect>,
    },
    ResetPassword {
        user_id: UserId,
        callback: Option<Redirect>,
    },
    /// Goes to the new address.
    ChangeEmail {
        user_id: UserId,
        /// Of the sessions of the user, one of which asked for it. Once they have been ended, the mail is not sent.
        generation: u64,
        new_email: EmailAddress,
        callback: Option<Redirect>,
    },
    /// Tells the old address that it is no longer the user's.
    EmailChanged {
        user_id: UserId,
        old_email: EmailAddress,
    },
    PasswordChanged {
        user_id: UserId,
    },
    DeleteUser {
        user_id: UserId,
        /// As of a change of address.
        generation: u64,
        callback: Option<Redirect>,
    },
    /// A code for one sign-in that waits for its second factor, or for one session.
    TwoFactorCode {
        user_id: UserId,
        session_id: SessionId,
    },
    Invitation {
        organization_id: OrganizationId,
        invitation_id: InvitationId,
    },
}
