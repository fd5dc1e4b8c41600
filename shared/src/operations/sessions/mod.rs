//! Sign-up and sign-in by password, the tokens that they issue, and the life of a session: check, refresh, renewal,
//! revocation.

pub mod assurance;
pub mod authenticate;
mod authorize_request;
pub mod count_ended_sessions;
mod drop_requests;
pub mod extend_session;
pub mod issue_access_token;
pub mod lift_expired_ban;
pub mod list_sessions;
pub mod open_session;
pub mod refresh_session;
pub mod renew_session;
pub mod revoke_sessions;
pub mod sign_access_token;
pub mod sign_in;
pub mod sign_in_policy;
pub mod sign_out;
pub mod sign_up;
pub mod validate_token;
pub mod verify_captcha;

pub use assurance::{Assured, Fresh, InPerson, Level, SecondFactor, StepUp};
pub use authenticate::{Caller, Credential};
pub use authorize_request::TokenCheck;
pub use issue_access_token::IssueAccessTokenError;
pub use open_session::{Challenge, Client, Issue, OpenedSession, SignedIn};
pub use refresh_session::{RefreshError, Refreshed};
pub use renew_session::RenewedSession;
pub use sign_in::{SignIn, SignInError};
pub use sign_in_policy::SignInPolicy;
pub use sign_up::{SignUp, SignUpError, SignedUp};
pub use validate_token::{PresentedToken, ValidToken, ValidateTokenError};

pub use crate::captcha::{CaptchaCheck, CaptchaRefused};
