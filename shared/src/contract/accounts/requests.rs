//! What the `accounts` contract is asked.

use serde_json::Value;

use crate::contract::fields::{Fields, ReadBody};
use crate::domain::EmailAddress;
use crate::domain::text::text_enum;

/// Longest token that is exchanged, in characters.
const REFRESH_TOKEN: usize = 1000;
/// Longest token that is looked at, in characters.
const TOKEN: usize = 2000;

#[derive(Debug)]
pub struct LoginRequest {
    pub email: EmailAddress,
    pub password: String,
    pub remember_me: bool,
}

#[derive(Debug)]
pub struct RefreshTokenRequest {
    pub refresh_token: String,
}

#[derive(Debug)]
pub struct ValidateTokenRequest {
    pub token: String,
    pub token_type: TokenType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    Access,
    Refresh,
}

text_enum!(TokenType { Access => "access", Refresh => "refresh" });

impl ReadBody for LoginRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, password) = (fields.email("email"), fields.text("password", 1, usize::MAX));
        let remember_me = remember_me(fields);
        Some(Self {
            email: email?,
            password: password?.to_owned(),
            remember_me: remember_me?,
        })
    }
}

impl ReadBody for RefreshTokenRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            refresh_token: fields.text("refreshToken", 1, REFRESH_TOKEN)?.to_owned(),
        })
    }
}

impl ReadBody for ValidateTokenRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (token, token_type) = (fields.text("token", 1, TOKEN), token_type(fields));
        Some(Self {
            token: token?.to_owned(),
            token_type: token_type?,
        })
    }
}

/// The document takes neither `null` nor the name of a boolean.
fn remember_me(fields: &mut Fields<'_>) -> Option<bool> {
    match fields.value("rememberMe") {
        None => Some(false),
        Some(Value::Bool(value)) => Some(*value),
        Some(_) => fields.not_a("rememberMe", "boolean"),
    }
}

fn token_type(fields: &mut Fields<'_>) -> Option<TokenType> {
    let Some(value) = fields.value("tokenType") else {
        return Some(TokenType::Access);
    };
    let known = value.as_str().and_then(TokenType::parse);
    known.or_else(|| fields.not_a("tokenType", "access or refresh"))
}
