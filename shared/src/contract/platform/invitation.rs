//! Invitations, and requests that invite, in the `platform` contract.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Failure;
use super::member::{MemberUser, member_role};
use super::organization::role;
use crate::contract::fields::parsers::optional_text;
use crate::contract::fields::{Fields, Problem, Read, parse, request};
use crate::contract::reading::BodyRefused;
use crate::contract::time::time;
use crate::domain::invisible::is_invisible;
use crate::domain::{
    EmailAddress, Invitation as CoreInvitation, InvitationState, OrganizationId, OrganizationRole, User,
};
use crate::operations::{BulkInvitation, InviteMember, RowRefused, SentInvitation};

/// Longest message of an invitation, in characters.
const MESSAGE: usize = 500;

/// Most rows of one request.
const ROWS: usize = 50;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub id: String,
    pub email: String,
    pub role: &'static str,
    pub status: &'static str,
    #[serde(serialize_with = "time")]
    pub expires_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    pub inviter: Inviter,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inviter {
    pub id: String,
    /// Empty for a user who was deleted.
    pub email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

request! {
    pub struct InviteMemberRequest {
        email: EmailAddress = "email",
        role: OrganizationRole = member_role("role"),
        message: Option<String> = message("message"),
    }

    pub struct BulkInviteRequest {
        members: Vec<RequestedMember> = members("members"),
        message: Option<String> = message("message"),
    }
}

/// A row: the address as it was sent, and the invitation unless the row is invalid.
#[derive(Debug)]
pub struct RequestedMember {
    pub email: String,
    pub invitation: Result<InviteMemberRequest, String>,
}

#[derive(Debug, Serialize)]
pub struct BulkInvited {
    pub total: usize,
    pub invited: usize,
    pub failed: usize,
    pub results: Vec<InvitedRow>,
}

#[derive(Debug, Serialize)]
pub struct InvitedRow {
    pub email: String,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl InviteMemberRequest {
    pub fn command(self, organization_id: OrganizationId, client_ip: String) -> InviteMember {
        InviteMember {
            organization_id,
            email: self.email,
            roles: self.role.into(),
            teams: Vec::new(),
            message: self.message,
            owners_rank_admins: true,
            client_ip,
        }
    }
}

impl BulkInviteRequest {
    pub fn command(self, organization_id: OrganizationId, client_ip: &str) -> BulkInvitation {
        let shared = self.message;
        let row = |row: RequestedMember| {
            let command = row.invitation.map(|mut invitation| {
                invitation.message = invitation.message.or_else(|| shared.clone());
                invitation.command(organization_id, client_ip.to_owned())
            });
            (row.email, command)
        };
        BulkInvitation {
            organization_id,
            rows: self.members.into_iter().map(row).collect(),
            client_ip: client_ip.to_owned(),
        }
    }
}

impl Invitation {
    /// `inviter` is absent for a user who was deleted.
    pub fn of(invitation: &CoreInvitation, inviter: Option<&User>, now: Timestamp) -> Self {
        let status = match invitation.state {
            InvitationState::Pending if invitation.has_expired(now) => "EXPIRED",
            InvitationState::Pending => "PENDING",
            InvitationState::Accepted { .. } => "ACCEPTED",
            InvitationState::Rejected { .. } => "DECLINED",
            InvitationState::Canceled { .. } => "REVOKED",
            InvitationState::Lapsed => "EXPIRED",
        };
        let shown = inviter.map(MemberUser::from);
        let (email, first_name, last_name) = shown
            .map(|user| (user.email, user.first_name, user.last_name))
            .unwrap_or_default();
        Self {
            id: invitation.id.to_string(),
            email: invitation.email.to_string(),
            role: role(invitation.roles.standing()),
            status,
            expires_at: invitation.expires_at,
            created_at: invitation.created_at,
            inviter: Inviter {
                id: invitation.inviter.to_string(),
                email,
                first_name,
                last_name,
            },
        }
    }
}

impl BulkInvited {
    /// `inviter` is the caller.
    pub fn of(sent: Vec<SentInvitation>, inviter: &User, now: Timestamp) -> Self {
        let row = |SentInvitation { email, result }| match result {
            Ok(invitation) => InvitedRow {
                email,
                status: "INVITED",
                invitation: Some(Invitation::of(&invitation, Some(inviter), now)),
                message: None,
            },
            Err(refused) => InvitedRow {
                email,
                status: "FAILED",
                invitation: None,
                message: Some(match refused {
                    RowRefused::Invalid(reason) => reason,
                    RowRefused::Refused(error) => Failure::from(error).summary(),
                }),
            },
        };
        let results: Vec<InvitedRow> = sent.into_iter().map(row).collect();
        let succeeded = results.iter().filter(|row| row.invitation.is_some()).count();
        Self {
            total: results.len(),
            invited: succeeded,
            failed: results.len() - succeeded,
            results,
        }
    }
}

/// Text for the mail: on several lines, without other control characters or invisible ones.
fn message(fields: &mut Fields<'_>, name: &str) -> Read<Option<String>> {
    let text = optional_text::<String>(fields, name, 0, MESSAGE)?;
    let is_plain = |text: &String| {
        let odd = |c: char| is_invisible(c) || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        !text.chars().any(odd)
    };
    match text {
        Some(text) if !is_plain(&text) => fields.problem(name, Problem::NotPlain),
        text => Some(text.filter(|text| !text.trim().is_empty())),
    }
}

/// A row that is wrong fails by itself.
fn members(fields: &mut Fields<'_>, name: &str) -> Read<Vec<RequestedMember>> {
    let rows = fields.value(name).and_then(Value::as_array);
    match rows.filter(|rows| (1..=ROWS).contains(&rows.len())) {
        Some(rows) => Some(rows.iter().map(requested).collect()),
        None => fields.not_a(name, "list of 1 to 50 members"),
    }
}

fn requested(row: &Value) -> RequestedMember {
    let email = row.get("email").and_then(Value::as_str).unwrap_or_default();
    RequestedMember {
        email: email.to_owned(),
        invitation: parse(row).map_err(|issues| Failure::from(BodyRefused::Invalid(issues)).summary()),
    }
}
