//! How many organizations a user may be a member of.

use crate::domain::User;
use crate::operations::core::OrganizationSettings;

impl OrganizationSettings {
    /// The memberships of a user are stored in the user's item, which has a maximum size.
    pub(in crate::operations) fn may_join_another(&self, user: &User) -> bool {
        let joined = u32::try_from(user.memberships.len()).unwrap_or(u32::MAX);
        joined < self.per_user
    }
}
