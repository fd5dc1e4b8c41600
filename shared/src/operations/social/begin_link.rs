//! Beginning to link an identity, for a contract that refuses a second identity of one provider.

use jiff::Timestamp;

use crate::domain::{AuthorizationPurpose, LinkLimit};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::operations::social::begin_authorization::{BeginAuthorization, BeginAuthorizationError, BegunAuthorization};

refusals! {
    pub enum BeginLinkError {
        ProviderNotFound: NotFound = "no such provider is configured",
        AlreadyLinked: Conflict = "the user has an identity of the provider",
    }
    of {
        Begin(#[from] BeginAuthorizationError) = "{0}",
    }
}

impl Core {
    /// The purpose of the command is replaced by the link to the caller.
    pub async fn begin_link(
        &self,
        caller: &Assured<StepUp>,
        command: BeginAuthorization,
        now: Timestamp,
    ) -> Result<BegunAuthorization, BeginLinkError> {
        let provider = self.social_provider(&command.provider, now).await?;
        let provider = provider.ok_or(BeginLinkError::ProviderNotFound)?;
        let linked = self.store.list_linked_accounts(caller.user.id).await?;
        if linked.iter().any(|account| account.provider == *provider.id()) {
            return Err(BeginLinkError::AlreadyLinked);
        }
        let purpose = AuthorizationPurpose::Link {
            user: caller.user.id,
            session: caller.session.id,
            // Of several links that begin together, the commit of one succeeds.
            limit: LinkLimit::OnePerProvider,
        };
        let command = BeginAuthorization { purpose, ..command };
        Ok(self.begin_authorization_at(provider, command, now).await?)
    }
}
