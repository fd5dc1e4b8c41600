//! A new organization, and its first owner.

use jiff::Timestamp;

use crate::domain::{
    Membership, Organization, OrganizationId, OrganizationKind, OrganizationNumber, OrganizationRole,
    OrganizationStatus, RateLimit, Slug, User,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct CreateOrganization {
    pub name: String,
    pub slug: Slug,
    pub logo: Option<String>,
    /// The text of a JSON object.
    pub metadata: Option<String>,
    /// `None`: as many members as the deployment allows.
    pub seats: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateOrganizationError {
    #[error("the slug belongs to another organization")]
    SlugTaken,
    #[error("the caller is a member of as many organizations as a user may be")]
    TooManyOrganizations,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(CreateOrganizationError);

/// How often the caller is looked at again when another request was writing it.
const ROUNDS: usize = 8;

impl Core {
    /// The caller becomes its owner, and it becomes active in the caller's session.
    pub async fn create_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        self.establish(caller, command, true, now).await
    }

    /// The caller becomes its owner, and the session goes on acting for the organization that it acts for.
    pub async fn create_further_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        self.establish(caller, command, false, now).await
    }

    async fn establish(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        active: bool,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let organization = Organization {
            id: OrganizationId::generate(now, &*self.entropy),
            number: OrganizationNumber(self.organization_numbers.next(&self.store).await?),
            name: command.name,
            slug: command.slug,
            kind: OrganizationKind::Business,
            status: OrganizationStatus::Active,
            demo: false,
            logo: command.logo,
            metadata: command.metadata,
            seats: command.seats,
            member_count: 1,
            owner_count: 1,
            open_invitations: 0,
            created_at: now,
        };
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            if !self.may_join_another(&caller.user) {
                return Err(CreateOrganizationError::TooManyOrganizations);
            }
            match self
                .store
                .commit(establishing(&organization, &caller, active, now))
                .await
            {
                Ok(()) => return Ok(organization),
                Err(CommitError::Conflict(Conflict::SlugTaken)) => return Err(CreateOrganizationError::SlugTaken),
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// The organizations of a user stand in one item, which bears a limited number.
    pub(in crate::operations) fn may_join_another(&self, user: &User) -> bool {
        let joined = u32::try_from(user.memberships.len()).unwrap_or(u32::MAX);
        joined < self.settings.organizations.per_user
    }

    /// One person's own organization, in which a new user starts. The user is written by whoever calls.
    pub(in crate::operations) async fn start_in_solo_organization(
        &self,
        changes: Changes,
        user: &mut User,
        now: Timestamp,
    ) -> Result<Changes, Interruption> {
        let organization = self.solo_organization(user, now).await?;
        user.default_organization = Some(organization.id);
        Ok(found(changes, user, &organization, now))
    }

    /// The same for a user who is there already, and goes on starting where it started.
    pub(in crate::operations) async fn add_solo_organization(
        &self,
        changes: Changes,
        user: &mut User,
        now: Timestamp,
    ) -> Result<Changes, Interruption> {
        let organization = self.solo_organization(user, now).await?;
        Ok(found(changes, user, &organization, now))
    }

    async fn solo_organization(&self, user: &User, now: Timestamp) -> Result<Organization, Interruption> {
        let id = OrganizationId::generate(now, &*self.entropy);
        Ok(Organization {
            id,
            number: OrganizationNumber(self.organization_numbers.next(&self.store).await?),
            name: user.name.as_str().to_owned(),
            slug: Slug::of_solo(id),
            kind: OrganizationKind::Solo,
            status: OrganizationStatus::Active,
            demo: false,
            logo: None,
            metadata: None,
            seats: Some(1),
            member_count: 1,
            owner_count: 1,
            open_invitations: 0,
            created_at: now,
        })
    }
}

fn establishing(organization: &Organization, caller: &Caller, active: bool, now: Timestamp) -> Changes {
    let mut user = caller.user.clone();
    let changes = found(Changes::new(), &mut user, organization, now).update_user(&user);
    if !active {
        return changes;
    }
    changes.activate_organization(user.id, caller.session.id, Some(organization.id))
}

fn found(changes: Changes, user: &mut User, organization: &Organization, now: Timestamp) -> Changes {
    let membership = Membership::new(organization.id, organization.number, OrganizationRole::Owner, now);
    let changes = changes
        .create_organization(organization)
        .create_member(user, &membership);
    user.memberships.push(membership);
    changes
}
