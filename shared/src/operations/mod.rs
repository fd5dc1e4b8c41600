//! The operations of the service, one verb per file. Every operation has the same steps: load, authorize, decide (in
//! `domain`), commit once. Mail is part of the commit: it waits in the outbox.
//!
//! An operation knows no contract, no HTTP and no item key. Its error states facts; `contract` decides which of them a
//! client sees.

pub mod accounts;
pub mod addresses;
pub mod administration;
pub mod api_keys;
pub mod app_roles;
mod attempts;
pub mod catalogue;
pub mod configuration;
pub mod core;
pub mod events;
pub mod health;
pub mod interruption;
pub mod invitations;
pub mod keys;
mod limit_rate;
pub mod lists;
pub mod mail;
pub mod members;
pub mod organizations;
pub mod passkeys;
pub mod passwords;
pub mod platform_administrators;
pub mod platform_organizations;
pub mod platform_users;
pub mod policies;
mod prelude;
mod refusal;
pub mod second_factor;
pub mod services;
pub mod sessions;
pub mod social;
pub mod statistics;
pub mod teams;
pub mod transfer;
pub mod users;

pub use self::core::{Core, OrganizationSettings, Services, Settings};
pub use self::{
    accounts::*, addresses::*, administration::*, api_keys::*, catalogue::*, configuration::*, events::*, health::*,
    invitations::*, keys::*, lists::*, mail::*, members::*, organizations::*, passkeys::*, passwords::*,
    platform_administrators::*, platform_organizations::*, platform_users::*, policies::*, second_factor::*,
    services::*, sessions::*, social::*, statistics::*, teams::*, transfer::*, users::*,
};
pub use interruption::Interruption;
pub use refusal::{Refusal, RefusalKind};

pub use crate::webauthn::{AuthenticationResponse, MalformedResponse, RegistrationResponse};
