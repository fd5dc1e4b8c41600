//! The verbs on administered records, the same for all kinds. An operation on one kind calls them with the principal
//! who keeps the catalogue.

mod administer_records;
mod error;
mod keeper;
mod records;

pub use error::CatalogueError;
pub(in crate::operations) use keeper::Keeper;
