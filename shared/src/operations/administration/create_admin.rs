//! Creating the first administrator: by an operator, and never by a public endpoint.

use jiff::Timestamp;

use crate::domain::password::WeakPassword;
use crate::domain::{AdminAccount, AdminId, DeviceKey, EmailAddress, Name, NewPassword, PlatformRole, User};
use crate::operations::prelude::*;
use crate::passwords::PasswordOwner;
use crate::store::Changes;

/// The roles of a platform administrator, who has every permission.
pub(in crate::operations) const ROLES: [PlatformRole; 3] = [
    PlatformRole::Admin,
    PlatformRole::PlatformAdmin,
    PlatformRole::SuperAdmin,
];

#[derive(Debug)]
pub struct CreateAdmin {
    pub email: EmailAddress,
    pub password: NewPassword,
}

refusals! {
    pub enum CreateAdminError {
        EmailTaken: Conflict on EmailTaken = "another user has the address",
        AdministratorExists: Conflict on AdministratorExists = "an administrator of the platform has the address",
    }
    of {
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

impl Core {
    /// A verified user with every role of the platform, and with an account of their own: the `accounts` contract signs
    /// in only members of an account. The same password opens the administration of the platform, as a principal of its
    /// own.
    pub async fn create_admin(&self, command: CreateAdmin, now: Timestamp) -> Result<User, CreateAdminError> {
        let owner = PasswordOwner {
            email: Some(&command.email),
            ..PasswordOwner::default()
        };
        let hash = self.hash_password::<CreateAdminError>(&command.password, owner).await?;
        // A hash of its own, so that the table does not show that both passwords are the same.
        let admin_hash = self.hash_password::<CreateAdminError>(&command.password, owner).await?;
        let mut user = self.build_user(command.email, Name::full("Administrator"), now).await?;
        user.email_verified_at = Some(now);
        user.roles = ROLES.into();
        let changes = Changes::new().claim_email(&user.email, user.id);
        let changes = self.start_in_solo_organization(changes, &mut user, now).await?;
        let changes = changes.add_user(&user).set_password(user.id, &hash);
        let admin = AdminAccount::new(AdminId::generate(now, &*self.entropy), user.email.clone(), now);
        let key = DeviceKey::generate(&*self.entropy);
        let changes = changes
            .claim_admin_email(&admin.email, admin.id)
            .create_admin(&admin)
            .set_admin_password(admin.id, &admin_hash, &key);
        self.retries(now).commit_once(changes).await?;
        Ok(user)
    }
}
