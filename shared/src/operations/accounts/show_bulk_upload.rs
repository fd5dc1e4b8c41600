//! The results of an upload of users.

use jiff::Timestamp;

use crate::domain::bulk::BulkUpload;
use crate::domain::{AccessDenied, AccountAuthority, AccountRank, BulkUploadId, RateLimit, admin_roles};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, SecondFactor};

refusals! {
    pub enum ShowBulkUploadError {
        NotFound: NotFound = "there is no such upload, or it is of accounts of which the caller is no member",
        NotPermitted: Forbidden = "the caller administers not all accounts of the upload",
    }
    denied NotFound, NotPermitted
}

impl Core {
    /// For the uploader, and for administrators of every account that the upload concerns: its rows are personal data
    /// of each of them.
    pub async fn show_bulk_upload(
        &self,
        caller: &Assured<SecondFactor>,
        id: BulkUploadId,
        now: Timestamp,
    ) -> Result<BulkUpload, ShowBulkUploadError> {
        self.limit_rate(RateLimit::ADMIN, caller.user.id, now).await?;
        let upload = self.store.find_bulk_upload(id).await?;
        let upload = upload.ok_or(ShowBulkUploadError::NotFound)?;
        if upload.uploader != caller.user.id && !admin_roles::is_super(&caller.user) {
            let mut accounts = upload.accounts().peekable();
            if accounts.peek().is_none() {
                return Err(ShowBulkUploadError::NotFound);
            }
            for account in accounts {
                let authority: Result<_, AccessDenied> = AccountAuthority::of(&caller.user, account);
                authority?.require(AccountRank::GroupAdmin)?;
            }
        }
        Ok(upload)
    }
}
