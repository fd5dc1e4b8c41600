//! Users and their tokens in the responses of the `accounts` contract.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::requests::TokenType;
use crate::contract::email_status::EmailStatusReport;
use crate::contract::time::seconds_until;
use crate::domain::{AccountMember, AccountRoleState, ActivationStatus, RefreshToken, Session, User as CoreUser};
use crate::operations::{Interruption, OpenedSession, Refreshed, ValidToken};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    pub access_token: String,
    pub refresh_token: String,
    pub token_type: &'static str,
    /// In seconds.
    pub expires_in: i64,
    /// In seconds.
    pub refresh_expires_in: i64,
}

#[derive(Debug, Serialize)]
pub struct AuthData {
    #[serde(flatten)]
    pub tokens: TokenPair,
    pub user: User,
}

/// A user in responses to that user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    #[serde(flatten)]
    pub summary: UserSummary,
    pub active_role_name: &'static str,
    pub roles: Vec<RoleState>,
    pub program_id: Option<u64>,
    pub email_verified: Option<Timestamp>,
    /// This field is not in the document, which permits additional fields in responses.
    pub email_status: EmailStatusReport,
    /// `None` for a user who signed up.
    pub created_by: Option<u64>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A user in responses to other users and services.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSummary {
    pub id: String,
    pub user_id: u64,
    pub email: String,
    pub name: Option<String>,
    pub role: &'static str,
    pub account_id: u64,
    pub activation_status: &'static str,
}

#[derive(Debug, Serialize)]
pub struct RoleState {
    pub name: &'static str,
    pub status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenValidation {
    pub valid: bool,
    pub token_type: &'static str,
    pub expires_at: Timestamp,
    pub user: UserSummary,
}

impl TokenPair {
    /// `lifetime` is the lifetime of access tokens.
    fn of(access: String, refresh: &RefreshToken, session: &Session, lifetime: SignedDuration, now: Timestamp) -> Self {
        Self {
            access_token: access,
            refresh_token: refresh.to_string(),
            token_type: "Bearer",
            expires_in: seconds_until(session.end_of_access_token(lifetime, now), now),
            refresh_expires_in: seconds_until(session.expires_at, now),
        }
    }

    pub fn refreshed(refreshed: Refreshed, lifetime: SignedDuration, now: Timestamp) -> Self {
        let Refreshed {
            session,
            access_token,
            refresh_token,
            ..
        } = refreshed;
        Self::of(access_token, &refresh_token, &session, lifetime, now)
    }
}

impl AuthData {
    /// The data of a session whose user has an account.
    pub fn of(opened: &OpenedSession, lifetime: SignedDuration, now: Timestamp) -> Result<Self, Interruption> {
        let member = member_of(&opened.user, &opened.session)
            .ok_or_else(|| Interruption::internal("the user of a new session has no membership"))?;
        let access = opened.expect_access_token()?;
        Ok(Self {
            tokens: TokenPair::of(access, &opened.refresh_token, &opened.session, lifetime, now),
            user: User::of(&opened.user, &member),
        })
    }
}

impl TokenValidation {
    /// `None` if the session has no account, or if the user has no active role in it.
    pub fn of(valid: &ValidToken, kind: TokenType) -> Option<Self> {
        let member = member_of(&valid.user, &valid.session)?;
        Some(Self {
            valid: true,
            token_type: kind.as_str(),
            expires_at: valid.expires_at,
            user: UserSummary::of(&valid.user, &member),
        })
    }
}

fn member_of(user: &CoreUser, session: &Session) -> Option<AccountMember> {
    AccountMember::of(user, session.active_organization?).filter(AccountMember::is_active)
}

impl User {
    pub(super) fn of(user: &CoreUser, member: &AccountMember) -> Self {
        Self {
            summary: UserSummary::of(user, member),
            active_role_name: member.role.as_str(),
            roles: member.roles.iter().copied().map(RoleState::of).collect(),
            program_id: member.program_id,
            email_verified: user.email_verified_at,
            email_status: EmailStatusReport::from(&user.email_status),
            created_by: user.created_by.map(|creator| creator.0),
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

impl RoleState {
    fn of(state: AccountRoleState) -> Self {
        Self {
            name: state.role.as_str(),
            status: if state.is_active { "ACTIVE" } else { "INACTIVE" },
        }
    }
}

impl UserSummary {
    /// The user in the account that a login would be for. `None`: the user has no role in an account, or only in
    /// suspended ones.
    pub fn of_user(user: &CoreUser) -> Option<Self> {
        let member = AccountMember::of(user, AccountMember::home_of(user)?)?;
        Some(Self::of(user, &member))
    }

    pub(super) fn of(user: &CoreUser, member: &AccountMember) -> Self {
        let name = user.name.as_str();
        Self {
            id: user.id.to_string(),
            user_id: user.number.0,
            email: user.email.to_string(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            role: member.role.as_str(),
            account_id: member.number.0,
            activation_status: ActivationStatus::of(user).as_str(),
        }
    }
}
