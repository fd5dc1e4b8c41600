//! Showing what a registration link offers, without using it.

use jiff::Timestamp;

use crate::domain::registration_link::LinkRefused;
use crate::domain::{AccountAuthority, Organization, RateLimit, RegistrationLink, RegistrationLinkToken, User};
use crate::operations::prelude::*;
use crate::operations::refusal::{Refusal, RefusalKind, refusals};

refusals! {
    pub enum CheckRegistrationLinkError {
    }
    of {
        Refused(#[from] LinkRefused) = "{0}",
    }
}

impl Refusal for LinkRefused {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        Ok(match self {
            Self::Unknown => RefusalKind::Invalid,
            Self::Spent | Self::Expired | Self::Ended => RefusalKind::Expired,
        })
    }
}

/// A link that can be used, and its creator, who still has the authority.
#[derive(Debug)]
pub(in crate::operations) struct UsableLink {
    pub link: RegistrationLink,
    pub creator: User,
    pub authority: AccountAuthority,
}

impl Core {
    /// The link, and the account that it leads into.
    pub async fn check_registration_link(
        &self,
        token: &RegistrationLinkToken,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(RegistrationLink, Organization), CheckRegistrationLinkError> {
        let check = self.link_and_account(token, now);
        self.limit_failures(RateLimit::CHECK_TOKEN, client_ip, now, check).await
    }

    async fn link_and_account(
        &self,
        token: &RegistrationLinkToken,
        now: Timestamp,
    ) -> Result<(RegistrationLink, Organization), CheckRegistrationLinkError> {
        let UsableLink { link, .. } = self.usable_link(token, now).await?;
        let organization = self.store.find_organization(link.organization_id).await?;
        Ok((link, organization.ok_or(LinkRefused::Ended)?))
    }

    pub(in crate::operations) async fn usable_link(
        &self,
        token: &RegistrationLinkToken,
        now: Timestamp,
    ) -> Result<UsableLink, CheckRegistrationLinkError> {
        let link = self.store.find_registration_link(&token.secret.hash()).await?;
        let link = link.ok_or(LinkRefused::Unknown)?;
        link.await_use(now)?;
        let creator = self.store.find_user(link.creator).await?.ok_or(LinkRefused::Ended)?;
        let authority = link.authority_of(&creator, now)?;
        Ok(UsableLink {
            link,
            creator,
            authority,
        })
    }
}
