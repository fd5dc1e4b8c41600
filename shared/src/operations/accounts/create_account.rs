//! Creating an account with its first administrator, who has no password until the mailed link sets one. Any client may
//! do so; a super administrator may set more.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::audit::Fact;
use crate::domain::{
    AccountDetails, AccountMember, AccountRole, EmailAddress, MailPurpose, MemberRoles, Membership, Name, Organization,
    OrganizationDetails, OrganizationId, OrganizationKind, OrganizationRole, Plan, RateLimit, SignUpRefused, Slug,
    User, UserStatus, admin_roles,
};
use crate::operations::accounts::show_account::Account;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::operations::sessions::open_session::Client;
use crate::store::Changes;

#[derive(Debug)]
pub struct CreateAccount {
    pub name: String,
    /// URL of a web page.
    pub website: Option<String>,
    pub plan: Plan,
    /// The number of seats that the account asks for. The plan limits it.
    pub seats: u32,
    pub details: AccountDetails,
    pub administrator: FirstAdministrator,
    pub captcha: CaptchaCheck,
    pub client: Client,
}

#[derive(Debug)]
pub struct FirstAdministrator {
    pub name: Name,
    pub email: EmailAddress,
    pub role: AdministratorRole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdministratorRole {
    Admin,
    GroupAdmin,
}

refusals! {
    pub enum CreateAccountError {
        /// The SSO domain, or that the account is the default one.
        OnlySuperAdmin: Forbidden = "only a super administrator sets it",
        EmailTaken: Conflict on EmailTaken = "another user has the address",
    }
    of {
        Captcha(#[from] CaptchaRefused) = "{0}",
        NotAdmitted(#[from] SignUpRefused) = "{0}",
    }
}

impl Core {
    /// `caller` is `None` for a client without a session. A caller who is no super administrator counts as one.
    pub async fn create_account(
        &self,
        caller: Option<&Caller>,
        command: CreateAccount,
        now: Timestamp,
    ) -> Result<Account, CreateAccountError> {
        let creator = caller.filter(|caller| admin_roles::is_super(&caller.user));
        let creator = creator
            .map(|caller| self.assure::<StepUp>(caller.clone(), now))
            .transpose()?;
        if creator.is_none() && (command.details.sso_domain.is_some() || command.details.is_default) {
            return Err(CreateAccountError::OnlySuperAdmin);
        }
        self.limit_creation(creator.as_ref(), &command, now).await?;
        if creator.is_none() {
            self.configuration().admit_sign_up(&command.administrator.email)?;
        }
        let id = OrganizationId::generate(now, &*self.entropy);
        let administrator = command.administrator;
        let user = self.build_user(administrator.email, administrator.name, now).await?;
        let roles = administrator.role.granted();
        let limits = self.seat_limits().await?;
        let terms = limits.terms(OrganizationKind::Business, command.plan);
        let organization = Organization {
            plan: Some(command.plan),
            seats: Some(terms.seats(command.seats)),
            details: OrganizationDetails {
                website: command.website,
                ..OrganizationDetails::default()
            },
            account: AccountDetails {
                first_administrator: Some(user.id),
                ..command.details
            },
            owner_count: u32::from(roles.is_owner()),
            ..self
                .new_organization(id, command.name, Slug::of_account(id), now)
                .await?
        };
        let membership = Membership::new(id, organization.number, roles, now);
        let user = User {
            status: UserStatus::Pending,
            is_provisioned: creator.is_some(),
            created_by: creator.as_ref().map(|creator| creator.user.number),
            default_organization: Some(id),
            memberships: vec![membership.clone()],
            ..user
        };
        let activation = MailPurpose::Activation {
            user_id: user.id,
            organization_id: id,
        };
        let changes = Changes::new()
            .claim_email(&user.email, user.id)
            .create_organization(&organization)
            .create_member(&user, &membership)
            .create_user(&user)
            .enqueue(&self.mail(activation, now));
        let changes = match &creator {
            Some(creator) => changes
                .require_caller(&creator.user, &creator.session)
                .fact(Fact::AdministratorActed {
                    action: "create-account".to_owned(),
                    user: Some(user.id),
                    organization: Some(id),
                    subject: None,
                    roles: None,
                }),
            None => changes,
        };
        self.retries(now).commit_once(changes).await?;
        let member = AccountMember::of(&user, id);
        let member = member.ok_or_else(|| Interruption::internal("a new account has no administrator"))?;
        Ok(Account {
            seats: limits.seats(&organization),
            organization,
            administrator: user,
            member,
        })
    }

    /// The answer says whether the address is taken, as the contract demands, so a client gets few of them.
    async fn limit_creation(
        &self,
        creator: Option<&Assured<StepUp>>,
        command: &CreateAccount,
        now: Timestamp,
    ) -> Result<(), CreateAccountError> {
        if let Some(creator) = creator {
            return Ok(self.limit_rate(RateLimit::ADMIN, creator.user.id, now).await?);
        }
        self.limit_rate(RateLimit::SIGN_UP, &command.client.ip, now).await?;
        Ok(self.verify_captcha(&command.captcha, &command.client, now).await?)
    }
}

impl AdministratorRole {
    /// The administrator with whom an account begins owns it.
    fn granted(self) -> MemberRoles {
        match self {
            Self::Admin => OrganizationRole::Owner.into(),
            Self::GroupAdmin => MemberRoles::of_group_admin(),
        }
    }
}

impl From<AdministratorRole> for AccountRole {
    fn from(role: AdministratorRole) -> Self {
        match role {
            AdministratorRole::Admin => Self::Admin,
            AdministratorRole::GroupAdmin => Self::GroupAdmin,
        }
    }
}
