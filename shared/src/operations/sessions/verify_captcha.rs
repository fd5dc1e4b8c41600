//! The captcha of operations that require one.

use jiff::Timestamp;

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
        now: Timestamp,
    ) -> Result<(), CaptchaRefused> {
        let (CaptchaCheck::Required { response }, Some(captcha)) = (check, &self.captcha) else {
            return Ok(());
        };
        let response = response.as_deref().filter(|response| !response.is_empty());
        let response = response.ok_or(CaptchaRefused::Missing)?;
        let secrets = async || self.secrets.current(now).await.map_err(|_| CaptchaRefused::Unavailable);
        let used = secrets().await?;
        let verdict = captcha.verify(&used, response, &client.ip).await;
        if !used.is_captcha_refused() {
            return verdict;
        }
        // The operator may have replaced the secret. The provider has not looked at the response, which stays valid.
        let newer = secrets().await?;
        if newer.captcha == used.captcha {
            return verdict;
        }
        captcha.verify(&newer, response, &client.ip).await
    }
}
