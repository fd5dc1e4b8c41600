//! The `better_auth` contract, as the framework's own clients speak it.

mod body;
mod caller;
pub mod cookies;
mod failure;
mod origin;
mod query;
mod wire;

pub use body::Body;
pub use caller::{Signed, Visitor};
pub use failure::Failure;
pub use origin::check_origin;
pub use query::Query;
pub use wire::{
    ChangeEmailRequest, ChangePasswordRequest, DeleteUserRequest, ForgetPasswordRequest, GetSessionQuery, Nothing,
    PASSWORD_RULES, ResetPasswordRequest, RevokeSessionRequest, SendVerificationEmailRequest, Session,
    SignInEmailRequest, SignUpEmailRequest, UpdateUserRequest, User, callback, time,
};
