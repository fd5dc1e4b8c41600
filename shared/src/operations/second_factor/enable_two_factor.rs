//! The common steps of turning the second factor on, with an authenticator app or with codes by mail.

use jiff::Timestamp;

use crate::domain::one_time::{ChangeEmail, DeleteUser};
use crate::domain::{Mail, User};
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum EnableTwoFactorError {
        AlreadyEnabled: Conflict on AuthenticatorMoved = "the user has an authenticator",
        MailTurnedOff: Invalid = "codes are not sent by mail",
        /// A user who does not receive the mails could not sign in again.
        EmailNotVerified: Forbidden = "the address is not verified",
    }
    of {
        NotProven(#[from] NotProven) = "{0}",
    }
}

/// Turns the second factor on with codes by mail alone. If it is on already, nothing changes; if not, an authenticator
/// that never produced a code and its backup codes are deleted: an attacker may have enrolled them.
pub(super) fn turn_on_mailed_codes(user: &mut User, changes: Changes, notice: &Mail, now: Timestamp) -> Changes {
    if user.two_factor_enabled {
        return changes;
    }
    turn_on_second_factor(user, changes, notice, now)
        .delete_authenticator(user.id)
        .delete_backup_codes(user.id)
}

/// Ends every session but the caller's, which the commit renews, and drops a pending change of the address and a pending
/// deletion: all of them began without the second factor, and would circumvent it.
pub(super) fn turn_on_second_factor(user: &mut User, changes: Changes, notice: &Mail, now: Timestamp) -> Changes {
    if user.two_factor_enabled {
        return changes;
    }
    user.turn_on_second_factor();
    user.end_sessions(now);
    changes
        .drop_grant::<ChangeEmail>(user.id)
        .drop_grant::<DeleteUser>(user.id)
        .enqueue(notice)
}
