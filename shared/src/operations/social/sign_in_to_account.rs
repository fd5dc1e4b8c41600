//! Signing in with an identity, for a contract in which a new user first creates an account. An identity that no user
//! has gets a token, with which the client completes the sign-up.

use jiff::Timestamp;

use crate::domain::{ProvenIdentity, ProvenIdentityToken, ProvingToken};
use crate::operations::prelude::*;
use crate::operations::social::sign_in_with_identity::{IdentitySignIn, IdentitySignInError, SignedInWithIdentity};
use crate::social::SignUpSetting;
use crate::store::Changes;

refusals! {
    pub enum AccountSignInError {
        /// The token is `None` if the provider has not verified the address, or if no new user may sign up with it.
        NotRegistered(Option<Box<ProvenIdentityToken>>): NotFound = "the identity has no user",
    }
    of {
        SignIn(#[from] IdentitySignInError) = "{0}",
    }
}

impl Core {
    /// The policy of the command is that of a contract with accounts.
    pub async fn sign_in_to_account(
        &self,
        command: IdentitySignIn,
        sign_up: SignUpSetting,
        now: Timestamp,
    ) -> Result<SignedInWithIdentity, AccountSignInError> {
        let id_token = command.granted.single_use.as_ref().map(|token| ProvingToken {
            id: token.id(),
            expires_at: token.expires_at,
        });
        let identity = command.granted.identity.clone();
        match self.sign_in_with_identity(command, now).await {
            Err(IdentitySignInError::SignUpDisabled) => {}
            answer => return Ok(answer?),
        }
        let proven = ProvenIdentity::issue(&identity, id_token, now, &*self.entropy);
        let proven = proven.filter(|_| sign_up.permits(true));
        let Some((proven, token)) = proven else {
            return Err(AccountSignInError::NotRegistered(None));
        };
        self.store
            .commit(Changes::new().create_proven_identity(&proven))
            .await?;
        Err(AccountSignInError::NotRegistered(Some(Box::new(token))))
    }
}
