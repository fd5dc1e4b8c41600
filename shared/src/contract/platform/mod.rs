//! The `platform` contract: users, their organizations and their administration. Implemented so far: the own profile,
//! and creating an organization.

mod administrator;
mod auth;
mod body;
mod caller;
mod failure;
mod key;
mod limit;
mod message;
mod organization;
mod profile;
mod query;

pub use administrator::{
    AdminChangePassword, AdminConfirmResetPassword, AdminLogin, AdminLoginResponse, AdminRefreshTokenRequest,
    AdminResetPassword, AdminTokens, Administrator,
};
pub use auth::{
    ChangePasswordRequest, ForgotPasswordRequest, LoggedIn, LoginRequest, PASSWORD_RULES, RefreshTokenRequest,
    RegisterRequest, Registered, ResendVerificationRequest, ResetPasswordRequest, Tokens, VerifyEmailRequest,
};
pub use body::Body;
pub use caller::{Bearer, BearerWith};
pub use failure::Failure;
pub use key::{CleanupKeysResponse, KeyStatusResponse, RevokeKeyResponse, RotateKeysResponse, SigningKeyResponse};
pub use limit::AuthenticationLimit;
pub use message::Message;
pub use organization::{CreateOrganizationRequest, Membership, Organization, OrganizationResponse};
pub use profile::{UpdateUserProfile, UserProfile};
pub use query::Query;
