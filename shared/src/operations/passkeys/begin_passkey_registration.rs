//! Beginning the registration of a passkey: a challenge for the caller's authenticator.

use jiff::Timestamp;

use crate::domain::RateLimit;
use crate::domain::passkey::{CeremonyPurpose, Passkey, RelyingParty};
use crate::domain::token::CeremonyToken;
use crate::operations::prelude::*;
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

refusals! {
    pub enum BeginPasskeyError {
        /// An attacker who finds a browser with an open session must not gain permanent access.
        SessionNotFresh: Forbidden = "the session is not fresh",
        /// A passkey counts as two factors: an attacker with an old session, or a copy of a trusted browser's cookie,
        /// must not obtain one.
        SecondFactorNotShown: Forbidden = "the second factor was not shown for this session",
    }
}

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
            token: self.store_ceremony(purpose, begun, now).await?,
        })
    }

    pub(super) fn may_register_passkey(&self, caller: &Caller, now: Timestamp) -> Result<(), BeginPasskeyError> {
        caller.expect_in_person()?;
        if !caller.session.is_fresh(&self.settings.sessions, now) {
            return Err(BeginPasskeyError::SessionNotFresh);
        }
        if !caller.session.may_manage_credentials(&caller.user) {
            return Err(BeginPasskeyError::SecondFactorNotShown);
        }
        Ok(())
    }
}
