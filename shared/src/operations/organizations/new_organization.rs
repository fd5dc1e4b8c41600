//! The items of a new organization and its first owner, also for the personal ("solo") organization of a sign-up.

use jiff::Timestamp;

use crate::domain::organization::solo_name;
use crate::domain::{
    AccountDetails, Membership, Organization, OrganizationDetails, OrganizationId, OrganizationKind,
    OrganizationNumber, OrganizationRole, OrganizationStatus, Slug, User,
};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// Creates the user's own organization, in which the sessions of the new user start. The caller of this function
    /// writes the user.
    pub(in crate::operations) async fn start_in_solo_organization(
        &self,
        changes: Changes,
        user: &mut User,
        now: Timestamp,
    ) -> Result<Changes, Interruption> {
        let changes = self.add_solo_organization(changes, user, now).await?;
        user.default_organization = user.memberships.last().map(|solo| solo.organization_id);
        Ok(changes)
    }

    /// The same for an existing user, whose starting organization does not change.
    pub(in crate::operations) async fn add_solo_organization(
        &self,
        changes: Changes,
        user: &mut User,
        now: Timestamp,
    ) -> Result<Changes, Interruption> {
        let id = OrganizationId::generate(now, &*self.entropy);
        let name = solo_name(&user.name).to_owned();
        let organization = Organization {
            kind: OrganizationKind::Solo,
            plan: Some(self.default_plan(OrganizationKind::Solo))
                .filter(|plan| !plan.is_first_of(OrganizationKind::Solo)),
            seats: Some(1),
            ..self.new_organization(id, name, Slug::of_solo(id), now).await?
        };
        Ok(create_with_owner(changes, user, &organization, now))
    }

    pub(in crate::operations) async fn new_organization(
        &self,
        id: OrganizationId,
        name: String,
        slug: Slug,
        now: Timestamp,
    ) -> Result<Organization, Interruption> {
        Ok(Organization {
            id,
            number: OrganizationNumber(self.organization_numbers.next(&self.store).await?),
            name,
            slug,
            kind: OrganizationKind::Business,
            status: OrganizationStatus::Active,
            demo: false,
            logo: None,
            metadata: None,
            details: OrganizationDetails::default(),
            plan: None,
            owner_led: false,
            plan_expires_at: None,
            subscription: None,
            account: AccountDetails::default(),
            seats: None,
            active_seats: None,
            open_join: false,
            open_invite: false,
            member_count: 1,
            owner_count: 1,
            administrator_count: 1,
            open_invitations: 0,
            created_at: now,
            updated_at: now,
        })
    }
}

/// Makes the user the owner of the new organization. The caller of this function writes the user.
pub(in crate::operations) fn create_with_owner(
    changes: Changes,
    user: &mut User,
    organization: &Organization,
    now: Timestamp,
) -> Changes {
    let membership = Membership::new(organization.id, organization.number, OrganizationRole::Owner, now);
    let changes = changes
        .create_organization(organization)
        .create_member(user, &membership);
    user.memberships.push(membership);
    changes
}
