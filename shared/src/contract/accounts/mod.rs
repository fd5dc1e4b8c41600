//! The `accounts` contract: every answer is an envelope `{result, message, data}`. Served so far: signing in and
//! tokens, and the address to which SNS posts reports on mail.

mod body;
mod failure;
mod requests;
mod session;
mod wire;

pub use body::{Body, PlainText};
pub use failure::{ErrorCode, Failure};
pub use requests::{LoginRequest, RefreshTokenRequest, TokenType, ValidateTokenRequest};
pub use session::{AuthData, RoleState, TokenPair, TokenValidation, User, UserSummary};
pub use wire::{MailEventReceipt, Success};
