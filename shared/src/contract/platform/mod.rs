//! The `platform` contract: users, their organizations and their administration. Served so far: the own profile.

mod body;
mod caller;
mod failure;
mod organization;
mod profile;

pub use body::Body;
pub use caller::Bearer;
pub use failure::Failure;
pub use organization::{Membership, Organization};
pub use profile::{UpdateUserProfile, UserProfile};
