//! Registration links: requests and responses.

use jiff::Timestamp;
use serde::Serialize;

use super::failure::Failure;
use super::fields::{account_id, any_role, program_id};
use super::session::User;
use super::user::{LONGEST_NAME, SHORTEST_NAME};
use crate::contract::fields::parsers::{filled, name};
use crate::contract::fields::request;
use crate::domain::{
    AccountRole, EmailAddress, Name, OneTimeToken, Organization, OrganizationNumber, RegistrationLink,
    RegistrationLinkToken,
};
use crate::operations::{AccountInvitation, AccountInvitationOffer, CreateRegistrationLink, CreatedLink};

request! {
    pub struct CreateRegistrationLinkRequest {
        role: AccountRole = any_role("role"),
        account_id: OrganizationNumber = account_id("accountId"),
        program_id: Option<u64> = program_id("programId"),
    }

    pub struct DecodeRegistrationLinkRequest {
        token: String = filled("token"),
    }

    pub struct AcceptRegistrationLinkRequest {
        token: String = filled("token"),
        email: EmailAddress = "email",
        name: Name = name("name", SHORTEST_NAME, LONGEST_NAME),
        password: String = "password",
    }
}

impl From<CreateRegistrationLinkRequest> for CreateRegistrationLink {
    fn from(request: CreateRegistrationLinkRequest) -> Self {
        Self {
            account: request.account_id,
            role: request.role,
            program_id: request.program_id,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRegistrationLink {
    pub token: String,
    pub link: String,
    pub role: &'static str,
    pub account_id: u64,
    pub program_id: Option<u64>,
    pub expires_at: Timestamp,
}

/// The token of a registration link or of a mailed invitation: their prefixes differ.
pub fn invitation(token: &str) -> Result<AccountInvitation, Failure> {
    let link = RegistrationLinkToken::parse(token).map(AccountInvitation::Link);
    let invitation = link.or_else(|_| OneTimeToken::parse(token).map(AccountInvitation::Mail));
    invitation.map_err(|_| Failure::unknown_link())
}

/// What a token offers. It names no administrator and no other user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationOffer {
    pub role: &'static str,
    pub account_id: u64,
    pub account_name: String,
    pub program_id: Option<u64>,
    /// `None`: the token is not bound to an address.
    pub email: Option<String>,
    pub name: Option<String>,
    pub expires_at: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    pub user: User,
    pub verification_email_sent: bool,
}

impl NewRegistrationLink {
    pub fn of(created: &CreatedLink) -> Self {
        let CreatedLink { link, token, url } = created;
        Self {
            token: token.to_string(),
            link: url.clone(),
            role: link.role.as_str(),
            account_id: link.organization_number.0,
            program_id: link.program_id,
            expires_at: link.expires_at,
        }
    }
}

impl RegistrationOffer {
    /// The token was mailed to the invited user, who therefore may see their own address and name.
    pub fn of_invitation(offer: AccountInvitationOffer) -> Self {
        let AccountInvitationOffer {
            user,
            member,
            organization,
            expires_at,
        } = offer;
        let name = user.name.as_str().to_owned();
        Self {
            role: member.role.as_str(),
            account_id: member.number.0,
            program_id: member.program_id,
            account_name: organization.name,
            email: Some(user.email.to_string()),
            name: (!name.is_empty()).then_some(name),
            expires_at,
        }
    }

    pub fn of_link(link: &RegistrationLink, account: Organization) -> Self {
        Self {
            role: link.role.as_str(),
            account_id: link.organization_number.0,
            account_name: account.name,
            program_id: link.program_id,
            email: None,
            name: None,
            expires_at: link.expires_at,
        }
    }
}
