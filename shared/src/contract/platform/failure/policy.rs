//! The errors of administered records and of policy rules.

use http::StatusCode;

use super::{Detail, Failure};
use crate::contract::failures::failures;
use crate::domain::InvalidField;
use crate::operations::{CatalogueError, SyncPoliciesError, UpdateSettingError};

failures! {
    CatalogueError {
        E::NotPermitted => "Insufficient permissions",
        E::UnknownOrganization => Failure::invalid("tenant_id", "must be the id of an organization"),
        E::NotFound(what) => Failure::not_found(format!("{what} not found")),
        E::NameTaken => "Name already exists",
        E::Invalid(fields) => Failure::validation(fields.into_iter().map(Detail::from)),
        E::Full => Failure::bad_request("No further record is possible"),
    }

    UpdateSettingError {
        E::UnknownKey => "Configuration key not found",
        E::Invalid(field) => Failure::validation([Detail::from(field)]),
    }

    SyncPoliciesError {
        E::NotPermitted => "Insufficient permissions",
        E::UnknownOrganization => Failure::invalid("tenant_id", "must be the id of an organization"),
        E::ServerRefused => Failure {
            retry_after: Some(10),
            ..Failure::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The policy server did not accept the rules; those in effect are unchanged",
            )
        },
    }
}

impl From<InvalidField> for Detail {
    fn from(InvalidField { field, reason }: InvalidField) -> Self {
        Self {
            field: field.to_owned(),
            message: reason,
        }
    }
}
