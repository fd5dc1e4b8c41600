//! The names of the five HTTP contracts, and the paths of each. Their contents are not part of the domain; they are in
//! `contract`.

use super::text::text_enum;

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
    pub const ALL: [Self; 5] = [
        Self::BetterAuth,
        Self::Basic,
        Self::Teams,
        Self::Platform,
        Self::Accounts,
    ];

    /// The contract to which a path belongs, whether or not an operation exists at the path.
    pub fn of(path: &str) -> Option<Self> {
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
    fn each_contract_is_listed() {
        for contract in Contract::ALL {
            assert_eq!(contract.as_str().parse(), Ok(contract));
        }
    }

    #[test]
    fn a_path_belongs_to_one_contract() {
        let of = Contract::of;
        assert_eq!(of("/api/auth/login"), Some(Contract::Basic));
        assert_eq!(of("/api/auth/login/x"), Some(Contract::BetterAuth));
        assert_eq!(of("/auth"), Some(Contract::Teams));
        assert_eq!(of("/authority"), None);
        assert_eq!(of("/accounts/v1/users"), Some(Contract::Accounts));
    }
}
