//! An account with the administrator whom it shows.

use jiff::Timestamp;

use crate::domain::{
    AccountAuthority, AccountMember, AccountRole, Organization, OrganizationId, OrganizationStatus, RateLimit, Seats,
    User,
};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Level, SecondFactor};

#[derive(Debug)]
pub struct Account {
    pub organization: Organization,
    pub administrator: User,
    pub member: AccountMember,
    /// By its plan and its own number.
    pub seats: Seats,
}

refusals! {
    pub enum ShowAccountError {
        NotFound: NotFound = "there is no such account, or the caller is not a member of it",
        NotPermitted: Forbidden = "the account is suspended",
    }
    denied NotFound, NotPermitted
}

impl Core {
    /// For every member of the account, and for super administrators.
    pub async fn show_account(
        &self,
        caller: &Caller,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Account, ShowAccountError> {
        let authority = AccountAuthority::of(&caller.user, id)?;
        if authority.is_super() {
            SecondFactor::check(caller, &self.settings.sessions, now)?;
        }
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let organization = self.account_in_any_state(id).await?;
        let organization = organization.ok_or(ShowAccountError::NotFound)?;
        let seats = self.seats_of(&organization).await?;
        Ok(self.with_administrator(organization, seats, &caller.user).await?)
    }

    /// An active or suspended account.
    pub(in crate::operations) async fn account_in_any_state(
        &self,
        id: OrganizationId,
    ) -> Result<Option<Organization>, Interruption> {
        let found = self.store.find_organization_in_any_state(id).await?;
        Ok(found.filter(|organization| organization.status != OrganizationStatus::Dissolving))
    }

    /// The administrator with whom the account was created, or else the first member who administers it. `known` was
    /// read already.
    pub(in crate::operations) async fn with_administrator(
        &self,
        organization: Organization,
        seats: Seats,
        known: &User,
    ) -> Result<Account, Interruption> {
        let first = organization.account.first_administrator;
        let user = match first {
            Some(first) if first == known.id => Some(known.clone()),
            Some(first) => self.store.find_user(first).await?,
            None => None,
        };
        if let Some(account) = user.and_then(|user| Account::of(&organization, seats, user)) {
            return Ok(account);
        }
        // The member who joined first is the first in the list, so one page finds an administrator in most accounts.
        let members = self.store.list_members(organization.id).await?;
        let administrators = members
            .iter()
            .filter(|(_, membership)| membership.roles.administer_account());
        for (id, _) in administrators {
            let user = self.store.find_user(*id).await?;
            if let Some(account) = user.and_then(|user| Account::of(&organization, seats, user)) {
                return Ok(account);
            }
        }
        Err(Interruption::internal("an account has no administrator"))
    }
}

impl Account {
    /// `None`: the user is not an administrator of the account.
    pub(in crate::operations) fn of(organization: &Organization, seats: Seats, administrator: User) -> Option<Self> {
        let membership = administrator.membership_in_any_state(organization.id)?;
        let member = AccountMember::of_membership(&administrator, membership)?;
        let is_administrative = |role| matches!(role, AccountRole::Admin | AccountRole::GroupAdmin);
        member
            .roles
            .iter()
            .any(|state| is_administrative(state.role))
            .then(|| Self {
                organization: organization.clone(),
                member,
                administrator,
                seats,
            })
    }
}
