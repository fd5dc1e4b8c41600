//! Building a new user, for every operation that creates one.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::{EmailAddress, EmailStatus, Name, Profile, Stored, User, UserId, UserNumber, UserStatus};
use crate::operations::prelude::*;

impl Core {
    /// An active user with an unverified address. Not yet written.
    pub(in crate::operations) async fn build_user(
        &self,
        email: EmailAddress,
        name: Name,
        now: Timestamp,
    ) -> Result<User, Interruption> {
        Ok(User {
            id: UserId::generate(now, &*self.entropy),
            number: UserNumber(self.user_numbers.next(&self.store).await?),
            email,
            email_verified_at: None,
            email_status: EmailStatus::Deliverable,
            username: None,
            display_username: None,
            display_claim: None,
            name,
            image: None,
            profile: Profile::default(),
            status: UserStatus::Active,
            roles: BTreeSet::new(),
            custom_roles: BTreeSet::new(),
            role_order: Vec::new(),
            memberships: Vec::new(),
            default_organization: None,
            two_factor_enabled: false,
            has_authenticator: false,
            trust_generation: 0,
            session_generation: 0,
            is_provisioned: false,
            created_by: None,
            password_generation: 0,
            is_password_reset: false,
            verifies_before_sign_in: false,
            created_at: now,
            updated_at: now,
            stored: Stored::NEW,
        })
    }
}
