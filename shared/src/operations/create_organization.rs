//! A new organization, and its first owner.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::{
    Membership, Organization, OrganizationId, OrganizationKind, OrganizationNumber, OrganizationRole, Slug, User,
};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct CreateOrganization {
    pub name: String,
    pub slug: Slug,
    /// `None`: any number of members.
    pub seats: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateOrganizationError {
    #[error("the slug belongs to another organization")]
    SlugTaken,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(CreateOrganizationError);

impl Core {
    /// The caller becomes its owner, and it becomes active in the caller's session.
    pub async fn create_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        let organization = Organization {
            id: OrganizationId::generate(now, &*self.entropy),
            number: OrganizationNumber(self.organization_numbers.next(&self.store).await?),
            name: command.name,
            slug: command.slug,
            kind: OrganizationKind::Business,
            demo: false,
            seats: command.seats,
            member_count: 1,
            created_at: now,
        };
        let mut user = caller.user.clone();
        let changes = found(Changes::new(), &mut user, &organization, now).update_user(&user);
        let mut session = caller.session.clone();
        session.active_organization = Some(organization.id);
        match self.store.commit(changes.update_session(&session)).await {
            Ok(()) => Ok(organization),
            Err(CommitError::Conflict(Conflict::SlugTaken)) => Err(CreateOrganizationError::SlugTaken),
            Err(error) => Err(error.into()),
        }
    }

    /// One person's own organization, which a new user starts in. Adds to the user; the user is written by whoever calls.
    pub(super) async fn add_solo_organization(
        &self,
        changes: Changes,
        user: &mut User,
        now: Timestamp,
    ) -> Result<Changes, Interruption> {
        let id = OrganizationId::generate(now, &*self.entropy);
        let organization = Organization {
            id,
            number: OrganizationNumber(self.organization_numbers.next(&self.store).await?),
            name: user.name.as_str().to_owned(),
            slug: Slug::of_solo(id),
            kind: OrganizationKind::Solo,
            demo: false,
            seats: Some(1),
            member_count: 1,
            created_at: now,
        };
        user.default_organization = Some(id);
        Ok(found(changes, user, &organization, now))
    }
}

fn found(changes: Changes, user: &mut User, organization: &Organization, now: Timestamp) -> Changes {
    let membership = Membership {
        organization_id: organization.id,
        role: OrganizationRole::Owner,
        app_roles: Vec::new(),
        joined_at: now,
    };
    let changes = changes
        .create_organization(organization)
        .create_member(user, &membership);
    user.memberships.push(membership);
    changes
}
