//! Passkeys (WebAuthn Level 3): registration, sign-in, and management of the own ones.

pub mod begin_passkey_registration;
pub mod begin_passkey_sign_in;
pub mod delete_passkey;
mod find_own_passkey;
pub mod list_passkeys;
pub mod register_passkey;
pub mod rename_passkey;
pub mod sign_in_with_passkey;
mod store_ceremony;

pub use begin_passkey_registration::PasskeyCreation;
pub use begin_passkey_sign_in::PasskeyRequest;
pub use find_own_passkey::ChangePasskeyError;
pub use register_passkey::{RegisterPasskey, RegisterPasskeyError};
pub use sign_in_with_passkey::{SignInWithPasskey, SignInWithPasskeyError};
