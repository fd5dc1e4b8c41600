//! The captcha of operations that require one.

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::operations::core::Core;
use crate::operations::sessions::open_session::Client;

impl Core {
    /// The caller of this function has counted the request against the client's limit, because the provider is asked
    /// about each response.
    pub(in crate::operations) async fn verify_captcha(
        &self,
        check: &CaptchaCheck,
        client: &Client,
    ) -> Result<(), CaptchaRefused> {
        let (CaptchaCheck::Required { response }, Some(captcha)) = (check, &self.captcha) else {
            return Ok(());
        };
        let response = response.as_deref().filter(|response| !response.is_empty());
        captcha
            .verify(response.ok_or(CaptchaRefused::Missing)?, &client.ip)
            .await
    }
}
