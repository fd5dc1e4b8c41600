//! Why an action of an administrator of the platform on a user is refused.

use crate::domain::password::WeakPassword;
use crate::operations::prelude::*;

refusals! {
    pub enum PlatformUserError {
        /// Also for a user who is deleted.
        UserNotFound: NotFound = "no user has the id",
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        /// The user is the only owner of an organization that has other members.
        OnlyOwner: Conflict on LastOwner | LastAdministrator = "the user is the only owner of an organization that has other members",
        NotAMember: Invalid = "the user is not a member of the organization",
        NoPhone: Invalid = "the user has no telephone number to verify",
    }
    of {
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}
