//! Creating many users of accounts with one request.
//!
//! The upload is stored first, with the id of each user. Each user is then created in a commit of its own, with the
//! mail. A repetition of the request, and a second one at the same time, work on the same upload: an address that
//! belongs to the planned id was created by another attempt, so that each user is created once and gets one mail.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::bulk::{BulkRow, BulkRowState, BulkUpload, PlannedUser};
use crate::domain::{
    AccountAuthority, AccountRank, BulkUploadId, EmailAddress, Membership, OrganizationId, OrganizationRole, RateLimit,
    RequestedMail, SeatLimits, SecretHash, User, UserId, admin_roles,
};
use crate::operations::accounts::administer_account::AccountAction;
use crate::operations::accounts::create_account_user::{NewAccountUser, enter_account};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::{Changes, Conflict};

/// How long an equal request is a repetition.
const SAME_BODY: SignedDuration = SignedDuration::from_mins(10);
/// How long a request with the same `Idempotency-Key` is a repetition.
const SAME_KEY: SignedDuration = SignedDuration::from_hours(24);

const ACTION: AccountAction = AccountAction {
    name: "create-account-users",
    requires: AccountRank::GroupAdmin,
};

#[derive(Debug)]
pub struct CreateAccountUsers {
    pub filename: Option<String>,
    pub rows: Vec<RequestedRow>,
    pub repetition: Repetition,
}

/// A row of the request: the values as they are shown, and the user unless the row is invalid.
#[derive(Debug)]
pub struct RequestedRow {
    pub email: String,
    pub name: Option<String>,
    pub role: String,
    /// The reason if the row is invalid.
    pub user: Result<NewAccountUser, String>,
}

/// What makes a request the repetition of an earlier one of the same caller.
#[derive(Debug)]
pub enum Repetition {
    SameBody(SecretHash),
    SameKey(SecretHash),
}

refusals! {
    pub enum CreateAccountUsersError {
        NotPermitted: Forbidden = "the caller administers no account",
    }
}

impl Core {
    /// Returns the upload with the result of every row.
    pub async fn create_account_users(
        &self,
        caller: &Assured<StepUp>,
        command: CreateAccountUsers,
        now: Timestamp,
    ) -> Result<BulkUpload, CreateAccountUsersError> {
        if !administers_any(&caller.user) {
            return Err(CreateAccountUsersError::NotPermitted);
        }
        self.limit_rate(RateLimit::ADMIN, caller.user.id, now).await?;
        let mut upload = self.begun_upload(caller, command, now).await?;
        if upload.is_complete {
            return Ok(upload);
        }
        let limits = self.seat_limits().await?;
        for row in &mut upload.rows {
            let BulkRowState::Planned(planned) = &row.state else {
                continue;
            };
            match self.create_planned(caller, upload.id, planned, &limits, now).await? {
                Some(state) => row.state = state,
                // Another request has processed all rows.
                None => return self.stored_upload(upload.id).await,
            }
        }
        upload.is_complete = true;
        let completed = Changes::new().complete_bulk_upload(&upload);
        match self.retries(now).commit_once(completed).await {
            Ok(()) => Ok(upload),
            Err(Lost::Refused(Conflict::BulkUploadComplete)) => self.stored_upload(upload.id).await,
            Err(lost) => Err(lost.into()),
        }
    }

    /// The upload of this request, or of the one that it repeats.
    async fn begun_upload(
        &self,
        caller: &Assured<StepUp>,
        command: CreateAccountUsers,
        now: Timestamp,
    ) -> Result<BulkUpload, CreateAccountUsersError> {
        let (request, lasts) = match &command.repetition {
            Repetition::SameBody(hash) => (*hash, SAME_BODY),
            Repetition::SameKey(hash) => (*hash, SAME_KEY),
        };
        if let Some(id) = self.store.find_bulk_request(caller.user.id, &request, now).await? {
            return self.stored_upload(id).await;
        }
        let upload = BulkUpload {
            id: BulkUploadId::generate(now, &*self.entropy),
            uploader: caller.user.id,
            rows: self.planned_rows(caller, command.rows, now).await?,
            filename: command.filename,
            created_at: now,
            is_complete: false,
        };
        let window = RateLimit::BULK_UPLOAD.window(caller.user.id, now);
        let changes = Changes::new().begin_bulk_upload(&upload, &request, now + lasts, now);
        match self.retries(now).commit_once(self.counted(changes, &window)).await {
            Ok(()) => Ok(upload),
            Err(Lost::Refused(Conflict::BulkUploadBegun)) => {
                let begun = self.store.find_bulk_request(caller.user.id, &request, now).await?;
                let begun = begun.ok_or_else(|| Interruption::internal("the other upload is gone"))?;
                self.stored_upload(begun).await
            }
            Err(lost) => Err(lost.into()),
        }
    }

    async fn stored_upload(&self, id: BulkUploadId) -> Result<BulkUpload, CreateAccountUsersError> {
        let upload = self.store.find_bulk_upload(id).await?;
        Ok(upload.ok_or_else(|| Interruption::internal("a bulk upload is gone before its request"))?)
    }

