//! API keys: a user's own keys, and their use.

pub mod authenticate_api_key;
pub mod create_api_key;
pub mod delete_api_key;
pub mod list_api_keys;
pub mod update_api_key;
mod use_api_key;
pub mod verify_api_key;

pub use create_api_key::{CreateApiKeyError, CreatedApiKey};
pub use update_api_key::{UpdateApiKey, UpdateApiKeyError};
pub use use_api_key::UseApiKeyError;
pub use verify_api_key::VerifyApiKey;
