//! Reads the organization that a request names, and the caller's membership in it. An organization that is being
//! deleted counts as deleted.

use jiff::Timestamp;

use crate::domain::{Membership, Organization, OrganizationId, Slug};
use crate::operations::organizations::find_organization::FindOrganizationError;
use crate::operations::prelude::*;

/// How an organization is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganizationName {
    Id(OrganizationId),
    Slug(Slug),
}

/// For an operation that changes the members, invitations or settings of an organization that it has read.
pub(in crate::operations) fn expect_writable(organization: &Organization, now: Timestamp) -> Result<(), Interruption> {
    if organization.is_read_only(now) {
        Err(Interruption::OrganizationReadOnly)
    } else {
        Ok(())
    }
}

impl Core {
    pub(in crate::operations) async fn organization_named(
        &self,
        name: &OrganizationName,
    ) -> Result<Option<Organization>, Interruption> {
        match self.id_named(name).await? {
            Some(id) => Ok(self.store.find_organization(id).await?),
            None => Ok(None),
        }
    }

    pub(in crate::operations) async fn id_named(
        &self,
        name: &OrganizationName,
    ) -> Result<Option<OrganizationId>, Interruption> {
        match name {
            OrganizationName::Id(id) => Ok(Some(*id)),
            OrganizationName::Slug(slug) => Ok(self.store.find_slug(slug).await?),
        }
    }

    /// The organization and the caller's membership in it. An id that does not exist is answered like that of an
    /// organization of which the caller is not a member, to prevent enumeration; whether a slug is taken is public.
    pub(in crate::operations) async fn own_organization<'a>(
        &self,
        caller: &'a Caller,
        name: &OrganizationName,
    ) -> Result<(Organization, &'a Membership), FindOrganizationError> {
        let organization = match (self.organization_named(name).await?, name) {
            (Some(organization), _) => organization,
            (None, OrganizationName::Slug(_)) => return Err(FindOrganizationError::NotFound),
            (None, OrganizationName::Id(_)) => return Err(FindOrganizationError::NotAMember),
        };
        match caller.user.membership(organization.id) {
            Some(membership) => Ok((organization, membership)),
            None => Err(FindOrganizationError::NotAMember),
        }
    }

    /// The caller's membership in an organization that exists. One read, because the session check has read the
    /// membership.
    pub(in crate::operations) async fn current_membership<'a>(
        &self,
        caller: &'a Caller,
        organization: OrganizationId,
    ) -> Result<Option<&'a Membership>, Interruption> {
        let Some(membership) = caller.user.membership(organization) else {
            return Ok(None);
        };
        let found = self.store.find_organization(organization).await?;
        Ok(found.map(|_| membership))
    }
}

/// Lets `?` convert the refusals of [`Core::own_organization`] into an operation's own error with the same variants.
macro_rules! located {
    ($error:ident) => {
        impl From<$crate::operations::organizations::FindOrganizationError> for $error {
            fn from(error: $crate::operations::organizations::FindOrganizationError) -> Self {
                use $crate::operations::organizations::FindOrganizationError;
                match error {
                    FindOrganizationError::NotFound => Self::NotFound,
                    FindOrganizationError::NotAMember | FindOrganizationError::Suspended => Self::NotAMember,
                    FindOrganizationError::Interrupted(interruption) => Self::Interrupted(interruption),
                }
            }
        }
    };
}

pub(in crate::operations) use located;
