//! What turning the second factor on has in common, whether with an authenticator app or with codes by mail.

use crate::domain::User;
use crate::domain::one_time::ChangeEmail;
use crate::operations::interruption::Interruption;
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::refusal::refusals;
use crate::store::Changes;

#[derive(Debug, thiserror::Error)]
pub enum EnableTwoFactorError {
    #[error(transparent)]
    NotProven(#[from] NotProven),
    #[error("the user has an authenticator")]
    AlreadyEnabled,
    #[error("codes are not sent by mail")]
    MailTurnedOff,
    /// A user who does not receive the mails could not sign in again.
    #[error("the address is not verified")]
    EmailNotVerified,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(EnableTwoFactorError {
    AlreadyEnabled: Conflict on AuthenticatorMoved,
    MailTurnedOff: Invalid,
    EmailNotVerified: Forbidden,
} of NotProven);

/// Turns the second factor on with codes by mail alone. If it is on, everything stays as it is; if not, an
/// authenticator that never produced a code and its backup codes are deleted: an attacker may have enrolled them.
pub(super) fn turn_on_mailed_codes(user: &mut User, changes: Changes) -> Changes {
    if user.two_factor_enabled {
        return changes;
    }
    turn_on_second_factor(user, changes)
        .delete_authenticator(user.id)
        .delete_backup_codes(user.id)
}

/// Drops a pending change of the address, too: it was asked for without the second factor, and would circumvent it.
pub(super) fn turn_on_second_factor(user: &mut User, changes: Changes) -> Changes {
    if user.two_factor_enabled {
        return changes;
    }
    user.turn_on_second_factor();
    changes.drop_grant::<ChangeEmail>(user.id)
}
