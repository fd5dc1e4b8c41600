//! The identity behind a token that a client has obtained from a provider itself.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::operations::limit_rate::AtProvider;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::social::{Deadline, Granted, PresentedToken, ProviderError, SignUpSetting};

#[derive(Debug)]
pub struct Identified {
    pub granted: Granted,
    /// Whether users who are new may sign up with the provider.
    pub sign_up: SignUpSetting,
}

refusals! {
    pub enum IdentifyError {
        UnknownProvider: NotFound = "the provider is not configured",
    }
    of {
        Provider(#[from] ProviderError) = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
    }
}

impl AtProvider for IdentifyError {
    fn is_provider_down(&self) -> bool {
        matches!(self, Self::Provider(ProviderError::Unavailable))
    }
}

impl Core {
    /// A refused token counts against the client, and so does a failure of the provider, which the token may have caused.
    pub async fn identify(
        &self,
        provider: &str,
        presented: PresentedToken<'_>,
        captcha: &CaptchaCheck,
        client: &Client,
        now: Timestamp,
    ) -> Result<Identified, IdentifyError> {
        let provider = self.social_provider(provider, now).await?;
        let provider = provider.ok_or(IdentifyError::UnknownProvider)?;
        let identify = async {
            self.verify_captcha(captcha, client, now).await?;
            Ok::<_, IdentifyError>(provider.identify(presented, Deadline::start(), now).await?)
        };
        Ok(Identified {
            granted: Box::pin(self.limit_provider_failures(&client.ip, now, identify)).await?,
            sign_up: provider.sign_up(),
        })
    }
}
