//! The five HTTP contracts as vocabularies: no endpoints, only what the endpoints of one contract share.
//!
//! A contract consists of `body` (reading a request's body), `caller` (who is asking), `failure` (its error envelope and the
//! words for each operation's errors) and its structs, in `wire` or in files by what they are of. `reading`, `fields` and `bearer` are
//! what contracts read requests with; `email_status`, `interrupted`,
//! `located` and `time` are how several of them show something.

pub mod accounts;
pub mod basic;
mod bearer;
pub mod better_auth;
pub mod email_status;
pub mod fields;
pub mod interrupted;
mod located;
pub mod platform;
pub mod reading;
pub mod teams;
pub(crate) mod time;

use http::Uri;

use crate::domain::text::text_enum;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    BetterAuth,
    Basic,
    Teams,
    Platform,
    Accounts,
}

text_enum!(Contract {
    BetterAuth => "better_auth",
    Basic => "basic",
    Teams => "teams",
    Platform => "platform",
    Accounts => "accounts",
});

impl Contract {
    /// The contract that a path belongs to, whether or not there is anything at the path.
    pub fn of(uri: &Uri) -> Option<Self> {
        let path = uri.path();
        let below = |base: &str| {
            path.strip_prefix(base)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match path {
            "/api/auth/signup" | "/api/auth/login" | "/api/auth/signup_invite" => Some(Self::Basic),
            _ if below("/api/auth") => Some(Self::BetterAuth),
            _ if below("/auth") => Some(Self::Teams),
            _ if below("/v1") => Some(Self::Platform),
            _ if below("/accounts/v1") => Some(Self::Accounts),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_one_contract() {
        let of = |path: &'static str| Contract::of(&Uri::from_static(path));
        assert_eq!(of("/api/auth/login"), Some(Contract::Basic));
        assert_eq!(of("/api/auth/login/x"), Some(Contract::BetterAuth));
        assert_eq!(of("/auth"), Some(Contract::Teams));
        assert_eq!(of("/authority"), None);
        assert_eq!(of("/accounts/v1/users"), Some(Contract::Accounts));
    }
}
