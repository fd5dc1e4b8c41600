//! Inviting many addresses with one request. Each row is an invitation of its own: a row that fails stops no other.

use jiff::Timestamp;

use crate::domain::{Invitation, OrganizationId, RateLimit};
use crate::operations::invitations::invite_member::{InviteMember, InviteMemberError};
use crate::operations::organizations::expect_writable;
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct BulkInvitation {
    pub organization_id: OrganizationId,
    /// The address as the client sent it, and the invitation, or the reason why the row is invalid.
    pub rows: Vec<(String, Result<InviteMember, String>)>,
    pub client_ip: String,
}

/// The result of a row.
#[derive(Debug)]
pub struct SentInvitation {
    pub email: String,
    pub result: Result<Invitation, RowRefused>,
}

/// Why a row failed.
#[derive(Debug)]
pub enum RowRefused {
    /// The reason with which it was passed.
    Invalid(String),
    Refused(InviteMemberError),
}

impl Core {
    /// The request counts once against the limits of the client and the user, and each invitation against those of
    /// invitations and mailboxes.
    pub async fn invite_members(
        &self,
        caller: &Caller,
        command: BulkInvitation,
        now: Timestamp,
    ) -> Result<Vec<SentInvitation>, InviteMemberError> {
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
            .await?;
        let mut attempts = self.attempts(caller, now).await?;
        let own = caller.user.membership(command.organization_id);
        let own = own.ok_or(InviteMemberError::NotAMember)?;
        let organization = self.store.find_organization(command.organization_id).await?;
        let organization = organization.ok_or(InviteMemberError::NotAMember)?;
        // Unlike one invitation, many are never open to each member.
        self.may_invite_many(own)?;
        expect_writable(&organization, now)?;
        let mut sent = Vec::with_capacity(command.rows.len());
        for (email, row) in command.rows {
            let result = match row {
                Err(reason) => Err(RowRefused::Invalid(reason)),
                Ok(row) => {
                    let invited = self.send_counted_invitation(&mut attempts, &row, false).await;
                    invited.map_err(RowRefused::Refused)
                }
            };
            sent.push(SentInvitation { email, result });
        }
        Ok(sent)
    }
}
