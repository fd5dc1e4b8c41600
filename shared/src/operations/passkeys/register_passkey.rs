//! Registering a passkey: the answer to a challenge becomes one more way to sign in.

use jiff::Timestamp;

use crate::domain::passkey::{CeremonyRefused, Passkey};
use crate::domain::token::CeremonyToken;
use crate::domain::{RateLimit, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::passkeys::begin_passkey_ceremony::BeginPasskeyError;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};
use crate::webauthn::{self, RegistrationResponse};

#[derive(Debug)]
pub struct RegisterPasskey {
    pub token: CeremonyToken,
    pub response: RegistrationResponse,
    pub name: Option<String>,
    pub client_ip: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RegisterPasskeyError {
    #[error(transparent)]
    NotAllowed(#[from] BeginPasskeyError),
    #[error(transparent)]
    CeremonyRefused(#[from] CeremonyRefused),
    #[error("the authenticator's answer was refused")]
    AnswerRefused,
    /// By whomever: a credential id has one owner.
    #[error("the passkey is registered already")]
    AlreadyRegistered,
    #[error("the user has as many passkeys as one may have")]
    TooMany,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(RegisterPasskeyError);

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    pub async fn register_passkey(
        &self,
        caller: &Caller,
        command: RegisterPasskey,
        now: Timestamp,
    ) -> Result<Passkey, RegisterPasskeyError> {
        self.may_register_passkey(caller, now)?;
        self.limit_rate(RateLimit::CHANGE_CREDENTIAL, &command.client_ip, now)
            .await?;
        let ceremony = self.store.take_ceremony(&command.token.secret.hash()).await?;
        let ceremony = ceremony.ok_or(CeremonyRefused::NoChallenge)?;
        ceremony.open_registration(caller.user.id, now)?;
        let passkey = self.new_passkey(caller, &ceremony.state, command, now)?;
        self.keep_passkey(caller, &passkey, now).await?;
        Ok(passkey)
    }

    /// Writes the user too, so that whoever is taking all that opens the user away meets a passkey that was just made.
    async fn keep_passkey(
        &self,
        caller: &Caller,
        passkey: &Passkey,
        now: Timestamp,
    ) -> Result<(), RegisterPasskeyError> {
        let (mut caller, mut gone) = (caller.clone(), None);
        for _ in 0..ROUNDS {
            let changes = Changes::new().create_passkey(passkey, gone).update_user(&caller.user);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(Conflict::PasskeyTaken)) => gone = self.owner_who_is_gone(passkey).await?,
                Err(CommitError::Conflict(Conflict::TooManyPasskeys)) => return Err(RegisterPasskeyError::TooMany),
                Err(CommitError::Conflict(Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                    self.may_register_passkey(&caller, now)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// Of a passkey that is claimed: the user in whose name, if that user was deleted and the claim was left. `None`: nobody claims it
    /// any more.
    async fn owner_who_is_gone(&self, passkey: &Passkey) -> Result<Option<UserId>, RegisterPasskeyError> {
        let id = passkey.id();
        let Some(owner) = self.store.find_passkey_owner(id).await? else {
            return Ok(None);
        };
        match self.store.find_passkey_and_user(owner, id).await? {
            Some(_) => Err(RegisterPasskeyError::AlreadyRegistered),
            None => Ok(Some(owner)),
        }
    }

    fn new_passkey(
        &self,
        caller: &Caller,
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
            created_at: now,
            updated_at: now,
        })
    }
}
