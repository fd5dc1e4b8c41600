//! The query strings of the `better_auth` contract, as they are read.

use crate::contract::fields::{Fields, ReadBody};

#[derive(Debug)]
pub struct GetSessionQuery {
    /// The session is only to be looked at, not to be extended: servers that render pages cannot pass on the new cookie.
    pub disable_refresh: bool,
}

/// What stands behind a link of the framework's own servers, for operations that spend its token.
#[derive(Debug)]
pub struct MailedTokenQuery {
    pub token: String,
    pub callback_url: Option<String>,
}

/// The token may stand in the body or here.
#[derive(Debug)]
pub struct ResetPasswordQuery {
    pub token: Option<String>,
}

#[derive(Debug)]
pub struct ResetPasswordCallbackQuery {
    pub callback_url: String,
}

impl ReadBody for GetSessionQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // The framework takes whatever text stands there for yes; ours at least knows `false`.
        let disable_refresh = fields.optional_string("disableRefresh")?;
        Some(Self {
            disable_refresh: disable_refresh.is_some_and(|text| !text.is_empty() && text != "false"),
        })
    }
}

impl ReadBody for MailedTokenQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (token, callback_url) = (fields.string("token"), fields.optional_string("callbackURL"));
        Some(Self {
            token: token?.to_owned(),
            callback_url: callback_url?.map(str::to_owned),
        })
    }
}

impl ReadBody for ResetPasswordQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            token: fields.optional_string("token")?.map(str::to_owned),
        })
    }
}

impl ReadBody for ResetPasswordCallbackQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            callback_url: fields.text("callbackURL", 1, usize::MAX)?.to_owned(),
        })
    }
}
