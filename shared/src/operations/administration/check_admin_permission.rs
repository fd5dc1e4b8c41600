//! Checking what a caller's roles in the administration of users permit.

use crate::domain::{GivenRoles, Statements, UserPermission};
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;

impl Core {
    /// An impersonating administrator may only read: the user is not accountable for the administrator's actions.
    pub fn permit(&self, caller: &Caller, permission: UserPermission) -> Result<(), AdministerUserError> {
        let is_accountable = caller.session.impersonator.is_none() || permission.only_shows();
        if is_accountable && self.settings.admin_roles.may(&caller.user, permission) {
            Ok(())
        } else {
            Err(AdministerUserError::NotPermitted(permission))
        }
    }

    /// Whether one of the caller's roles permits all of `asked`.
    pub fn allows(&self, caller: &Caller, asked: &Statements) -> bool {
        self.settings.admin_roles.permit(&caller.user, asked)
    }

    /// Whether the caller may give these roles to another user.
    pub(in crate::operations) fn permit_roles(
        &self,
        caller: &Caller,
        given: &GivenRoles,
    ) -> Result<(), AdministerUserError> {
        self.permit(caller, UserPermission::SetRole)?;
        let roles = &self.settings.admin_roles;
        if roles.unknown(given).is_some() {
            return Err(AdministerUserError::UnknownRole);
        }
        if !roles.may_give(&caller.user, given) {
            return Err(AdministerUserError::RoleAboveOwn);
        }
        Ok(())
    }
}
