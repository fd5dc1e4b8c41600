//! The identity behind the response of a provider, for a client that presents the response itself. The authorization
//! was begun by an operation of another contract.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::authorization::BrowserSecret;
use crate::domain::{AuthorizationPurpose, AuthorizationState};
use crate::operations::limit_rate::AtProvider;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::operations::social::finish_authorization::FinishAuthorizationError;
use crate::operations::social::identify::Identified;
use crate::social::{AuthorizationCode, Deadline, ProviderError};

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
    /// The state is consumed before the code. A refused response, and a failure of the provider, count against the
    /// client.
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
            let (authorization, binding) = self
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
            let deadline = Deadline::start();
            Ok(provider
                .exchange(&authorization, response, &binding, deadline, now)
                .await?)
        };
        let granted = Box::pin(self.limit_provider_failures(&client.ip, now, identify)).await?;
        Ok(Identified {
            granted,
            sign_up: provider.sign_up(),
        })
    }
}

impl AtProvider for IdentifyByCodeError {
    fn is_provider_down(&self) -> bool {
        matches!(self, Self::Provider(ProviderError::Unavailable))
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
