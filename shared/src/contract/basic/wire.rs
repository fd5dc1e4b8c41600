//! The structs of the `basic` contract.

use serde::Serialize;

use crate::contract::fields::{Fields, ReadBody};
use crate::domain::{EmailAddress, Name, PasswordRules, User as CoreUser};

pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 128 };

/// Longest name, in characters.
const NAME: usize = 100;

#[derive(Debug)]
pub struct SignupRequest {
    pub email: EmailAddress,
    pub name: Name,
    pub password: String,
}

#[derive(Debug)]
pub struct LoginRequest {
    pub email: EmailAddress,
    pub password: String,
}

#[derive(Debug)]
pub struct SignupInviteRequest {
    pub name: Name,
    pub password: String,
    pub invite_token: String,
}

#[derive(Debug, Serialize)]
pub struct User {
    pub id: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
}

#[derive(Debug, Serialize)]
pub struct LoginResponse {
    pub access_token: String,
    pub token_type: &'static str,
}

#[derive(Debug, Serialize)]
pub struct SignupInviteResponse {
    #[serde(flatten)]
    pub user: User,
    pub access_token: String,
}

impl ReadBody for SignupRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, name, password) = (fields.email("email"), name(fields), fields.text("password", 8, 128));
        Some(Self {
            email: email?,
            name: name?,
            password: password?.to_owned(),
        })
    }
}

impl ReadBody for LoginRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, password) = (fields.email("email"), fields.text("password", 1, usize::MAX));
        Some(Self {
            email: email?,
            password: password?.to_owned(),
        })
    }
}

impl ReadBody for SignupInviteRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, password) = (name(fields), fields.text("password", 8, 128));
        let invite_token = fields.text("invite_token", 1, usize::MAX);
        Some(Self {
            name: name?,
            password: password?.to_owned(),
            invite_token: invite_token?.to_owned(),
        })
    }
}

fn name(fields: &mut Fields<'_>) -> Option<Name> {
    let (first, last) = (fields.text("first_name", 1, NAME), fields.text("last_name", 1, NAME));
    Some(Name::of_parts(first?, last?))
}

impl From<&CoreUser> for User {
    fn from(user: &CoreUser) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            first_name: user.name.first().to_owned(),
            last_name: user.name.last().to_owned(),
        }
    }
}
