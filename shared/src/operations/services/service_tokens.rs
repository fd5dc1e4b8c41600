//! Creating, listing and revoking the tokens of services, as an operator.

use jiff::Timestamp;

use crate::domain::Secret;
use crate::domain::service_token::{ServiceName, ServiceToken};
use crate::domain::token::PlainServiceToken;
use crate::operations::administration::administrator::Administrator;
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum CreateServiceTokenError {
        NameTaken: Conflict on ServiceNameTaken = "the service has a token",
    }
}

refusals! {
    pub enum RevokeServiceTokenError {
        NotFound: NotFound on ServiceTokenGone = "no token has the name",
    }
}

impl Core {
    /// The token is shown once: only its hash is stored. A service with a token gets another one under another name, so
    /// that it can change from one to the other without an interruption.
    pub async fn create_service_token(
        &self,
        _operator: Administrator,
        name: &ServiceName,
        now: Timestamp,
    ) -> Result<PlainServiceToken, CreateServiceTokenError> {
        let plain = PlainServiceToken {
            id: name.id(),
            secret: Secret::generate(&*self.entropy),
        };
        let token = ServiceToken {
            name: name.clone(),
            hash: plain.secret.hash(),
            created_at: now,
            last_used_at: None,
        };
        let changes = Changes::new().create_service_token(&token);
        self.retries(now).commit_once(changes).await?;
        Ok(plain)
    }

    /// In the order of their names.
    pub async fn list_service_tokens(&self, _operator: Administrator) -> Result<Vec<ServiceToken>, Interruption> {
        let mut tokens = self.store.list_service_tokens().await?;
        tokens.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(tokens)
    }

    /// Takes effect at the next request: no process remembers a token.
    pub async fn revoke_service_token(
        &self,
        _operator: Administrator,
        name: &ServiceName,
        now: Timestamp,
    ) -> Result<(), RevokeServiceTokenError> {
        let changes = Changes::new().delete_service_token(name);
        Ok(self.retries(now).commit_once(changes).await?)
    }
}
