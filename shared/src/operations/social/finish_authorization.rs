//! Finishing an authorization: the provider has redirected the browser back.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::authorization::{AuthorizationRefused, BrowserSecret};
use crate::domain::{Authorization, AuthorizationPurpose, AuthorizationState, Binding, Contract, Redirect};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::operations::social::link_identity::LinkIdentityError;
use crate::operations::social::sign_in_with_identity::{IdentitySignIn, IdentitySignInError, SignedInWithIdentity};
use crate::social::{AuthorizationCode, Deadline, Provider, ProviderError};
use crate::store::{Changes, Conflict};

#[derive(Debug)]
pub struct FinishAuthorization {
    /// The provider in the callback URL.
    pub provider: String,
    pub state: AuthorizationState,
    /// The secrets that the browser presents.
    pub browsers: Vec<BrowserSecret>,
    pub answer: ProviderAnswer,
    /// The contract of the callback.
    pub contract: Contract,
    /// Whether a new user gets an organization of their own.
    pub with_organization: bool,
    /// Whether the link of an identity signs its user in, for a contract whose answer needs the tokens.
    pub link_signs_in: bool,
    pub policy: SignInPolicy,
    pub client: Client,
}

/// The parameters of the provider's redirect (RFC 6749, section 4.1.2).
#[derive(Debug)]
pub enum ProviderAnswer {
    Code {
        code: String,
        /// The issuer of the response (RFC 9207).
        issuer: Option<String>,
    },
    /// Usually the user has canceled the authorization.
    Refused { error: String },
}

/// The authorization, which says where the browser is redirected, and its outcome.
#[derive(Debug)]
pub struct FinishedAuthorization {
    pub authorization: Authorization,
    pub outcome: Result<SocialOutcome, SocialError>,
}

#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and is moved once"
)]
pub enum SocialOutcome {
    SignedIn(SignedInWithIdentity),
    Linked,
}

#[derive(Debug, thiserror::Error)]
pub enum SocialError {
    #[error("the provider says {0}")]
    Denied(String),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    SignIn(#[from] IdentitySignInError),
    #[error(transparent)]
    Link(#[from] LinkIdentityError),
}

refusals! {
    pub enum FinishAuthorizationError {
        Refused {
        reason: AuthorizationRefused,
        /// The client's redirect target for errors. It is used only for a browser that presents the secret of the
        /// state.
        error_callback: Option<Redirect>,
    }: Expired
            = "{reason}",
    }
}

const UNKNOWN: FinishAuthorizationError = FinishAuthorizationError::Refused {
    reason: AuthorizationRefused::Unknown,
    error_callback: None,
};

impl Core {
    /// The state is consumed before the code: of several requests with the same response, one succeeds (replay).
    pub async fn finish_authorization(
        &self,
        command: FinishAuthorization,
        now: Timestamp,
    ) -> Result<FinishedAuthorization, FinishAuthorizationError> {
        let (authorization, binding) = self
            .find_own_authorization(&command.state, &command.browsers, &command.provider, now)
            .await?;
        if authorization.contract != command.contract {
            return Err(refused(AuthorizationRefused::OtherContract, &authorization));
        }
        // A state whose provider cannot be read is not used up, so that the browser can repeat the request.
        let provider = self.social_provider(authorization.provider.as_str(), now).await?;
        self.consume_authorization(&authorization, now).await?;
        let outcome = self.complete(&authorization, &binding, provider, command, now).await;
        Ok(FinishedAuthorization { authorization, outcome })
    }

    /// The authorization that this browser has begun at this provider, and what binds the provider's response to it.
    pub(super) async fn find_own_authorization(
        &self,
        state: &AuthorizationState,
        browsers: &[BrowserSecret],
        provider: &str,
        now: Timestamp,
    ) -> Result<(Authorization, Binding), FinishAuthorizationError> {
        let (id, origins) = (state.authorization_id, &self.settings.trusted_origins);
        let found = self.store.find_authorization(id, origins).await?;
        let authorization = found.ok_or(UNKNOWN)?;
        let opened = authorization.open(&state.secret, browsers, provider, now);
        let binding = opened.map_err(|reason| refused(reason, &authorization))?;
        Ok((authorization, binding))
    }

    pub(super) async fn consume_authorization(
        &self,
        authorization: &Authorization,
        now: Timestamp,
    ) -> Result<(), FinishAuthorizationError> {
        let changes = Changes::new().spend_authorization(authorization.id);
        let spent = self.retries(now).commit_once(changes).await;
        spent.map_err(|lost| match lost {
            Lost::Refused(Conflict::AuthorizationSpent) => UNKNOWN,
            lost => lost.into(),
        })
    }

    async fn complete(
        &self,
        authorization: &Authorization,
        binding: &Binding,
        provider: Option<Arc<Provider>>,
        command: FinishAuthorization,
        now: Timestamp,
    ) -> Result<SocialOutcome, SocialError> {
        let (code, issuer) = match command.answer {
            ProviderAnswer::Code { code, issuer } => (code, issuer),
            ProviderAnswer::Refused { error } => return Err(SocialError::Denied(error)),
        };
        let provider = provider.ok_or(ProviderError::Unsupported)?;
        let response = AuthorizationCode {
            code: &code,
            issuer: issuer.as_deref(),
        };
        let deadline = Deadline::start();
        let granted = provider
            .exchange(authorization, response, binding, deadline, now)
            .await?;
        let may_sign_up;
        match authorization.purpose {
            AuthorizationPurpose::Link { user, session, limit } => {
                self.link_identity(user, session, &granted, limit, now).await?;
                if !command.link_signs_in {
                    return Ok(SocialOutcome::Linked);
                }
                may_sign_up = false;
            }
            AuthorizationPurpose::SignIn { may_sign_up: asked } => {
                may_sign_up = provider.sign_up().permits(asked);
            }
        }
        let command = IdentitySignIn {
            granted,
            may_sign_up,
            must_sign_up: false,
            with_organization: command.with_organization,
            policy: command.policy,
            client: command.client,
        };
        Ok(SocialOutcome::SignedIn(self.sign_in_with_identity(command, now).await?))
    }
}

fn refused(reason: AuthorizationRefused, authorization: &Authorization) -> FinishAuthorizationError {
    match reason {
        AuthorizationRefused::Unknown => UNKNOWN,
        AuthorizationRefused::OtherBrowser
        | AuthorizationRefused::OtherProvider
        | AuthorizationRefused::OtherContract => FinishAuthorizationError::Refused {
            reason,
            error_callback: authorization.error_callback.clone(),
        },
    }
}
