//! Creating a registration link, as an administrator of an account. Any person who has the link can use it: it proves
//! nothing about an address: the new user verifies theirs afterwards.

use jiff::Timestamp;

use crate::domain::registration_link::Generations;
use crate::domain::{AccountRank, AccountRole, OrganizationNumber, RegistrationLink, RegistrationLinkToken, Secret};
use crate::operations::accounts::administer_account::AccountAction;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct CreateRegistrationLink {
    pub account: OrganizationNumber,
    pub role: AccountRole,
    /// The number of a program, which only the application knows.
    pub program_id: Option<u64>,
}

/// A link, with the token that only its creator sees.
#[derive(Debug)]
pub struct CreatedLink {
    pub link: RegistrationLink,
    pub token: RegistrationLinkToken,
    pub url: String,
}

refusals! {
    pub enum CreateRegistrationLinkError {
        AccountNotFound: NotFound = "the caller has no such account",
        NotPermitted: Forbidden = "the caller does not administer the account",
        RoleTooHigh: Forbidden = "the caller may not grant the role",
    }
    denied AccountNotFound, NotPermitted
}

impl Core {
    pub async fn create_registration_link(
        &self,
        caller: &Assured<StepUp>,
        command: &CreateRegistrationLink,
        now: Timestamp,
    ) -> Result<CreatedLink, CreateRegistrationLinkError> {
        let action = AccountAction {
            name: "create-registration-link",
            requires: AccountRank::GroupAdmin,
        };
        let account = self.locate_account(caller, command.account).await?;
        let account = account.ok_or(CreateRegistrationLinkError::AccountNotFound)?;
        let mut administration = self.administer_account(caller, account, action, now).await?;
        loop {
            let administrator = administration.administrator()?;
            let authority = administrator.authority;
            if !authority.may_assign(command.role) {
                return Err(CreateRegistrationLinkError::RoleTooHigh);
            }
            let secret = Secret::generate(&*self.entropy);
            let link = RegistrationLink {
                hash: secret.hash(),
                organization_id: account,
                organization_number: command.account,
                role: command.role,
                program_id: command.program_id,
                creator: caller.user.id,
                authority: authority.rank,
                generations: Generations::of(&administrator.caller.user),
                expires_at: now + self.configuration().invitation_lifetime,
                is_spent: false,
            };
            let changes = Changes::new().create_registration_link(&link);
            if administration.commit(&administrator, None, changes).await? {
                let token = RegistrationLinkToken { secret };
                let url = self.link("registration", &token.to_string(), None);
                return Ok(CreatedLink { link, token, url });
            }
        }
    }
}
