//! Uploads that create many users: `BULK_UPLOAD#id / ROWS`; and `BULK_UPLOAD#user / REQUEST#hash`, which names the
//! upload that a repeated request continues.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{at_most, is, missing};
use super::item::{Address, Millis, Record, Text, from_item, millis};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::bulk::{BulkRow, BulkRowState, BulkUpload, KEPT_FOR, PlannedUser};
use crate::domain::{AccountRole, BulkUploadId, Name, OrganizationId, OrganizationNumber, SecretHash, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct BulkUploadRecord {
    id: Text<BulkUploadId>,
    uploader: Text<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
    rows: Vec<RowRecord>,
    created_at: Millis,
    is_complete: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct RowRecord {
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<Text<OrganizationId>>,
    #[serde(flatten)]
    state: StateRecord,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateRecord {
    Planned {
        user_id: Text<UserId>,
        address: Address,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        full_name: Option<String>,
        account_role: Text<AccountRole>,
        organization_id: Text<OrganizationId>,
        number: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        program_id: Option<u64>,
        is_mailed: bool,
    },
    Created,
    Skipped {
        message: String,
    },
    Failed {
        message: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct BulkRequestRecord {
    upload_id: Text<BulkUploadId>,
    /// From then on the same request begins another upload.
    expires_at: Millis,
}

impl Record for BulkUploadRecord {
    const KIND: &'static str = "bulk_upload";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.created_at.0 + KEPT_FOR)
    }
}

impl Record for BulkRequestRecord {
    const KIND: &'static str = "bulk_request";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn find_bulk_upload(&self, id: BulkUploadId) -> Result<Option<BulkUpload>, StoreError> {
        self.table.find::<BulkUploadRecord, _>(&keys::bulk_upload(id)).await
    }

    /// The upload that the user has begun with the same request.
    pub async fn find_bulk_request(
        &self,
        user: UserId,
        request: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<BulkUploadId>, StoreError> {
        let item = self.table.get(&keys::bulk_request(user, request)).await?;
        let record = item.map(from_item::<BulkRequestRecord>).transpose()?;
        let current = record.filter(|record| record.expires_at.0 > now);
        Ok(current.map(|record| record.upload_id.0))
    }
}

impl Changes {
    /// Of many equal requests, one begins an upload.
    pub fn begin_bulk_upload(
        self,
        upload: &BulkUpload,
        request: &SecretHash,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        let record = BulkRequestRecord {
            upload_id: Text(upload.id),
            expires_at: Millis(expires_at),
        };
        let vacant = missing().or(at_most("expires_at", millis(now)));
        let claim = Write::put(keys::bulk_request(upload.uploader, request), &record).when(vacant);
        let write = Write::create(keys::bulk_upload(upload.id), &BulkUploadRecord::from(upload));
        self.with(claim, Conflict::BulkUploadBegun)
            .with(write, Conflict::IdTaken)
    }

    /// For the creation of a user of the upload, whose results are final once they are stored.
    pub fn require_open_bulk_upload(self, id: BulkUploadId) -> Self {
        let check = Write::check(keys::bulk_upload(id), is("is_complete", AttributeValue::Bool(false)));
        self.with(check, Conflict::BulkUploadComplete)
    }

    /// Stores the results. Of several requests that process the upload, one does.
    pub fn complete_bulk_upload(self, upload: &BulkUpload) -> Self {
        let write = Write::put(keys::bulk_upload(upload.id), &BulkUploadRecord::from(upload));
        let open = is("is_complete", AttributeValue::Bool(false));
        self.with(write.when(open), Conflict::BulkUploadComplete)
    }
}

impl From<&BulkUpload> for BulkUploadRecord {
    fn from(upload: &BulkUpload) -> Self {
        Self {
            id: Text(upload.id),
            uploader: Text(upload.uploader),
            filename: upload.filename.clone(),
            rows: upload.rows.iter().map(RowRecord::from).collect(),
            created_at: Millis(upload.created_at),
            is_complete: upload.is_complete,
        }
    }
}

impl From<BulkUploadRecord> for BulkUpload {
    fn from(record: BulkUploadRecord) -> Self {
        Self {
            id: record.id.0,
            uploader: record.uploader.0,
            filename: record.filename,
            rows: record.rows.into_iter().map(BulkRow::from).collect(),
            created_at: record.created_at.0,
            is_complete: record.is_complete,
        }
    }
}

impl From<&BulkRow> for RowRecord {
    fn from(row: &BulkRow) -> Self {
        Self {
            email: row.email.clone(),
            name: row.name.clone(),
            role: row.role.clone(),
            account: row.account.map(Text),
            state: match &row.state {
                BulkRowState::Planned(user) => StateRecord::Planned {
                    user_id: Text(user.id),
                    address: Address(user.email.clone()),
                    full_name: user.name.as_ref().map(|name| name.as_str().to_owned()),
                    account_role: Text(user.role),
                    organization_id: Text(user.account),
                    number: user.number.0,
                    program_id: user.program_id,
                    is_mailed: user.is_mailed,
                },
                BulkRowState::Created => StateRecord::Created,
                BulkRowState::Skipped(message) => StateRecord::Skipped {
                    message: message.clone(),
                },
                BulkRowState::Failed(message) => StateRecord::Failed {
                    message: message.clone(),
                },
            },
        }
    }
}

impl From<RowRecord> for BulkRow {
    fn from(record: RowRecord) -> Self {
        Self {
            email: record.email,
            name: record.name,
            role: record.role,
            account: record.account.map(|id| id.0),
            state: match record.state {
                StateRecord::Planned {
                    user_id,
                    address,
                    full_name,
                    account_role,
                    organization_id,
                    number,
                    program_id,
                    is_mailed,
                } => BulkRowState::Planned(Box::new(PlannedUser {
                    id: user_id.0,
                    email: address.0,
                    name: full_name.as_deref().map(Name::full),
                    role: account_role.0,
                    account: organization_id.0,
                    number: OrganizationNumber(number),
                    program_id,
                    is_mailed,
                })),
                StateRecord::Created => BulkRowState::Created,
                StateRecord::Skipped { message } => BulkRowState::Skipped(message),
                StateRecord::Failed { message } => BulkRowState::Failed(message),
            },
        }
    }
}
