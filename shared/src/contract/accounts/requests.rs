//! The requests of the `accounts` contract.

use crate::contract::fields::parsers::{filled, flag, text};
use crate::contract::fields::{Fields, Read, request};
use crate::domain::text::text_enum;
use crate::domain::{EmailAddress, PasswordAttempt};

/// Longest refresh token that the contract accepts, in characters.
const REFRESH_TOKEN: usize = 1000;
/// Longest token that the contract validates, in characters.
const TOKEN: usize = 2000;

request! {
    pub struct LoginRequest {
        email: EmailAddress = "email",
        password: PasswordAttempt = filled("password"),
        remember_me: bool = flag("rememberMe", false),
    }

    pub struct RefreshTokenRequest {
        refresh_token: String = text("refreshToken", 1, REFRESH_TOKEN),
    }

    pub struct ValidateTokenRequest {
        token: String = text("token", 1, TOKEN),
        token_type: TokenType = token_type(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    Access,
    Refresh,
}

text_enum!(TokenType { Access => "access", Refresh => "refresh" });

fn token_type(fields: &mut Fields<'_>) -> Read<TokenType> {
    let Some(value) = fields.value("tokenType") else {
        return Some(TokenType::Access);
    };
    let known = value.as_str().and_then(TokenType::parse);
    known.or_else(|| fields.not_a("tokenType", "access or refresh"))
}
