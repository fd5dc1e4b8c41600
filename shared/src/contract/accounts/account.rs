//! Accounts: requests and responses.

use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::session::UserSummary;
use crate::captcha::CaptchaCheck;
use crate::contract::fields::parsers::{name, optional_name, optional_text, web_address};
use crate::contract::fields::{Fields, Read, request};
use crate::domain::number::whole_number;
use crate::domain::text::text_enum;
use crate::domain::{
    AccountDetails, BillingType, EmailAddress, Name, Organization, OrganizationStatus, Patch, Plan, ServiceType,
};
use crate::operations::{
    Account as CoreAccount, AdministratorRole, Client, CreateAccount, FirstAdministrator, UpdateAccount,
};

/// The bounds of a name, in characters.
const SHORTEST_NAME: usize = 3;
const LONGEST_NAME: usize = 100;
const LONGEST_ADDRESS: usize = 500;
const MOST_USERS: u64 = 10_000;
/// The seats of an account that does not ask for a number.
const DEFAULT_USERS: u32 = 10;

request! {
    pub struct CreateAccountRequest {
        account_name: String = name("accountName", SHORTEST_NAME, LONGEST_NAME),
        website: Option<String> = web_address("website"),
        address: Option<String> = optional_text("address", 10, LONGEST_ADDRESS),
        license_plan: Option<LicensePlan> = optional_constant("licensePlan", LICENSE_PLANS),
        billing_type: Option<BillingType> = optional_constant("billingType", BILLING_TYPES),
        service_types: Option<Vec<ServiceType>> = service_types("serviceTypes"),
        max_users: Option<u32> = max_users("maxUsers"),
        admin_name: Name = name("adminName", SHORTEST_NAME, LONGEST_NAME),
        admin_email: EmailAddress = "adminEmail",
        admin_role: AdministratorRole = administrator_role("adminRole"),
        sso_domain: Option<String> = sso_domain("ssoDomain"),
        is_default_account: Option<bool> = boolean("isDefaultAccount"),
    }

    pub struct UpdateAccountRequest {
        account_name: Option<String> = optional_name("accountName", SHORTEST_NAME, LONGEST_NAME),
        website: Patch<String> = clearable("website", web_address),
        sso_domain: Patch<String> = clearable("ssoDomain", sso_domain),
        address: Option<String> = optional_text("address", 1, LONGEST_ADDRESS),
        license_plan: Option<LicensePlan> = optional_constant("licensePlan", LICENSE_PLANS),
        billing_type: Option<BillingType> = optional_constant("billingType", BILLING_TYPES),
        service_types: Option<Vec<ServiceType>> = service_types("serviceTypes"),
        max_users: Option<u32> = max_users("maxUsers"),
        is_default_account: Option<bool> = boolean("isDefaultAccount"),
        status: Option<AccountStatus> = optional_constant("status", STATUSES),
        admin_name: Option<Name> = optional_name("adminName", SHORTEST_NAME, LONGEST_NAME),
    }
}

/// The contract's names of the plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicensePlan {
    Starter,
    Business,
    Enterprise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    Active,
    Inactive,
}

text_enum!(LicensePlan { Starter => "STARTER", Business => "BUSINESS", Enterprise => "ENTERPRISE" });
text_enum!(AccountStatus { Active => "ACTIVE", Inactive => "INACTIVE" });

const LICENSE_PLANS: &str = "STARTER, BUSINESS or ENTERPRISE";
const BILLING_TYPES: &str = "MONTHLY, ANNUAL, TRIAL or FREE";
const STATUSES: &str = "ACTIVE or INACTIVE";

/// A constant of the document, unless the field is absent; `null` is an error.
fn optional_constant<T: FromStr>(fields: &mut Fields<'_>, field: &str, expected: &'static str) -> Read<Option<T>> {
    match fields.value(field) {
        None => Some(None),
        Some(value) => match value.as_str().and_then(|text| text.parse().ok()) {
            Some(known) => Some(Some(known)),
            None => fields.not_a(field, expected),
        },
    }
}

fn service_types(fields: &mut Fields<'_>, field: &str) -> Read<Option<Vec<ServiceType>>> {
    let Some(value) = fields.value(field) else {
        return Some(None);
    };
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let types: Option<Vec<ServiceType>> = items.iter().map(|item| ServiceType::parse(item.as_str()?)).collect();
    match types {
        Some(mut types) if (1..=3).contains(&types.len()) => {
            types.sort_by_key(|service| service.as_str());
            types.dedup();
            Some(Some(types))
        }
        _ => fields.not_a(field, "a list of one to three of COACHING, MENTORING and FACILITATION"),
    }
}

fn max_users(fields: &mut Fields<'_>, field: &str) -> Read<Option<u32>> {
    let Some(value) = fields.value(field) else {
        return Some(None);
    };
    let number = whole_number(value).filter(|number| (1..=MOST_USERS).contains(number));
    match number.and_then(|number| u32::try_from(number).ok()) {
        Some(number) => Some(Some(number)),
        None => fields.not_a(field, "a whole number from 1 to 10000"),
    }
}

fn administrator_role(fields: &mut Fields<'_>, field: &str) -> Read<AdministratorRole> {
    match fields.value(field).and_then(Value::as_str) {
        Some("ADMIN") => Some(AdministratorRole::Admin),
        Some("GROUP_ADMIN") => Some(AdministratorRole::GroupAdmin),
        _ => fields.not_a(field, "ADMIN or GROUP_ADMIN"),
    }
}

