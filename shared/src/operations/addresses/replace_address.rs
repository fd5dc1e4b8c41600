//! Replacing a user's address by one that is not verified, in the commit that writes the user.

use crate::domain::{EmailAddress, EmailStatus, User, one_time};
use crate::store::Changes;

/// Claims the new address and releases the old one. Tokens that were mailed to the old one become invalid: those of
/// several at once name the address in their grants.
pub(in crate::operations) fn replace_address(user: &mut User, new: &EmailAddress, changes: Changes) -> Changes {
    let old = std::mem::replace(&mut user.email, new.clone());
    user.email_verified_at = None;
    user.email_status = EmailStatus::Deliverable;
    changes
        .claim_email(new, user.id)
        .release_email(&old, user.id)
        .drop_grant::<one_time::ResetPassword>(user.id)
        .drop_grant::<one_time::ChangeEmail>(user.id)
        .drop_grant::<one_time::DeleteUser>(user.id)
}
