//! Authorizing a request to an application's own API, which asks before it serves the request.

use jiff::Timestamp;

use crate::domain::signing_key::Ring;
use crate::domain::text::text_enum;
use crate::domain::{AccessClaims, PlainApiKey};
use crate::operations::api_keys::UseApiKeyError;
use crate::operations::prelude::*;
use crate::operations::refusal::Refusal as _;
use crate::operations::sessions::authenticate::{Caller, Credential};
use crate::operations::sessions::open_session::Client;

/// How an access token is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenCheck {
    /// With its session, in one read: a revocation takes effect at once.
    Strict,
    /// By signature and expiry alone, without a read: the token of a revoked session is valid until it expires.
    Offline,
}

text_enum!(TokenCheck { Strict => "strict", Offline => "offline" });

impl Core {
    /// The claims that an access token of the caller has or would have. `None`: the credential is not valid, or that of
    /// an impersonation, for which there are no access tokens either. A session token costs one read, and an API key one
    /// use of it.
    pub async fn authorize_request(
        &self,
        credential: &str,
        check: TokenCheck,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<AccessClaims>, Interruption> {
        let caller = match Credential::parse(credential) {
            Some(Credential::AccessToken(jwt)) if check == TokenCheck::Offline => {
                let token = self.verify_token(Ring::User, &jwt, now).await?;
                return Ok(token.map(|token| token.claims));
            }
            Some(credential) => self.authenticate(&credential, now).await?,
            None => self.owner_of_key(credential, client, now).await?,
        };
        Ok(self.claims_of(caller, now))
    }

    /// The same of a text that is a credential only if it is an API key.
    pub async fn authorize_api_key(
        &self,
        key: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<AccessClaims>, Interruption> {
        let caller = self.owner_of_key(key, client, now).await?;
        Ok(self.claims_of(caller, now))
    }

    fn claims_of(&self, caller: Option<Caller>, now: Timestamp) -> Option<AccessClaims> {
        let caller = caller.filter(|caller| caller.session.impersonator.is_none())?;
        Some(self.access_claims(&caller.user, &caller.session, now))
    }

    async fn owner_of_key(
        &self,
        credential: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<Caller>, Interruption> {
        let Ok(key) = PlainApiKey::parse(credential) else {
            return Ok(None);
        };
        match self.authenticate_api_key(&key, client, now).await {
            Ok(caller) => Ok(Some(caller)),
            Err(error) => refused(&error),
        }
    }
}

fn refused(error: &UseApiKeyError) -> Result<Option<Caller>, Interruption> {
    error.kind()?;
    tracing::info!(%error, "an API key was refused");
    Ok(None)
}
