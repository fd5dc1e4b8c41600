//! Failures of the creation of many users at once.

use super::{ErrorCode, Failure};
use crate::contract::failures::failures;
use crate::operations::{CreateAccountUsersError, ShowBulkUploadError};

impl Failure {
    pub fn upload_not_found() -> Self {
        Self::not_found("Upload not found")
    }
}

failures! {
    CreateAccountUsersError {
        E::NotPermitted => Failure::forbidden(ErrorCode::Forbidden, "Forbidden"),
    }

    ShowBulkUploadError {
        E::NotFound => Failure::upload_not_found(),
        E::NotPermitted => Failure::forbidden(ErrorCode::Forbidden, "Forbidden"),
    }
}
