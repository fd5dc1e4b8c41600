//! The `better_auth` contract, as the framework's own clients use it.

pub mod admin;
pub mod api_key;
mod body;
mod by_api_key;
mod caller;
pub mod cookies;
mod failure;
pub mod organization;
mod origin;
mod passkey;
mod profile_fields;
mod queries;
mod query;
mod redirects;
mod requests;
mod signed_in;
pub mod social;
mod two_factor;
mod update_session;
mod username;
mod wire;

pub use body::Body;
pub use caller::{Signed, SignedWith, Visitor};
pub use failure::{Failure, authorization_refused, social_error};
pub use origin::check_origin;
pub use passkey::{
    AuthenticationOptions, AuthenticatorAttachment, DeletePasskeyRequest, GenerateRegisterOptionsQuery, Passkey,
    RegistrationOptions, UpdatePasskeyRequest, VerifyAuthenticationRequest, VerifyRegistrationRequest,
};
pub use queries::{ErrorQuery, GetSessionQuery, MailedTokenQuery, ResetPasswordCallbackQuery, ResetPasswordQuery};
pub use query::Query;
pub use redirects::{callback, callback_of_client, callback_of_link, found, redirect_to};
pub use requests::{
    ChangeEmailRequest, ChangePasswordRequest, DeleteUserRequest, ForgetPasswordRequest, IsUsernameAvailableRequest,
    Nothing, PASSWORD_RULES, ResetPasswordRequest, RevokeSessionRequest, SendVerificationEmailRequest,
    SignInEmailRequest, SignInUsernameRequest, SignUpEmailRequest, UpdateUserRequest, VerifyPasswordRequest,
};
pub use signed_in::{ask_for_second_factor, set_signed_in};
pub use two_factor::{
    EnableTwoFactorRequest, OwnPasswordRequest, SecondFactor, TwoFactorMethod, VerifyBackupCodeRequest,
    VerifyCodeRequest, passed_second_factor, with_renewed_session,
};
pub use update_session::UpdateSessionRequest;
pub use username::parse_username;
pub use wire::{Session, Status, Success, User};
