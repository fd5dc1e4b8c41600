//! Checking the own password without a change. The result proves nothing to later requests: an operation that demands
//! the password takes it itself.

use jiff::Timestamp;

use crate::domain::PasswordAttempt;
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::Changes;

impl Core {
    /// A failure counts like one at a sign-in: a client with a stolen session must not guess faster than one without.
    pub async fn verify_own_password(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), NotProven> {
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        Ok(self.commit_count(proven.forgive(Changes::new())).await?)
    }
}
