//! Creating a user in an account, as an administrator of the account. The user has no password until the link of the
//! invitation sets one.

use jiff::Timestamp;

use crate::domain::{
    AccountAuthority, AccountRank, AccountRole, EmailAddress, MemberRoles, Membership, Name, Organization,
    OrganizationId, OrganizationNumber, RateLimit, RequestedMail, SeatLimits, User, UserNumber, UserStatus,
};
use crate::operations::accounts::account_user::AccountUser;
use crate::operations::accounts::administer_account::AccountAction;
use crate::operations::attempts::Lost;
use crate::operations::organizations::expect_writable;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::{Changes, Conflict};

/// A user whom an administrator creates in an account.
#[derive(Debug, Clone)]
pub struct NewAccountUser {
    pub email: EmailAddress,
    pub name: Option<Name>,
    pub role: AccountRole,
    pub account: OrganizationNumber,
    /// The number of a program, which only the application knows.
    pub program_id: Option<u64>,
    /// Whether the user gets the mail that sets the first password.
    pub is_mailed: bool,
}

refusals! {
    pub enum CreateAccountUserError {
        AccountNotFound: NotFound = "the caller has no such account",
        NotPermitted: Forbidden = "the caller does not administer the account",
        /// The client names another user as the creator.
        NotTheCreator: Forbidden = "the creator is not the caller",
        RoleTooHigh: Forbidden = "the caller may not grant the role",
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        NoSeat: Limit on NoSeat = "the account has no free seat",
        AccountInactive: Forbidden on OrganizationGone = "the account is suspended",
    }
    denied AccountNotFound, NotPermitted
}

impl Core {
    /// `created_by` is the creator whom the client names, if it names one.
    pub async fn create_account_user(
        &self,
        caller: &Assured<StepUp>,
        new: &NewAccountUser,
        created_by: Option<UserNumber>,
        now: Timestamp,
    ) -> Result<AccountUser, CreateAccountUserError> {
        let action = AccountAction {
            name: "create-account-user",
            requires: AccountRank::GroupAdmin,
        };
        let account = self.locate_account(caller, new.account).await?;
        let account = account.ok_or(CreateAccountUserError::AccountNotFound)?;
        let mut administration = self.administer_account(caller, account, action, now).await?;
        let authority = administration.administrator()?.authority;
        if created_by.is_some_and(|named| named != caller.user.number) {
            return Err(CreateAccountUserError::NotTheCreator);
        }
        let role = authority.granted(new.role).ok_or(CreateAccountUserError::RoleTooHigh)?;
        let mut user = self.build_account_user(new, caller.user.number, now).await?;
        let membership = Membership {
            program_id: new.program_id,
            ..Membership::new(account, new.account, role, now)
        };
        enter_account(&mut user, membership);
        let limits = self.seat_limits().await?;
        let mut seen = None;
        loop {
            let administrator = administration.administrator()?;
            let role = administrator.authority.granted(new.role);
            user.memberships[0].roles = role.ok_or(CreateAccountUserError::RoleTooHigh)?;
            let mut changes =
                self.account_user_creation(Changes::new(), &user, seen.as_ref(), &limits, new.is_mailed, now);
            if new.is_mailed {
                // The limits come last, because the first of several failed conditions determines the error.
                for window in [
                    RequestedMail::Invitation.window(user.email.mailbox(), now),
                    RateLimit::INVITATIONS_OF_USER.window(caller.user.id, now),
                    RateLimit::INVITATIONS_OF_ORGANIZATION.window(account, now),
                ] {
                    changes = self.counted(changes, &window);
                }
            }
            if administration.commit(&administrator, Some(user.id), changes).await? {
                return Ok(AccountUser { user, account });
            }
            seen = Some(self.account_with_seat(account, &limits, now).await?);
        }
    }

    /// A user who has been invited, not yet a member and not yet written.
    pub(in crate::operations) async fn build_account_user(
        &self,
        new: &NewAccountUser,
        creator: UserNumber,
        now: Timestamp,
    ) -> Result<User, Interruption> {
        let name = new.name.clone().unwrap_or_default();
        let user = self.build_user(new.email.clone(), name, now).await?;
        Ok(User {
            status: UserStatus::Invited,
            is_provisioned: true,
            created_by: Some(creator),
            ..user
        })
    }

    /// The account, if it has a seat for another user.
    pub(in crate::operations) async fn account_with_seat(
        &self,
        account: OrganizationId,
        limits: &SeatLimits,
        now: Timestamp,
    ) -> Result<Organization, Lost> {
        let seen = self.store.find_organization(account).await?;
        let seen = seen.ok_or(Lost::Refused(Conflict::OrganizationGone))?;
        expect_writable(&seen, now)?;
        if limits.has_free_seat(&seen) && limits.has_free_active_seat(&seen) {
            Ok(seen)
        } else {
            Err(Lost::Refused(Conflict::NoSeat))
        }
    }

    /// The changes that create a user with the membership in the account, and take the seat. The first attempt does
    /// without reading the account: it loses a race if the account is full or invitations are pending.
    pub(in crate::operations) fn account_user_creation(
        &self,
        changes: Changes,
        user: &User,
        seen: Option<&Organization>,
        limits: &SeatLimits,
        is_mailed: bool,
        now: Timestamp,
    ) -> Changes {
        let mut changes = changes.claim_email(&user.email, user.id).create_user(user);
        for membership in &user.memberships {
            let id = membership.organization_id;
            changes = match seen {
                Some(seen) => changes.take_unreserved_seat(seen, &membership.roles, limits),
                None => changes.take_unread_seat(id, &membership.roles, limits),
            };
            changes = changes.require_writable(id, now).create_member(user, membership);
            if is_mailed {
                changes = changes.enqueue(&self.activation_mail(user.id, id, now));
            }
        }
        changes
    }
}

impl AccountAuthority {
    /// The roles of a new member for a role of the account. `None`: the authority does not suffice, or the role is no
    /// role of the account.
    pub(in crate::operations) fn granted(self, role: AccountRole) -> Option<MemberRoles> {
        let name = self.role_name(role).filter(|_| self.may_assign(role))?;
        MemberRoles::of([name])
    }
}

/// Makes a new user a member of the account, in which their sessions start.
pub(in crate::operations) fn enter_account(user: &mut User, membership: Membership) {
    user.default_organization = Some(membership.organization_id);
    user.memberships = vec![membership];
}
