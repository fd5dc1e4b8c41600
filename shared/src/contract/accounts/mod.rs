//! The `accounts` contract: every response is an envelope `{result, message, data}`. Implemented so far: sign-in,
//! tokens, users for other services, and the endpoint to which SNS posts mail reports.

mod account;
mod body;
mod bulk;
mod caller;
mod failure;
mod fields;
mod oauth;
mod password;
mod registration_link;
mod reminder;
mod requests;
mod service;
mod session;
mod user;
mod wire;

pub use account::{Account, CreateAccountRequest, UpdateAccountRequest};
pub use body::{Body, BulkBody, IdempotencyKey, PlainText};
pub use bulk::{BulkResult, BulkSimpleUsersRequest, BulkUsersRequest};
pub use caller::{Bearer, BearerWith, OptionalBearer};
pub use failure::{ErrorCode, Failure};
pub use oauth::{
    CompletedAccount, OAuthCompleteRequest, OAuthInvitationRequest, OAuthProvider, OAuthSignInRequest, Proof,
};
pub use password::{
    ChangePasswordRequest, EmailVerified, ForgotPasswordRequest, PASSWORD_RULES, PasswordChanged, PasswordReset,
    PasswordSet, ResetPasswordRequest, ResetRequested, SetPasswordRequest, VerifyEmailRequest, new_password,
};
pub use registration_link::{
    AcceptRegistrationLinkRequest, CreateRegistrationLinkRequest, DecodeRegistrationLinkRequest, NewRegistrationLink,
    Registration, RegistrationOffer, invitation,
};
pub use reminder::{Reminders, RemindersRequest, ResendVerificationRequest, VerificationResent};
pub use requests::{LoginRequest, RefreshTokenRequest, TokenType, ValidateTokenRequest};
pub use service::Service;
pub use session::{AuthData, RoleState, TokenPair, TokenValidation, User, UserSummary};
pub use user::{
    CreateUserRequest, DeleteUserRequest, LONGEST_NAME, RemovedRole, SHORTEST_NAME, SetUserRolesRequest,
    UpdateUserRequest,
};
pub use wire::{MailEventReceipt, Success};