    async fn planned_rows(
        &self,
        caller: &Caller,
        rows: Vec<RequestedRow>,
        now: Timestamp,
    ) -> Result<Vec<BulkRow>, Interruption> {
        let mut accounts: HashMap<u64, Option<OrganizationId>> = HashMap::new();
        let mut seen: HashSet<EmailAddress> = HashSet::new();
        let mut planned = Vec::with_capacity(rows.len());
        for row in rows {
            let mut account = None;
            let state = match row.user {
                Err(reason) => BulkRowState::Failed(reason),
                Ok(user) if !seen.insert(user.email.clone()) => {
                    BulkRowState::Skipped("Address repeated in this call".to_owned())
                }
                Ok(user) => {
                    account = if let Some(known) = accounts.get(&user.account.0) {
                        *known
                    } else {
                        let located = self.locate_account(caller, user.account).await?;
                        accounts.insert(user.account.0, located);
                        located
                    };
                    match account {
                        Some(account) => BulkRowState::Planned(Box::new(self.planned(user, account, now))),
                        None => BulkRowState::Failed("Account not found".to_owned()),
                    }
                }
            };
            planned.push(BulkRow {
                email: row.email,
                name: row.name,
                role: row.role,
                account,
                state,
            });
        }
        Ok(planned)
    }

    fn planned(&self, user: NewAccountUser, account: OrganizationId, now: Timestamp) -> PlannedUser {
        PlannedUser {
            id: UserId::generate(now, &*self.entropy),
            email: user.email,
            name: user.name,
            role: user.role,
            account,
            number: user.account,
            program_id: user.program_id,
            is_mailed: user.is_mailed,
        }
    }

    /// The result of the row. `None`: the upload is complete.
    async fn create_planned(
        &self,
        caller: &Assured<StepUp>,
        upload: BulkUploadId,
        planned: &PlannedUser,
        limits: &SeatLimits,
        now: Timestamp,
    ) -> Result<Option<BulkRowState>, CreateAccountUsersError> {
        let failed = |reason: &str| Ok(Some(BulkRowState::Failed(reason.to_owned())));
        let mut administration = self.uncounted_administration(caller, planned.account, ACTION, now);
        let mut user = self.planned_user(caller, planned, now).await?;
        let mut seen = None;
        loop {
            let Ok(administrator) = administration.administrator() else {
                return failed("You do not administer the account");
            };
            let Some(roles) = administrator.authority.granted(planned.role) else {
                return failed("You may not grant the role");
            };
            user.memberships[0].roles = roles;
            let changes = Changes::new().require_open_bulk_upload(upload);
            let mut changes = self.account_user_creation(changes, &user, seen.as_ref(), limits, planned.is_mailed, now);
            if planned.is_mailed {
                let window = RequestedMail::Invitation.window(user.email.mailbox(), now);
                changes = self.counted(changes, &window);
            }
            let committed = match administration.commit(&administrator, Some(user.id), changes).await {
                Ok(false) => self.account_with_seat(planned.account, limits, now).await.map(Some),
                Ok(true) => Ok(None),
                Err(lost) => Err(lost),
            };
            match committed {
                Ok(None) => return Ok(Some(BulkRowState::Created)),
                Ok(again) => seen = again,
                Err(Lost::Refused(Conflict::BulkUploadComplete)) => return Ok(None),
                Err(Lost::Refused(Conflict::EmailTaken)) => return Ok(Some(self.owner_of_row(planned).await?)),
                Err(Lost::Refused(Conflict::NoSeat)) => return failed("The account has no free seat"),
                Err(Lost::Refused(Conflict::OrganizationGone)) => return failed("The account is not active"),
                Err(Lost::Interrupted(Interruption::OrganizationReadOnly)) => {
                    return failed("The account is read-only");
                }
                Err(Lost::Interrupted(Interruption::TooManyRequests { .. })) => {
                    return failed("The mailbox gets too many mails");
                }
                Err(lost) => return Err(lost.into()),
            }
        }
    }

    /// Not yet written.
    async fn planned_user(&self, caller: &Caller, planned: &PlannedUser, now: Timestamp) -> Result<User, Interruption> {
        let new = NewAccountUser {
            email: planned.email.clone(),
            name: planned.name.clone(),
            role: planned.role,
            account: planned.number,
            program_id: planned.program_id,
            is_mailed: planned.is_mailed,
        };
        let mut user = self.build_account_user(&new, caller.user.number, now).await?;
        user.id = planned.id;
        let membership = Membership {
            program_id: planned.program_id,
            ..Membership::new(planned.account, planned.number, OrganizationRole::Member, now)
        };
        enter_account(&mut user, membership);
        Ok(user)
    }

    /// The result of a row whose address has an owner.
    async fn owner_of_row(&self, planned: &PlannedUser) -> Result<BulkRowState, Interruption> {
        let owner = self.store.find_owner(&planned.email).await?;
        if owner == Some(planned.id) {
            return Ok(BulkRowState::Created);
        }
        let user = match owner {
            Some(owner) => self.store.find_user(owner).await?,
            None => None,
        };
        let is_member = user.is_some_and(|user| user.membership_in_any_state(planned.account).is_some());
        Ok(if is_member {
            BulkRowState::Skipped("User already exists in the account".to_owned())
        } else {
            BulkRowState::Failed("The address belongs to another user".to_owned())
        })
    }
}

/// Whether the user administers any account at all, so that a row may succeed.
pub(super) fn administers_any(user: &User) -> bool {
    let mut own = user.memberships.iter().map(|membership| membership.organization_id);
    admin_roles::is_super(user)
        || own.any(|id| AccountAuthority::of(user, id).is_ok_and(|it| it.rank >= AccountRank::GroupAdmin))
}
