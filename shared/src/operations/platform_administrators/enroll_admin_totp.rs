//! Giving an administrator of the platform a second factor: by an operator, because no contract has an operation for
//! it.

use jiff::Timestamp;

use crate::domain::totp::AuthenticatorState;
use crate::domain::{AdminAccount, AdminId, Authenticator, EmailAddress, LoginName, SecretPurpose, TotpSecret};
use crate::operations::administration::Administrator;
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum EnrollAdminTotpError {
        AdminNotFound: NotFound = "no administrator has the address",
    }
}

/// The administrator, and the secret for the app, which is shown once.
#[derive(Debug)]
pub struct EnrolledAdmin {
    pub admin: AdminAccount,
    pub secret: TotpSecret,
    /// The `otpauth` URI of a QR code.
    pub uri: String,
}

impl Core {
    /// Replaces any earlier app, and ends the administrator's sessions, none of which has shown the new factor.
    pub async fn enroll_admin_totp(
        &self,
        _operator: Administrator,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<EnrolledAdmin, EnrollAdminTotpError> {
        let mut retries = self.retries(now);
        loop {
            let mut admin = self
                .find_admin_by_email(email)
                .await?
                .ok_or(EnrollAdminTotpError::AdminNotFound)?;
            let secret = TotpSecret::generate(&*self.entropy);
            let owner = admin.id.as_owner();
            let encrypted = self
                .encrypt_secret(secret.as_bytes(), SecretPurpose::AdminTotp, owner)
                .await?;
            let authenticator = Authenticator {
                user_id: owner,
                secret: encrypted,
                // The operator hands the secret over, and no operation takes a first code.
                state: AuthenticatorState::Active,
                last_step: None,
                enrolment: None,
            };
            admin.has_second_factor = true;
            admin.end_sessions(now);
            let changes = Changes::new()
                .put_admin_authenticator(admin.id, &authenticator)
                .forget_admin_second_factor_attempts(admin.id)
                .update_admin(&admin);
            if retries.commit(changes).await? {
                let uri = secret.uri(&self.settings.service_name, email.as_str());
                return Ok(EnrolledAdmin { admin, secret, uri });
            }
        }
    }

    pub(in crate::operations) async fn find_admin_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<AdminAccount>, Interruption> {
        let owner = self.store.find_owner(LoginName::Administrator(email.clone())).await?;
        Ok(match owner {
            Some(owner) => self.store.find_admin(AdminId::of_owner(owner)).await?,
            None => None,
        })
    }
}
