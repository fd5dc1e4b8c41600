//! The errors of the verbs on records.

use crate::domain::InvalidField;
use crate::operations::prelude::*;

refusals! {
    pub enum CatalogueError {
        NotPermitted: Forbidden on OrganizationGone = "the caller does not keep this catalogue",
        /// Only an administrator of the platform names the organization.
        UnknownOrganization: Invalid = "the request does not name an organization that exists",
        /// With the title of the kind.
        NotFound(&'static str): NotFound = "no {0} has this id",
        NameTaken: Conflict on RecordNameTaken = "another record has the name",
        /// With each field that is wrong.
        Invalid(Vec<InvalidField>): Invalid = "the record breaks a rule of its kind",
        Full: Limit on CatalogueFull = "the catalogue has reached its limit of records",
    }
}
