//! Sign-in through identity providers, and the identities that are linked to a user.

pub mod begin_authorization;
pub mod finish_authorization;
pub mod identify;
pub mod leave_alone;
pub mod link_identity;
pub mod provider_tokens;
pub mod seal;
pub mod show_provider_profile;
pub mod sign_in_with_identity;

pub use begin_authorization::{
    AUTHORIZATION_LIFETIME, BeginAuthorization, BeginAuthorizationError, BegunAuthorization,
};
pub use finish_authorization::{
    FinishAuthorization, FinishAuthorizationError, FinishedAuthorization, ProviderAnswer, SocialError, SocialOutcome,
};
pub use identify::{Identified, IdentifyError};
pub use link_identity::{Accounts, LinkIdentityError, UnlinkAccountError};
pub use provider_tokens::{AccountSelector, OpenedAccount, ProviderTokensError};
pub use show_provider_profile::{ProviderProfile, ShowProviderProfileError};
pub use sign_in_with_identity::{IdentitySignIn, IdentitySignInError, SignedInWithIdentity};

pub use crate::social::{PresentedToken as ProviderToken, ProviderError};
