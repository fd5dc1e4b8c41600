//! The principal who keeps a catalogue.

use jiff::Timestamp;

use crate::domain::OrganizationId;
use crate::operations::attempts::Lost;
use crate::operations::catalogue::CatalogueError;
use crate::store::Changes;

/// The attempts of a principal who keeps a catalogue. Each commit has the condition that the principal is as read.
pub(in crate::operations) trait Keeper: Send {
    fn now(&self) -> Timestamp;

    /// The organization whose catalogue the principal keeps, if the principal, as of this attempt, may keep it; `None`
    /// for the catalogue of the service.
    fn catalogue(&self) -> Result<Option<OrganizationId>, CatalogueError>;

    /// Commits the changes, and writes the audit record. `subject` names the record: its kind and its id. `false`: the
    /// commit lost a race, so the operation must decide again.
    fn commit(&mut self, subject: &str, changes: Changes) -> impl Future<Output = Result<bool, Lost>> + Send;
}
