//! The organizations of a user.

use crate::domain::{Organization, User};
use crate::operations::prelude::*;

impl Core {
    /// The caller's organizations, in the order of joining. One round trip reads a hundred.
    pub async fn list_organizations(&self, caller: &Caller) -> Result<Vec<Organization>, Interruption> {
        self.organizations_of(&caller.user).await
    }

    /// An organization that is being deleted is left out.
    pub(in crate::operations) async fn organizations_of(&self, user: &User) -> Result<Vec<Organization>, Interruption> {
        let memberships = user.memberships.iter();
        let ids: Vec<_> = memberships.map(|membership| membership.organization_id).collect();
        Ok(self.store.find_organizations(&ids).await?)
    }
}
