//! Creating a user as an administrator of the platform. The user chooses the password with the link of a mail.

use jiff::Timestamp;

use crate::domain::organization::solo_name;
use crate::domain::{
    EmailAddress, Name, Organization, OrganizationDetails, OrganizationId, OrganizationKind, Slug, User, UserStatus,
};
use crate::operations::organizations::new_organization::create_with_owner;
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_users::platform_user_error::PlatformUserError;
use crate::operations::platform_users::show_platform_user::PlatformUser;
use crate::operations::prelude::*;
use crate::store::Changes;

#[derive(Debug)]
pub struct CreatePlatformUser {
    pub email: EmailAddress,
    pub name: Name,
    /// The region of the user's own organization.
    pub region: Option<String>,
    /// Whether the user gets the mail that sets the first password. Without it, the user asks for a reset.
    pub is_mailed: bool,
}

impl Core {
    /// Creates the user together with the user's own organization.
    pub async fn create_platform_user(
        &self,
        caller: &AdminCaller,
        command: CreatePlatformUser,
        now: Timestamp,
    ) -> Result<PlatformUser, PlatformUserError> {
        let mut user = User {
            // A user who is invited sets the first password; one who is not mailed is asked to do so after a request
            // for a reset.
            status: if command.is_mailed {
                UserStatus::Invited
            } else {
                UserStatus::Pending
            },
            is_provisioned: true,
            ..self.build_user(command.email, command.name, now).await?
        };
        let id = OrganizationId::generate(now, &*self.entropy);
        let name = solo_name(&user.name).to_owned();
        let solo = Organization {
            kind: OrganizationKind::Solo,
            seats: Some(1),
            details: OrganizationDetails {
                region: command.region,
                ..OrganizationDetails::default()
            },
            ..self.new_organization(id, name, Slug::of_solo(id), now).await?
        };
        user.default_organization = Some(id);
        let mail = command.is_mailed.then(|| self.activation_mail(user.id, id, now));
        let mut attempts = self.admin_attempts(caller, "admin-create-user", now);
        loop {
            user.memberships.clear();
            let changes = Changes::new().claim_email(&user.email, user.id);
            let changes = create_with_owner(changes, &mut user, &solo, now).create_user(&user);
            let changes = mail.iter().fold(changes, Changes::enqueue);
            if attempts.commit(user.id, changes).await? {
                let memberships = user.memberships.iter().cloned().zip([solo]).collect();
                return Ok(PlatformUser { user, memberships });
            }
        }
    }
}
