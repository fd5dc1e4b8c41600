//! Changing an account, its state, and the name of the administrator whom it shows.

use jiff::Timestamp;

use crate::domain::organization::AccountPatch;
use crate::domain::{
    AccountAuthority, AccountRank, BillingType, Name, Organization, OrganizationId, OrganizationKind,
    OrganizationPatch, OrganizationStatus, Patch, Plan, SeatLimits, ServiceType, User,
};
use crate::operations::accounts::administer_account::{AccountAction, AccountAdministrator};
use crate::operations::accounts::show_account::Account;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::{Changes, CommitError, Conflict};

/// Absent fields keep their values.
#[derive(Debug, Default)]
pub struct UpdateAccount {
    pub name: Option<String>,
    pub website: Patch<String>,
    pub address: Option<String>,
    pub service_types: Option<Vec<ServiceType>>,
    pub administrator_name: Option<Name>,
    pub plan: Option<Plan>,
    pub billing: Option<BillingType>,
    /// The number of seats that the account asks for. The plan limits it.
    pub seats: Option<u32>,
    pub sso_domain: Patch<String>,
    pub is_default: Option<bool>,
    pub is_active: Option<bool>,
}

refusals! {
    pub enum UpdateAccountError {
        NotFound: NotFound = "there is no such account, or the caller is not a member of it",
        NotPermitted: Forbidden = "the caller does not administer the account, or the account is suspended",
        /// Plan, billing, seats, SSO domain, state, and whether the account is the default one.
        OnlySuperAdmin: Forbidden = "only a super administrator changes it",
        SeatsInUse: Limit = "the account has more members than it would have seats",
        /// It has one seat, and no plan.
        PersonalOrganization: Conflict = "the organization is one person's own",
        /// The name is the administrator's in every contract and organization.
        AdministratorOfOthers: Forbidden = "the administrator may do what the caller may not, or belongs to others as well",
    }
    denied NotFound, NotPermitted
}

const ACTION: AccountAction = AccountAction {
    name: "update-account",
    requires: AccountRank::Admin,
};

impl Core {
    pub async fn update_account(
        &self,
        caller: &Assured<StepUp>,
        id: OrganizationId,
        command: &UpdateAccount,
        now: Timestamp,
    ) -> Result<Account, UpdateAccountError> {
        let mut administration = self.administer_account(caller, id, ACTION, now).await?;
        let account = loop {
            let administrator = administration.administrator()?;
            let seen = self.account_in_any_state(id).await?;
            let seen = seen.ok_or(UpdateAccountError::NotFound)?;
            let limits = self.seat_limits().await?;
            let patch = account_patch(command, &seen, administrator.authority, &limits)?;
            if patch.account.plan.is_some() && seen.plan.is_none() && !self.begin_plan(&seen).await? {
                administration.back_off().await?;
                continue;
            }
            let mut account = self
                .with_administrator(seen.clone(), limits.seats(&seen), &administrator.caller.user)
                .await?;
            let mut changes = Changes::new();
            if !patch.is_empty() {
                changes = changes.update_organization(&seen, &patch, now);
                account.organization = seen.patched(patch, now);
                account.seats = limits.seats(&account.organization);
            }
            let mut renamed = None;
            if let Some(name) = &command.administrator_name {
                may_rename(&administrator, &account)?;
                account.administrator.name = name.clone();
                account.administrator.updated_at = now;
                changes = changes.update_user(&account.administrator);
                renamed = Some(account.administrator.id);
            }
            if administration.commit(&administrator, renamed, changes).await? {
                break account;
            }
        };
        if command.is_active.is_some() {
            self.spread_status(id, account.organization.status, now).await?;
        }
        Ok(account)
    }

    /// Counts the administrators of an organization that gets its first plan. `false`: the count has changed meanwhile.
    async fn begin_plan(&self, seen: &Organization) -> Result<bool, Interruption> {
        let members = self.store.list_members(seen.id).await?;
        let administrators = members
            .iter()
            .filter(|(_, membership)| membership.roles.administer_account());
        let changes = Changes::new().count_administrators(seen, administrators.count());
        match self.store.commit(changes).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict(Conflict::OrganizationMoved)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The changes to the account as read. A client may send a field of super administrators back with its value.
fn account_patch(
    command: &UpdateAccount,
    seen: &Organization,
    authority: AccountAuthority,
    limits: &SeatLimits,
) -> Result<OrganizationPatch, UpdateAccountError> {
    let status = command.is_active.map(|is_active| {
        if is_active {
            OrganizationStatus::Active
        } else {
            OrganizationStatus::Suspended
        }
    });
    let reserved = AccountPatch {
        plan: command.plan.filter(|plan| Some(*plan) != seen.plan),
        billing: command.billing.filter(|billing| Some(*billing) != seen.account.billing),
        seats: command.seats.filter(|seats| *seats != limits.seats(seen).members),
        sso_domain: unless_kept(&command.sso_domain, seen.account.sso_domain.as_ref()),
        is_default: command
            .is_default
            .filter(|is_default| *is_default != seen.account.is_default),
        // The contract shows a read-only account as active, so "active" sent back changes nothing.
        status: status.filter(|status| !shows_as(*status, seen.status)),
        ..AccountPatch::default()
    };
    if !authority.is_super() && reserved != AccountPatch::default() {
        return Err(UpdateAccountError::OnlySuperAdmin);
    }
    let seats = if reserved.plan.is_some() || reserved.seats.is_some() {
        if seen.kind == OrganizationKind::Solo {
            return Err(UpdateAccountError::PersonalOrganization);
        }
        let terms = limits.terms(seen.kind, reserved.plan.or(seen.plan).unwrap_or(Plan::TeamStarter));
        let own = reserved.seats.or(seen.seats);
        // Members of an organization that gets its first plan were within the limit of the deployment.
        let own = own.or_else(|| seen.plan.is_none().then_some(limits.without_plan));
        let seats = own.map(|own| terms.seats(own));
        if seats.unwrap_or(terms.max_members) < seen.member_count {
            return Err(UpdateAccountError::SeatsInUse);
        }
        seats
    } else {
        None
    };
    Ok(OrganizationPatch {
        name: command.name.clone(),
        website: command.website.clone(),
        account: AccountPatch {
            address: command.address.clone(),
            service_types: command.service_types.clone(),
            seats,
            ..reserved
        },
        ..OrganizationPatch::default()
    })
}

/// Whether the contract shows both statuses as the same.
fn shows_as(wanted: OrganizationStatus, seen: OrganizationStatus) -> bool {
    wanted.is_readable() == seen.is_readable()
}

fn unless_kept(patch: &Patch<String>, seen: Option<&String>) -> Patch<String> {
    match patch {
        Patch::Clear if seen.is_none() => Patch::Keep,
        Patch::Set(value) if seen == Some(value) => Patch::Keep,
        patch => patch.clone(),
    }
}

/// An administrator of one account must not rename the user of another one, nor one with more rights.
fn may_rename(administrator: &AccountAdministrator, account: &Account) -> Result<(), UpdateAccountError> {
    let (authority, user) = (administrator.authority, &account.administrator);
    let is_own = user.id == administrator.caller.user.id;
    if is_own || authority.is_super() || is_of_account_alone(authority, user) {
        Ok(())
    } else {
        Err(UpdateAccountError::AdministratorOfOthers)
    }
}

fn is_of_account_alone(authority: AccountAuthority, user: &User) -> bool {
    let [membership] = user.memberships.as_slice() else {
        return false;
    };
    user.roles.is_empty() && user.custom_roles.is_empty() && authority.may_overrule(&membership.roles)
}