fn boolean(fields: &mut Fields<'_>, field: &str) -> Read<Option<bool>> {
    match fields.value(field) {
        None => Some(None),
        Some(Value::Bool(value)) => Some(Some(*value)),
        Some(_) => fields.not_a(field, "boolean"),
    }
}

/// The domain of the addresses that sign in by an identity provider, in lower case, unless the field is absent.
fn sso_domain(fields: &mut Fields<'_>, field: &str) -> Read<Option<String>> {
    let Some(text) = optional_text::<String>(fields, field, 1, 253)? else {
        return Some(None);
    };
    let domain = text.to_ascii_lowercase();
    let address = format!("x@{domain}");
    if EmailAddress::parse(&address).is_ok_and(|parsed| parsed.as_str() == address) {
        Some(Some(domain))
    } else {
        fields.not_a(field, "the name of a domain")
    }
}

/// A field that `null` clears.
fn clearable(
    fields: &mut Fields<'_>,
    field: &str,
    read: fn(&mut Fields<'_>, &str) -> Read<Option<String>>,
) -> Read<Patch<String>> {
    match fields.value(field) {
        Some(Value::Null) => Some(Patch::Clear),
        _ => Some(read(fields, field)?.map_or(Patch::Keep, Patch::Set)),
    }
}

impl From<LicensePlan> for Plan {
    fn from(license: LicensePlan) -> Self {
        match license {
            LicensePlan::Starter => Self::TeamStarter,
            LicensePlan::Business => Self::TeamGrowth,
            LicensePlan::Enterprise => Self::Enterprise,
        }
    }
}

impl From<Plan> for LicensePlan {
    /// The document has no name for the plan of a personal organization, which is the smallest one.
    fn from(plan: Plan) -> Self {
        match plan {
            Plan::SoloFree
            | Plan::SoloTrial
            | Plan::SoloMonthly
            | Plan::SoloAnnual
            | Plan::TeamFree
            | Plan::TeamStarter => Self::Starter,
            Plan::TeamGrowth => Self::Business,
            Plan::Enterprise => Self::Enterprise,
        }
    }
}

impl CreateAccountRequest {
    /// With the defaults of the document.
    pub fn into_command(self, captcha: CaptchaCheck, client: Client) -> CreateAccount {
        CreateAccount {
            name: self.account_name,
            website: self.website,
            plan: self.license_plan.unwrap_or(LicensePlan::Starter).into(),
            seats: self.max_users.unwrap_or(DEFAULT_USERS),
            details: AccountDetails {
                address: self.address,
                billing: Some(self.billing_type.unwrap_or(BillingType::Trial)),
                service_types: self.service_types.unwrap_or_else(|| vec![ServiceType::Coaching]),
                sso_domain: self.sso_domain,
                is_default: self.is_default_account.unwrap_or(false),
                first_administrator: None,
            },
            administrator: FirstAdministrator {
                name: self.admin_name,
                email: self.admin_email,
                role: self.admin_role,
            },
            captcha,
            client,
        }
    }
}

impl From<UpdateAccountRequest> for UpdateAccount {
    fn from(request: UpdateAccountRequest) -> Self {
        Self {
            name: request.account_name,
            website: request.website,
            address: request.address,
            service_types: request.service_types,
            administrator_name: request.admin_name,
            plan: request.license_plan.map(Plan::from),
            billing: request.billing_type,
            seats: request.max_users,
            sso_domain: request.sso_domain,
            is_default: request.is_default_account,
            is_active: request.status.map(|status| status == AccountStatus::Active),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: String,
    pub account_id: u64,
    pub account_name: String,
    pub website: Option<String>,
    pub address: Option<String>,
    pub license_plan: &'static str,
    pub billing_type: &'static str,
    pub service_types: Vec<&'static str>,
    pub max_users: u32,
    pub user_count: u32,
    pub sso_domain: Option<String>,
    pub is_default_account: bool,
    pub status: &'static str,
    pub admin: UserSummary,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Account {
    pub fn of(account: CoreAccount) -> Self {
        let CoreAccount {
            organization,
            administrator,
            member,
            seats,
        } = account;
        let Organization { account: details, .. } = organization;
        let plan = organization.plan.map_or(LicensePlan::Starter, LicensePlan::from);
        Self {
            id: organization.id.to_string(),
            account_id: organization.number.0,
            account_name: organization.name,
            website: organization.details.website,
            address: details.address,
            license_plan: plan.as_str(),
            billing_type: details.billing.unwrap_or(BillingType::Free).as_str(),
            service_types: details.service_types.iter().map(|service| service.as_str()).collect(),
            max_users: seats.members,
            user_count: organization.member_count,
            sso_domain: details.sso_domain,
            is_default_account: details.is_default,
            status: match organization.status {
                OrganizationStatus::Active | OrganizationStatus::Frozen | OrganizationStatus::PlanExpired => {
                    AccountStatus::Active.as_str()
                }
                OrganizationStatus::Suspended | OrganizationStatus::Dissolving => AccountStatus::Inactive.as_str(),
            },
            admin: UserSummary::of(&administrator, &member),
            created_at: organization.created_at,
            updated_at: organization.updated_at,
        }
    }
}
