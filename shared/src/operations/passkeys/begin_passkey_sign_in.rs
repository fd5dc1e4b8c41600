//! Beginning a sign-in with a passkey: a challenge for an authenticator.

use jiff::Timestamp;

use crate::domain::RateLimit;
use crate::domain::passkey::{CeremonyPurpose, Passkey, RelyingParty};
use crate::domain::token::CeremonyToken;
use crate::operations::prelude::*;
use crate::webauthn;

/// The options with which a browser requests an assertion of a passkey.
#[derive(Debug)]
pub struct PasskeyRequest<'a> {
    pub party: &'a RelyingParty,
    pub challenge: Vec<u8>,
    /// Empty: the user chooses among those that the authenticator has for the relying party.
    pub allowed: Vec<Passkey>,
    pub token: CeremonyToken,
}

impl Core {
    /// A signed-in visitor's own passkeys are named to the browser, and no other user's: a client that could name a
    /// user would learn whether the user has passkeys (enumeration).
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
            token: self.store_ceremony(purpose, begun, now).await?,
        })
    }
}
