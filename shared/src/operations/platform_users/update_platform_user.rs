//! Changing a user as an administrator of the platform.

use jiff::Timestamp;

use crate::domain::{OrganizationId, Patch, User, UserId, UserStatus};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_users::platform_user_error::PlatformUserError;
use crate::operations::platform_users::show_platform_user::PlatformUser;
use crate::operations::prelude::*;
use crate::store::Changes;

/// Absent fields keep their value.
#[derive(Debug, Default)]
pub struct UpdatePlatformUser {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub preferred_name: Patch<String>,
    pub status: Option<UserStatus>,
    /// The organization that is active in new sessions.
    pub default_organization: Patch<OrganizationId>,
    pub is_email_verified: Option<bool>,
    pub is_phone_verified: Option<bool>,
}

impl Core {
    pub async fn update_platform_user(
        &self,
        caller: &AdminCaller,
        id: UserId,
        command: &UpdatePlatformUser,
        now: Timestamp,
    ) -> Result<PlatformUser, PlatformUserError> {
        let mut attempts = self.admin_attempts(caller, "admin-update-user", now);
        loop {
            let mut user = self.platform_user(id).await?;
            command.apply(&mut user, now)?;
            if attempts.commit(id, Changes::new().update_user(&user)).await? {
                user.mark_stored();
                return Ok(self.with_organizations(user).await?);
            }
        }
    }
}

impl UpdatePlatformUser {
    fn apply(&self, user: &mut User, now: Timestamp) -> Result<(), PlatformUserError> {
        user.updated_at = now;
        if let Some(first) = &self.first_name {
            user.name = user.name.with_first(first);
        }
        if let Some(last) = &self.last_name {
            user.name = user.name.with_last(last);
        }
        self.preferred_name.apply(&mut user.profile.preferred_name);
        match self.default_organization {
            Patch::Keep => {}
            Patch::Clear => user.default_organization = None,
            Patch::Set(id) => {
                let membership = user.membership(id).ok_or(PlatformUserError::NotAMember)?;
                user.default_organization = Some(membership.organization_id);
            }
        }
        match self.is_email_verified {
            Some(true) => user.email_verified_at = user.email_verified_at.or(Some(now)),
            Some(false) => user.email_verified_at = None,
            None => {}
        }
        if let Some(is_verified) = self.is_phone_verified {
            if is_verified && user.profile.phone.is_none() {
                return Err(PlatformUserError::NoPhone);
            }
            user.profile.is_phone_verified = is_verified;
        }
        if let Some(status) = self
            .status
            .clone()
            .filter(|status| !is_shown_alike(status, &user.status))
        {
            let is_admitted = status == UserStatus::Active;
            user.status = status;
            if !is_admitted {
                user.end_sessions(now);
            }
        }
        Ok(())
    }
}

/// Whether the contract shows both statuses by one word. A client that sends the shown status back changes nothing: a
/// ban keeps its reason and its end, and an invitation stays open.
fn is_shown_alike(one: &UserStatus, other: &UserStatus) -> bool {
    shown(one) == shown(other)
}

fn shown(status: &UserStatus) -> u8 {
    match status {
        UserStatus::Active => 0,
        UserStatus::Pending | UserStatus::Invited => 1,
        UserStatus::Inactive => 2,
        UserStatus::Suspended | UserStatus::Banned { .. } => 3,
        UserStatus::Deleted => 4,
    }
}
