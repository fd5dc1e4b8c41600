//! Listing the caller's accounts.

use crate::domain::LinkedAccount;
use crate::operations::prelude::*;

/// The identities with which the user may sign in, and whether there is a password.
#[derive(Debug)]
pub struct Accounts {
    pub linked: Vec<LinkedAccount>,
    pub has_password: bool,
}

impl Core {
    pub async fn list_accounts(&self, caller: &Caller) -> Result<Accounts, Interruption> {
        let (_, password) = self.store.find_user_and_password(caller.user.id).await?;
        Ok(Accounts {
            linked: self.store.list_linked_accounts(caller.user.id).await?,
            has_password: password.is_some(),
        })
    }
}
