//! The keys that sign tokens: publishing them, and their life.

mod change_ring;
pub mod clean_up_keys;
pub mod generate_key;
pub mod keeper;
pub mod list_keys;
pub mod publish_keys;
pub mod revoke_key;
pub mod rotate_keys;
pub mod show_keys;
mod sign_token;
mod tend_keys;
mod verify_token;

pub use generate_key::GenerateKeyError;
pub use keeper::KeyKeeper;
pub use publish_keys::RING_CACHED_FOR;
pub use revoke_key::RevokeKeyError;
pub use rotate_keys::{RotateKeysError, Rotated};
pub use show_keys::{ShownKey, ShownRing};
