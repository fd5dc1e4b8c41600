//! The captcha of operations that require one.

use crate::captcha::CaptchaRefused;
use crate::operations::core::Core;
use crate::operations::sessions::open_session::Client;

impl Core {
    /// Succeeds without a check in a deployment that has no captcha provider.
    pub async fn verify_captcha(&self, token: &str, client: &Client) -> Result<(), CaptchaRefused> {
        match &self.captcha {
            Some(captcha) => captcha.verify(token, &client.ip).await,
            None => Ok(()),
        }
    }
}
