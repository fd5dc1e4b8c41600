//! Failures of the creation of many users at once.

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{CreateAccountUsersError, ShowBulkUploadError};

impl Failure {
    pub fn upload_not_found() -> Self {
        Self::not_found("Upload not found")
    }
}

failures! {
    CreateAccountUsersError {
        E::NotPermitted => "Forbidden",
    }

    ShowBulkUploadError {
        E::NotFound => Failure::upload_not_found(),
        E::NotPermitted => "Forbidden",
    }
}
