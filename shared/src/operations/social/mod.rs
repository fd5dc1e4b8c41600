//! Sign-in through identity providers, and the identities that are linked to a user.

pub mod accept_invitation_with_identity;
mod administer_providers;
pub mod begin_authorization;
pub mod begin_link;
mod build_linked_account;
pub mod complete_account;
mod encrypt_provider_tokens;
pub mod finish_authorization;
pub mod get_access_token;
pub mod identify;
pub mod identify_by_code;
pub mod link_identity;
pub mod list_accounts;
mod match_identity;
mod provider_error;
pub mod refresh_access_token;
mod select_account;
pub mod show_provider_profile;
pub mod sign_in_to_account;
pub mod sign_in_with_identity;
mod sign_up_with_identity;
pub(in crate::operations) mod social_provider;
mod spend_token;
pub mod unlink_account;

pub use accept_invitation_with_identity::{
    AcceptInvitationWithIdentity, AcceptInvitationWithIdentityError, AccountInvitation,
};
pub use begin_authorization::{
    AUTHORIZATION_LIFETIME, BeginAuthorization, BeginAuthorizationError, BegunAuthorization,
};
pub use begin_link::BeginLinkError;
pub use complete_account::{CompleteAccount, CompleteAccountError, CompletedAccount};
pub use finish_authorization::{
    FinishAuthorization, FinishAuthorizationError, FinishedAuthorization, ProviderAnswer, SocialError, SocialOutcome,
};
pub use identify::{Identified, IdentifyError};
pub use identify_by_code::{IdentifyByCodeError, PresentedCode};
pub use link_identity::LinkIdentityError;
pub use list_accounts::Accounts;
pub use refresh_access_token::{OpenedAccount, ProviderTokensError};
pub use select_account::AccountSelector;
pub use show_provider_profile::{ProviderProfile, ShowProviderProfileError};
pub use sign_in_to_account::AccountSignInError;
pub use sign_in_with_identity::{IdentitySignIn, IdentitySignInError, SignedInWithIdentity};
pub use unlink_account::UnlinkAccountError;

pub use crate::social::{PresentedToken as ProviderToken, ProviderError, SignUpSetting};
