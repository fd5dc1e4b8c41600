//! Users of an account, as its administrators create and change them: requests and responses.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::fields::{
    account_id, any_account_id, assignable_role, assignable_roles, nullable_user_id, optional_any_role, optional_email,
    optional_name_of, program_id,
};
use super::session::User;
use crate::contract::fields::parsers::{flag, optional_name};
use crate::contract::fields::{Fields, Read, request};
use crate::domain::{
    AccountMember, AccountRole, ActivationStatus, EmailAddress, Name, OrganizationNumber, Patch, UserNumber,
};
use crate::operations::{
    AccountUser, DeleteAccountUser, Interruption, NewAccountUser, RoleOperation, RoleTaken, RoleUpdate,
    SetAccountUserRoles, UpdateAccountUser,
};

/// The bounds of a name, in characters.
pub const SHORTEST_NAME: usize = 3;
pub const LONGEST_NAME: usize = 100;

request! {
    pub struct CreateUserRequest {
        email: EmailAddress = "email",
        role: AccountRole = assignable_role("role"),
        account_id: OrganizationNumber = account_id("accountId"),
        name: Option<Name> = optional_name("name", SHORTEST_NAME, LONGEST_NAME),
        created_by: Option<UserNumber> = nullable_user_id("createdBy"),
        program_id: Option<u64> = program_id("programId"),
        skip_email: bool = flag("skipEmail", false),
    }

    pub struct UpdateUserRequest {
        account_id: Option<OrganizationNumber> = any_account_id("accountId"),
        /// The document has no bounds for it here.
        name: Option<Name> = optional_name("name", 1, LONGEST_NAME),
        email: Option<EmailAddress> = optional_email("email"),
        email_verified: Patch<Timestamp> = time("emailVerified"),
        activation_status: Option<ActivationStatus> =
            optional_name_of("activationStatus", "the name of an activation status"),
        role: Option<RoleUpdate> = role_update("role", "roleOperation"),
        active_role_name: Option<AccountRole> = optional_any_role("activeRoleName"),
    }

    pub struct SetUserRolesRequest {
        account_id: OrganizationNumber = account_id("accountId"),
        name: Option<Name> = optional_name("name", SHORTEST_NAME, LONGEST_NAME),
        roles: Option<Vec<AccountRole>> = assignable_roles("roles"),
    }

    pub struct DeleteUserRequest {
        account_id: OrganizationNumber = account_id("accountId"),
        role: AccountRole = assignable_role("role"),
        email: EmailAddress = "email",
    }
}

/// The role, and what happens to it. Without an operation it is added.
fn role_update(fields: &mut Fields<'_>, role: &str, operation: &str) -> Read<Option<RoleUpdate>> {
    let read = optional_any_role(fields, role);
    let operation = match fields.value(operation) {
        None => {
            return Some(read?.map(|role| RoleUpdate {
                role,
                operation: RoleOperation::Add,
            }));
        }
        Some(value) => match value.as_str() {
            Some("ACTIVATE_ROLE") => RoleOperation::Activate,
            Some("DEACTIVATE_ROLE") => RoleOperation::Deactivate,
            Some("REMOVE_ROLE") => RoleOperation::Remove,
            _ => return fields.not_a(operation, "ACTIVATE_ROLE, DEACTIVATE_ROLE or REMOVE_ROLE"),
        },
    };
    match read? {
        Some(role) => Some(Some(RoleUpdate { role, operation })),
        None => fields.not_a(role, "string"),
    }
}

/// A time; `null` clears it, and absence keeps it.
fn time(fields: &mut Fields<'_>, name: &str) -> Read<Patch<Timestamp>> {
    match fields.value(name) {
        None => Some(Patch::Keep),
        Some(Value::Null) => Some(Patch::Clear),
        Some(value) => match value.as_str().and_then(|text| text.parse().ok()) {
            Some(at) => Some(Patch::Set(at)),
            None => fields.not_a(name, "a date and time"),
        },
    }
}

impl From<CreateUserRequest> for NewAccountUser {
    fn from(request: CreateUserRequest) -> Self {
        Self {
            email: request.email,
            name: request.name,
            role: request.role,
            account: request.account_id,
            program_id: request.program_id,
            is_mailed: !request.skip_email,
        }
    }
}

impl From<UpdateUserRequest> for UpdateAccountUser {
    fn from(request: UpdateUserRequest) -> Self {
        Self {
            account: request.account_id,
            name: request.name,
            email: request.email,
            email_verified: request.email_verified,
            status: request.activation_status,
            role: request.role,
            active_role: request.active_role_name,
        }
    }
}

impl From<SetUserRolesRequest> for SetAccountUserRoles {
    fn from(request: SetUserRolesRequest) -> Self {
        Self {
            account: request.account_id,
            name: request.name,
            roles: request.roles,
        }
    }
}

impl From<DeleteUserRequest> for DeleteAccountUser {
    fn from(request: DeleteUserRequest) -> Self {
        Self {
            account: request.account_id,
            role: request.role,
            email: request.email,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedRole {
    pub id: String,
    pub user_id: u64,
    pub removed_role: &'static str,
    /// Whether the user was deleted, and not only removed from the account.
    pub deleted: bool,
    pub remaining_roles: Vec<&'static str>,
}

impl User {
    /// The user as a member of the account, which may be suspended.
    pub fn in_account(AccountUser { user, account }: &AccountUser) -> Result<Self, Interruption> {
        let membership = user.membership_in_any_state(*account);
        let member = membership.and_then(|membership| AccountMember::of_membership(user, membership));
        let member = member.ok_or_else(|| Interruption::internal("a user has no role in the account"))?;
        Ok(Self::of(user, &member))
    }

    /// The user in the account in which a sign-in starts. The operation has checked that there is one.
    pub fn at_home(user: &crate::domain::User) -> Result<Self, Interruption> {
        let home = AccountMember::home_of(user).and_then(|home| AccountMember::of(user, home));
        let member = home.ok_or_else(|| Interruption::internal("the user has no account any more"))?;
        Ok(Self::of(user, &member))
    }
}

impl RemovedRole {
    pub fn of(taken: &RoleTaken, role: AccountRole) -> Self {
        Self {
            id: taken.user.id.to_string(),
            user_id: taken.user.number.0,
            removed_role: role.as_str(),
            deleted: taken.is_deleted,
            remaining_roles: taken.remaining.iter().map(|role| role.as_str()).collect(),
        }
    }
}
