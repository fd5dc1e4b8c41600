//! The `platform` contract: users, their organizations and their administration. Implemented so far: the own profile,
//! and creating an organization.

mod body;
mod caller;
mod failure;
mod organization;
mod profile;

pub use body::Body;
pub use caller::{Bearer, BearerWith};
pub use failure::Failure;
pub use organization::{CreateOrganizationRequest, Membership, Organization, OrganizationResponse};
pub use profile::{UpdateUserProfile, UserProfile};
