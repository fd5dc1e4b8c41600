//! The query strings of the `better_auth` contract.

use crate::contract::fields::parsers::{filled, non_empty};
use crate::contract::fields::{Fields, Read, request};

request! {
    pub struct GetSessionQuery {
        /// The session is read and not extended: servers that render pages cannot pass on the new cookie.
        disable_refresh: bool = disable_refresh(),
    }

    /// The link of a mail, in the form of the framework's own servers: the operation consumes its token.
    pub struct MailedTokenQuery {
        token: String = "token",
        callback_url: Option<String> = "callbackURL",
    }

    /// The token may be in the body or in the query.
    pub struct ResetPasswordQuery {
        token: Option<String> = non_empty("token"),
    }

    pub struct ResetPasswordCallbackQuery {
        callback_url: String = filled("callbackURL"),
    }

    pub struct ErrorQuery {
        error: Option<String> = "error",
    }
}

/// The framework treats any text as true; this service accepts `false` as well.
fn disable_refresh(fields: &mut Fields<'_>) -> Read<bool> {
    let text = fields.optional_string("disableRefresh")?;
    Some(text.is_some_and(|text| !text.is_empty() && text != "false"))
}
