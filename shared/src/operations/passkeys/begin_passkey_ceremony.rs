//! Asking for a passkey: a challenge for a new one of the caller's, or for one to sign in with. It waits in the table, and the browser
//! gets a token that finds it again, so that nobody can answer a challenge that another browser asked for.

use jiff::Timestamp;

use crate::domain::RateLimit;
use crate::domain::passkey::{Ceremony, CeremonyPurpose, Passkey, RelyingParty};
use crate::domain::token::CeremonyToken;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::webauthn::{self, Begun, CannotBegin};

/// What a browser needs to make a passkey.
#[derive(Debug)]
pub struct PasskeyCreation<'a> {
    pub party: &'a RelyingParty,
    pub challenge: Vec<u8>,
    /// COSE algorithms, the preferred one first.
    pub algorithms: Vec<i64>,
    pub user_handle: [u8; 16],
    /// What the user has already: an authenticator that holds one of them makes no second one.
    pub existing: Vec<Passkey>,
    pub token: CeremonyToken,
}

/// What a browser needs to show one.
#[derive(Debug)]
pub struct PasskeyRequest<'a> {
    pub party: &'a RelyingParty,
    pub challenge: Vec<u8>,
    /// Empty: the user chooses among those that the authenticator has for the relying party.
    pub allowed: Vec<Passkey>,
    pub token: CeremonyToken,
}

#[derive(Debug, thiserror::Error)]
pub enum BeginPasskeyError {
    /// Whoever finds a browser open must not be able to stay.
    #[error("the session is not fresh")]
    SessionNotFresh,
    /// A passkey is two factors: whoever has an old session, or a copy of a trusted browser's cookie, must not come by them.
    #[error("the second factor was not shown for this session")]
    SecondFactorNotShown,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(BeginPasskeyError);

impl Core {
    pub async fn begin_passkey_registration(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<PasskeyCreation<'_>, BeginPasskeyError> {
        self.may_register_passkey(caller, now)?;
        let user_id = caller.user.id;
        self.limit_rate(RateLimit::USER, user_id, now).await?;
        let party = &self.settings.relying_party;
        let begun = webauthn::begin_registration(party, user_id).map_err(Interruption::from)?;
        let existing = self.store.list_passkeys(user_id).await?;
        let (challenge, algorithms) = (begun.challenge.clone(), begun.algorithms.clone());
        let purpose = CeremonyPurpose::Registration { user_id };
        Ok(PasskeyCreation {
            party,
            challenge,
            algorithms,
            user_handle: webauthn::user_handle(user_id),
            existing,
            token: self.remember(purpose, begun, now).await?,
        })
    }

    /// For a visitor who is signed in, the browser asks for one of their own passkeys. Nobody else's are ever told: whoever could name
    /// a user would learn whether there are any.
    pub async fn begin_passkey_sign_in(
        &self,
        caller: Option<&Caller>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<PasskeyRequest<'_>, Interruption> {
        self.limit_rate(RateLimit::PASSKEY_CHALLENGE, client_ip, now).await?;
        let party = &self.settings.relying_party;
        let begun = webauthn::begin_authentication(party)?;
        let allowed = match caller {
            Some(caller) => self.store.list_passkeys(caller.user.id).await?,
            None => Vec::new(),
        };
        let challenge = begun.challenge.clone();
        let purpose = CeremonyPurpose::Authentication {
            user_id: allowed.first().map(|passkey| passkey.user_id),
        };
        Ok(PasskeyRequest {
            party,
            challenge,
            allowed,
            token: self.remember(purpose, begun, now).await?,
        })
    }

    pub(in crate::operations) fn may_register_passkey(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<(), BeginPasskeyError> {
        caller.expect_in_person()?;
        if !caller.session.is_fresh(&self.settings.sessions, now) {
            return Err(BeginPasskeyError::SessionNotFresh);
        }
        if !caller.session.may_manage_credentials(&caller.user) {
            return Err(BeginPasskeyError::SecondFactorNotShown);
        }
        Ok(())
    }

    async fn remember(
        &self,
        purpose: CeremonyPurpose,
        begun: Begun,
        now: Timestamp,
    ) -> Result<CeremonyToken, Interruption> {
        let (ceremony, token) = Ceremony::begin(purpose, begun.state, now, &*self.entropy);
        self.store.put_ceremony(&ceremony).await?;
        Ok(token)
    }
}

impl From<CannotBegin> for Interruption {
    fn from(error: CannotBegin) -> Self {
        Self::internal(format_args!("a passkey ceremony cannot begin: {error}"))
    }
}
