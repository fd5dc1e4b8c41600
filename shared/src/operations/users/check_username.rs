//! Checking whether a username is available. Another user may take it after the response: only the sign-up decides. A
//! reserved username is not available.

use jiff::Timestamp;

use crate::domain::{RateLimit, Username};
use crate::operations::prelude::*;

impl Core {
    pub async fn is_username_available(
        &self,
        username: &Username,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        self.limit_rate(RateLimit::CHECK_USERNAME, client_ip, now).await?;
        if self.settings.reserved_usernames.contain(username) {
            return Ok(false);
        }
        Ok(self.store.find_owner(username).await?.is_none())
    }
}
