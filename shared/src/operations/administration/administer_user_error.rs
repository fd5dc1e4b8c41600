//! Why an administrator's action on another user is refused.

use crate::domain::UserPermission;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;

#[derive(Debug, thiserror::Error)]
pub enum AdministerUserError {
    #[error("the caller has no role that permits it")]
    NotPermitted(UserPermission),
    #[error("the user may do what the caller may not")]
    Outranked,
    #[error("there is no such role")]
    UnknownRole,
    #[error("the role permits what the caller may not do")]
    RoleAboveOwn,
    /// The role stays, so the action must not look as if it had removed it.
    #[error("the user has a role that an operator has granted, and only an operator takes away")]
    RoleOfOperator,
    #[error("the user is the caller, who may not do it to themselves")]
    Yourself(UserPermission),
    #[error("no user has the id")]
    UserNotFound,
    #[error("another user has the address")]
    EmailTaken,
    #[error("another user has the username")]
    UsernameTaken,
    /// The other members would be left in an organization without an owner.
    #[error("the user is the only owner of an organization that has other members")]
    OnlyOwner,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(AdministerUserError {
    NotPermitted: Forbidden,
    Outranked: Forbidden,
    UnknownRole: Invalid,
    RoleAboveOwn: Forbidden,
    RoleOfOperator: Forbidden,
    Yourself: Forbidden,
    UserNotFound: NotFound,
    EmailTaken: Conflict on EmailTaken,
    UsernameTaken: Conflict on UsernameTaken,
    OnlyOwner: Conflict on LastOwner,
});
