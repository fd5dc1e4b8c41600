//! The `basic` contract: sign-up, login, and sign-up by invitation. No operation requires a session, so the contract
//! has no `caller`.

mod body;
mod failure;
mod wire;

pub use body::Body;
pub use failure::Failure;
pub use wire::{
    LoginRequest, LoginResponse, PASSWORD_RULES, SignupInviteRequest, SignupInviteResponse, SignupRequest, User,
};
