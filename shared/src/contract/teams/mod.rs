//! The `teams` contract: sign-in, password recovery, invitations and the choice of the current team. A team is an
//! organization.

mod body;
mod caller;
mod failure;
mod wire;

pub use body::Body;
pub use caller::{Bearer, BearerWith};
pub use failure::Failure;
pub use wire::{
    ChangeTeamRequest, FinishInvitationRequest, ForgotPasswordRequest, Me, Notice, PASSWORD_RULES, RefreshTokenRequest,
    RestorePasswordRequest, SignInRequest, SignUpRequest, TokenRequest, Tokens,
};
