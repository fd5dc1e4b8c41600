//! Passkeys (WebAuthn Level 3): registration, sign-in, administration of a user's own.

pub mod begin_passkey_ceremony;
pub mod change_passkey;
pub mod register_passkey;
pub mod sign_in_with_passkey;

pub use begin_passkey_ceremony::{BeginPasskeyError, PasskeyCreation, PasskeyRequest};
pub use change_passkey::ChangePasskeyError;
pub use register_passkey::{RegisterPasskey, RegisterPasskeyError};
pub use sign_in_with_passkey::{SignInWithPasskey, SignInWithPasskeyError};
