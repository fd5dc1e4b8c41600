//! Requests and responses of the `basic` contract.

use serde::Serialize;

use crate::contract::fields::parsers::{filled, name_of_parts, new_password};
use crate::contract::fields::request;
use crate::domain::{EmailAddress, Name, PasswordAttempt, PasswordRules, User as CoreUser};

pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 128 };

/// Longest name, in characters.
const NAME: usize = 100;

request! {
    pub struct SignupRequest {
        email: EmailAddress = "email",
        name: Name = name_of_parts("first_name", "last_name", NAME),
        password: String = new_password("password", PASSWORD_RULES),
    }

    pub struct LoginRequest {
        email: EmailAddress = "email",
        password: PasswordAttempt = filled("password"),
    }

    pub struct SignupInviteRequest {
        name: Name = name_of_parts("first_name", "last_name", NAME),
        password: String = new_password("password", PASSWORD_RULES),
        invite_token: String = filled("invite_token"),
    }
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
