//! Registering a passkey: the authenticator's response to a challenge becomes a method of sign-in.

use jiff::Timestamp;

use crate::domain::passkey::{CeremonyRefused, Passkey};
use crate::domain::token::CeremonyToken;
use crate::domain::{CredentialChange, RateLimit, UserId};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::{Changes, Conflict};
use crate::webauthn::{self, RegistrationResponse};

#[derive(Debug)]
pub struct RegisterPasskey {
    pub token: CeremonyToken,
    pub response: RegistrationResponse,
    pub name: Option<String>,
    pub client_ip: String,
}

refusals! {
    pub enum RegisterPasskeyError {
        CeremonyRefused(#[from] CeremonyRefused): Expired = "{0}",
        AnswerRefused: Invalid = "the authenticator's response was refused",
        /// By this user or another: a credential id has one owner.
        AlreadyRegistered: Conflict on PasskeyTaken = "the passkey is registered already",
        TooMany: Limit on TooManyPasskeys = "the user has as many passkeys as one may have",
    }
}

impl Core {
    pub async fn register_passkey(
        &self,
        caller: &Assured<StepUp>,
        command: RegisterPasskey,
        now: Timestamp,
    ) -> Result<Passkey, RegisterPasskeyError> {
        let client_ip = command.client_ip.clone();
        let attempt = Box::pin(self.answer_registration(caller, command, now));
        self.limit_failures(RateLimit::CHANGE_CREDENTIAL, &client_ip, now, attempt)
            .await
    }

    async fn answer_registration(
        &self,
        caller: &Assured<StepUp>,
        command: RegisterPasskey,
        now: Timestamp,
    ) -> Result<Passkey, RegisterPasskeyError> {
        let ceremony = self.store.take_ceremony(&command.token.secret.hash()).await?;
        let ceremony = ceremony.ok_or(CeremonyRefused::NoChallenge)?;
        ceremony.open_registration(caller.user.id, now)?;
        let passkey = self.new_passkey(caller, &ceremony.state, command, now)?;
        let notice = self.credential_notice(caller.user.id, CredentialChange::PasskeyAdded, now);
        let mut attempts = self.uncounted_attempts(caller, now);
        let mut deleted_owner = None;
        loop {
            let caller = attempts.caller();
            // The commit writes the user, too: a concurrent request that revokes all credentials of the user loses a
            // race, and sees the passkey.
            let changes = Changes::new()
                .create_passkey(&passkey, deleted_owner)
                .update_user(&caller.user)
                .enqueue(&notice);
            match attempts.commit(changes).await {
                Ok(true) => return Ok(passkey),
                Ok(false) => {}
                Err(Lost::Refused(Conflict::PasskeyTaken)) if deleted_owner.is_none() => {
                    deleted_owner = Some(self.find_deleted_owner(&passkey).await?);
                }
                Err(lost) => return Err(lost.into()),
            }
        }
    }

    /// The owner of a credential that is registered already, if that user was deleted and the registration was left
    /// behind.
    async fn find_deleted_owner(&self, passkey: &Passkey) -> Result<UserId, RegisterPasskeyError> {
        let id = passkey.id();
        let owner = self.store.find_passkey_owner(id).await?;
        let owner = owner.ok_or(RegisterPasskeyError::AlreadyRegistered)?;
        match self.store.find_passkey_and_user(owner, id).await? {
            Some(_) => Err(RegisterPasskeyError::AlreadyRegistered),
            None => Ok(owner),
        }
    }

    fn new_passkey(
        &self,
        caller: &Assured<StepUp>,
        state: &str,
        command: RegisterPasskey,
        now: Timestamp,
    ) -> Result<Passkey, RegisterPasskeyError> {
        let party = &self.settings.relying_party;
        let new = webauthn::finish_registration(party, state, &command.response).map_err(|reason| {
            tracing::info!(user.id = %caller.user.id, %reason, "a passkey was not registered");
            RegisterPasskeyError::AnswerRefused
        })?;
        Ok(Passkey {
            credential_id: new.credential_id,
            user_id: caller.user.id,
            public_key: new.public_key,
            counter: new.counter,
            name: command.name,
            device: new.device,
            backed_up: new.backed_up,
            transports: new.transports,
            aaguid: new.aaguid,
            trust_generation: caller.user.trust_generation,
            created_at: now,
            updated_at: now,
        })
    }
}
