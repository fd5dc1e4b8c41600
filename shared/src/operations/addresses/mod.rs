//! The e-mail address of a user: verification and change.

pub mod approve_email_change;
pub mod change_email;
pub mod confirm_email_change;
pub mod reject_sign_up;
pub(in crate::operations) mod replace_address;
pub mod send_verification_email;
pub mod verify_account_email;
pub mod verify_email;

pub use change_email::{ChangeEmail, ChangeEmailError};
pub use confirm_email_change::ConfirmEmailChangeError;
pub use send_verification_email::{SendVerificationEmail, SendVerificationEmailError};
pub use verify_account_email::{VerifiedAccountEmail, VerifyAccountEmailError};
pub use verify_email::{VerifiedEmail, VerifyEmailError};
