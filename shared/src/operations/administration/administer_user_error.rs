//! Why an administrator's action on another user is refused.

use crate::domain::UserPermission;
use crate::domain::password::WeakPassword;
use crate::domain::user::AccountBlocked;
use crate::operations::prelude::*;

refusals! {
    pub enum AdministerUserError {
        NotPermitted(UserPermission): Forbidden = "the caller has no role that permits it",
        Outranked: Forbidden = "the user may do what the caller may not",
        UnknownRole: Invalid = "there is no such role",
        RoleAboveOwn: Forbidden = "the role permits what the caller may not do",
        /// The role remains, so the action must not appear to have removed it.
        RoleOfOperator: Forbidden = "the user has a role that an operator has granted, and only an operator takes away",
        Yourself(UserPermission): Forbidden = "the user is the caller, who may not do it to themselves",
        /// A session of such a user would not be live.
        TargetBlocked(AccountBlocked): Conflict = "{0}",
        UserNotFound: NotFound = "no user has the id",
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        UsernameTaken: Conflict on UsernameTaken = "another user has the username",
        UsernameReserved: Invalid = "the username is reserved",
        /// The user is the only owner of an organization that has other members.
        OnlyOwner: Conflict on LastOwner | LastAdministrator = "the user is the only owner of an organization that has other members",
    }
    of {
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}
