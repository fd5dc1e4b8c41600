//! E-mail addresses in their normalized form, in which they are compared and stored.

use std::fmt;

use email_address::{EmailAddress as Syntax, Options};

/// The length in bytes of the longest address that any contract accepts.
pub const MAX_LENGTH: usize = 255;

/// A syntactically valid address in lower case.
///
/// Equality compares the spelling. It does not prove ownership of the address: see
/// [`User::email_verified_at`](super::User::email_verified_at).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl EmailAddress {
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let options = Options::default()
            .without_display_text()
            .without_domain_literal()
            .with_required_tld();
        if text.len() > MAX_LENGTH || !text.is_ascii() {
            return Err(InvalidEmail);
        }
        Syntax::parse_with_options(text, options).map_err(|_| InvalidEmail)?;
        Ok(Self(text.to_ascii_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address without the tag (subaddress) that many providers support (`ada+shop@example.com`). The rate limit on
    /// mail to one mailbox uses it as its key. No mail is sent to it.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        match local.split_once('+') {
            Some((name, _)) if !name.is_empty() => format!("{name}@{domain}"),
            _ => self.0.clone(),
        }
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        Self::parse(text)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The output contains only the domain, so that logs contain no personal data.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.rsplit_once('@').map_or("", |(_, domain)| domain);
        write!(f, "EmailAddress(…@{domain})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_distinguish_addresses() {
        assert_eq!(
            EmailAddress::parse("Ada@Example.COM"),
            EmailAddress::parse("ada@example.com")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(250));
        for text in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "Ada <ada@example.com>",
            "a b@example.com",
            "ada@example.com\n",
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn tags_lead_to_one_mailbox() {
        let mailbox = |text| EmailAddress::parse(text).expect("an address").mailbox();
        for text in [
            "ada@example.com",
            "ada+1@example.com",
            "Ada+a+b@example.com",
            "ada+@example.com",
        ] {
            assert_eq!(mailbox(text), "ada@example.com", "{text}");
        }
        assert_eq!(mailbox("+ada@example.com"), "+ada@example.com");
    }

    #[test]
    fn debug_hides_the_mailbox() {
        let shown = format!("{:?}", EmailAddress::parse("ada@example.com"));
        assert!(!shown.contains("ada"), "{shown}");
    }
}
