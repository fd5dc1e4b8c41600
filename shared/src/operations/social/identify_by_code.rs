//! The identity behind the response of a provider, for a client that presents the response itself. The authorization
//! was begun by an operation of another contract.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::authorization::BrowserSecret;
use crate::domain::{AuthorizationPurpose, AuthorizationState, Binding, RateLimit};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::operations::social::finish_authorization::FinishAuthorizationError;
use crate::operations::social::identify::Identified;
use crate::social::{AuthorizationCode, ProviderError};

#[derive(Debug)]
pub struct PresentedCode {
    pub provider: String,
    pub code: String,
    pub state: AuthorizationState,
    /// The secrets that the browser presents.
    pub browsers: Vec<BrowserSecret>,
    /// The issuer of the response (RFC 9207).
    pub issuer: Option<String>,
}

refusals! {
    pub enum IdentifyByCodeError {
        UnknownProvider: NotFound = "the provider is not configured",
        /// Unknown, used, of another browser or provider, or begun to link an identity.
        StateRefused: Unauthenticated = "the state does not belong to a sign-in of this client",
    }
    of {
        Provider(#[from] ProviderError) = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
    }
}

impl Core {
    /// The state is consumed before the code. A refused response counts against the client.
    pub async fn identify_by_code(
        &self,
        presented: PresentedCode,
        captcha: &CaptchaCheck,
        client: &Client,
        now: Timestamp,
    ) -> Result<Identified, IdentifyByCodeError> {
        let provider = self.social_provider(&presented.provider, now).await?;
        let provider = provider.ok_or(IdentifyByCodeError::UnknownProvider)?;
        let identify = async {
            self.verify_captcha(captcha, client, now).await?;
            let PresentedCode { state, browsers, .. } = &presented;
            let authorization = self
                .find_own_authorization(state, browsers, &presented.provider, now)
                .await?;
            if !matches!(authorization.purpose, AuthorizationPurpose::SignIn { .. }) {
                return Err(IdentifyByCodeError::StateRefused);
            }
            self.consume_authorization(&authorization, now).await?;
            let response = AuthorizationCode {
                code: &presented.code,
                issuer: presented.issuer.as_deref(),
            };
            let binding = Binding::of(&state.secret);
            Ok(provider.exchange(&authorization, response, &binding, now).await?)
        };
        let granted = Box::pin(self.limit_failures(RateLimit::SOCIAL, &client.ip, now, identify)).await?;
        Ok(Identified {
            granted,
            sign_up: provider.sign_up(),
        })
    }
}

impl From<FinishAuthorizationError> for IdentifyByCodeError {
    fn from(error: FinishAuthorizationError) -> Self {
        match error {
            FinishAuthorizationError::Refused { .. } => Self::StateRefused,
            FinishAuthorizationError::Interrupted(interruption) => Self::Interrupted(interruption),
        }
    }
}
