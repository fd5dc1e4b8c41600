//! An administrator of the platform changes the own password, with the old one.

use jiff::Timestamp;

use crate::domain::one_time::ResetAdminPassword;
use crate::domain::password::WeakPassword;
use crate::domain::{AdminSession, DeviceId, DeviceKey, KnownDeviceToken, MailPurpose, NewPassword, PasswordAttempt};
use crate::operations::platform_administrators::authenticate_administrator::AdminCaller;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::passwords::PasswordOwner;
use crate::store::{Changes, Credential};

#[derive(Debug)]
pub struct ChangeAdminPassword {
    pub current: PasswordAttempt,
    pub new: NewPassword,
    pub client: Client,
}

refusals! {
    pub enum ChangeAdminPasswordError {
        /// Also for an administrator without a password, who has never signed in.
        WrongPassword: Unauthenticated = "the current password is wrong",
    }
    of {
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

#[derive(Debug)]
pub struct ChangedAdminPassword {
    /// Makes the client a known device again: the change has forgotten all others, of which one may be stolen.
    pub device: KnownDeviceToken,
}

impl Core {
    /// The administrator's other sessions end. Failures count for the client's address and for the session, as those of
    /// users do.
    pub async fn change_admin_password(
        &self,
        caller: &AdminCaller,
        command: ChangeAdminPassword,
        now: Timestamp,
    ) -> Result<ChangedAdminPassword, ChangeAdminPasswordError> {
        let id = caller.admin.id;
        let (client, session) = self.proof_counters(caller.session.id, &command.client.ip, now);
        let view = self.store.view_for_admin_proof(id, client, session).await?;
        let guess = self.guess_in_session(view.client, view.session)?;
        let proven = view.credential.map(|Credential { hash, .. }| hash);
        if !self.passwords.verify(proven.as_ref(), &command.current).await?.matches {
            self.fail_with_mail(guess, MailPurpose::AdminPasswordLocked { admin_id: id }, now)
                .await?;
            return Err(ChangeAdminPasswordError::WrongPassword);
        }
        let owner = PasswordOwner {
            email: Some(&caller.admin.email),
            ..PasswordOwner::default()
        };
        let hash = self
            .hash_password::<ChangeAdminPasswordError>(&command.new, owner)
            .await?;
        let key = DeviceKey::generate(&*self.entropy);
        let notice = self.mail(MailPurpose::AdminPasswordChanged { admin_id: id }, now);
        let mut attempts = self.admin_attempts(caller, "admin-change-password", now);
        loop {
            let AdminCaller { mut admin, session } = (*attempts.caller()).clone();
            admin.end_sessions(now);
            let own = AdminSession {
                generation: admin.session_generation,
                ..session
            };
            let changes = guess
                .succeed(Changes::new())
                .drop_grant::<ResetAdminPassword>(id.as_owner())
                .set_admin_password(id, &hash, &key)
                .update_admin(&admin)
                .update_admin_session(&own)
                .enqueue(&notice);
            if attempts.commit(id, changes).await? {
                return Ok(ChangedAdminPassword {
                    device: key.issue(id.as_owner(), DeviceId::generate(now, &*self.entropy)),
                });
            }
            // Another request of the session may have changed the password.
            let stored = self.store.find_admin_credential(id).await?;
            if stored.map(|Credential { hash, .. }| hash) != proven {
                return Err(ChangeAdminPasswordError::WrongPassword);
            }
        }
    }
}
