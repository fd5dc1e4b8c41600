//! A challenge waits in the table until it is answered. The browser that requested it gets the token that identifies
//! it, so no other browser can answer it.

use jiff::Timestamp;

use crate::domain::passkey::{Ceremony, CeremonyPurpose};
use crate::domain::token::CeremonyToken;
use crate::operations::prelude::*;
use crate::webauthn::{Begun, CannotBegin};

impl Core {
    pub(super) async fn store_ceremony(
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
