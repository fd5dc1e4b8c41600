//! Beginning the registration of a passkey: a challenge for the caller's authenticator.

use jiff::Timestamp;

use crate::domain::RateLimit;
use crate::domain::passkey::{CeremonyPurpose, Passkey, RelyingParty};
use crate::domain::token::CeremonyToken;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::webauthn;

/// The options with which a browser creates a passkey.
#[derive(Debug)]
pub struct PasskeyCreation<'a> {
    pub party: &'a RelyingParty,
    pub challenge: Vec<u8>,
    /// COSE algorithms, the preferred one first.
    pub algorithms: Vec<i64>,
    pub user_handle: [u8; 16],
    /// The passkeys that the user has: an authenticator that holds one of them creates no second one.
    pub existing: Vec<Passkey>,
    pub token: CeremonyToken,
}

impl Core {
    pub async fn begin_passkey_registration(
        &self,
        caller: &Assured<StepUp>,
        now: Timestamp,
    ) -> Result<PasskeyCreation<'_>, Interruption> {
        let user_id = caller.user.id;
        self.limit_rate(RateLimit::USER, user_id, now).await?;
        let party = &self.settings.relying_party;
        let begun = webauthn::begin_registration(party, user_id)?;
        let existing = self.store.list_passkeys(user_id).await?;
        let (challenge, algorithms) = (begun.challenge.clone(), begun.algorithms.clone());
        let purpose = CeremonyPurpose::Registration { user_id };
        Ok(PasskeyCreation {
            party,
            challenge,
            algorithms,
            user_handle: webauthn::user_handle(user_id),
            existing,
            token: self.store_ceremony(purpose, begun, now).await?,
        })
    }
}
