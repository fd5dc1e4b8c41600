//! Uploads that create many users at once. An upload is stored before its first user is created: a repetition of the
//! request continues it and gets its results.

use jiff::{SignedDuration, Timestamp};

use super::account::AccountRole;
use super::email::EmailAddress;
use super::ids::{BulkUploadId, OrganizationId, OrganizationNumber, UserId};
use super::user::Name;

/// Most users of one upload.
pub const MAX_ROWS: usize = 100;

/// How long the results of an upload can be read.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkUpload {
    pub id: BulkUploadId,
    pub uploader: UserId,
    pub filename: Option<String>,
    pub rows: Vec<BulkRow>,
    pub created_at: Timestamp,
    /// Whether every row has its result, which does not change any more.
    pub is_complete: bool,
}

/// A row as it is shown: the values as they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkRow {
    pub email: String,
    pub name: Option<String>,
    pub role: String,
    pub account: Option<OrganizationId>,
    pub state: BulkRowState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BulkRowState {
    /// The user is to be created, with this id. Whether it was is decided by the id of the owner of the address.
    Planned(Box<PlannedUser>),
    Created,
    Skipped(String),
    Failed(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedUser {
    pub id: UserId,
    pub email: EmailAddress,
    pub name: Option<Name>,
    pub role: AccountRole,
    pub account: OrganizationId,
    pub number: OrganizationNumber,
    pub program_id: Option<u64>,
    /// Whether the user gets the mail that sets the first password.
    pub is_mailed: bool,
}

impl BulkUpload {
    /// The accounts that the upload concerns.
    pub fn accounts(&self) -> impl Iterator<Item = OrganizationId> {
        self.rows.iter().filter_map(|row| row.account)
    }
}
