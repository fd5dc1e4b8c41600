//! E-mail addresses in their normalized form, in which they are compared and stored.
//!
//! The syntax is what mail servers really use of RFC 5321: a dot-string, `@`, and a domain name. Quoted local parts and
//! address literals are valid there too, but they let one address contain another one (`"a>,<b@c"@d`), which programs
//! that handle the mail read differently.

use std::fmt;

use email_address::{EmailAddress as Syntax, Options};
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::invisible::{is_invisible, is_joiner};

/// The length in bytes of the longest address that any contract accepts.
pub const MAX_LENGTH: usize = 255;

/// The domains of one mail service that ignores dots in local parts. The first one is their common name.
const DOTLESS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// A syntactically valid address in lower case, with the domain in its ASCII form.
///
/// Equality compares the spelling. It does not prove ownership of the address: see
/// [`User::email_verified_at`](super::User::email_verified_at).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl EmailAddress {
    /// Surrounding space, which people paste along with an address, is ignored, as are line breaks and characters
    /// without a glyph. Other control characters are not.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) || is_joiner(c));
        if text.len() > MAX_LENGTH {
            return Err(InvalidEmail);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        if !local.is_ascii() || local.contains('"') {
            return Err(InvalidEmail);
        }
        Self::parse_stored(&format!("{local}@{}", ascii_domain(domain)?))
    }

    /// An address that was parsed before, perhaps by an earlier release with a wider syntax. Mail is sent only to
    /// addresses of the present syntax.
    pub fn parse_stored(text: &str) -> Result<Self, InvalidEmail> {
        let options = Options::default()
            .without_display_text()
            .without_domain_literal()
            .with_required_tld();
        if text.len() > MAX_LENGTH || !text.is_ascii() || Syntax::parse_with_options(text, options).is_err() {
            return Err(InvalidEmail);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// Whether mail may be sent to the address.
    pub fn has_valid_syntax(&self) -> bool {
        Self::parse(&self.0).as_ref() == Ok(self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn domain(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }

    /// The address without the tag (subaddress) that many providers support (`ada+shop@example.com`), and without the
    /// dots that Google ignores. The rate limit on mail to one mailbox uses it as its key. No mail is sent to it.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.parts();
        let name = local.split_once('+').map_or(local, |(name, _)| name);
        let name = if name.is_empty() { local } else { name };
        if DOTLESS.contains(&domain) {
            format!("{}@{}", name.replace('.', ""), DOTLESS[0])
        } else {
            format!("{name}@{domain}")
        }
    }
}

/// The form of the domain in the DNS (UTS 46, nontransitional), with the letters, digits and hyphens of host names.
fn ascii_domain(domain: &str) -> Result<String, InvalidEmail> {
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| InvalidEmail)?;
    // No top-level domain is a number (RFC 3696, section 2), so this is an IPv4 address.
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    match ascii.rsplit('.').next() {
        Some(last) if !is_number(last) => Ok(ascii.into_owned()),
        _ => Err(InvalidEmail),
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
        write!(f, "EmailAddress(…@{})", self.domain())
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
            "ada@example.com\0",
            "ada@example.com\r\nBcc: eve@example.com",
            "ada@example",
            "ada@@example.com",
            ".ada@example.com",
            "ada.@example.com",
            "a..da@example.com",
            "ada@.example.com",
            "ada@example.com.",
            "ada@-example.com",
            "ada@example-.com",
            "ada@exa_mple.com",
            "ada@example.com/c",
            "ada@example.com:25",
            "ada@example.com?x",
            "ada@example.com, eve@example.com",
            "ada@[192.0.2.1]",
            "ada@[IPv6:2001:db8::1]",
            "ada@192.0.2.1",
            "\"ada\"@example.com",
            "\"a da\"@example.com",
            "\"a>,<b@c\"@example.com",
            "a\"b@example.com",
            "ada(comment)@example.com",
            "<ada@example.com>",
            "äda@example.com",
            "ada＠example.com",
            &format!("{}@example.com", "a".repeat(65)),
            &format!("ada@{}.com", "a".repeat(64)),
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn surrounding_space_is_ignored() {
        for text in [
            " ada@example.com",
            "ada@example.com  ",
            "\u{a0}ada@example.com\u{2003}",
            "ada@example.com\n",
            "\tada@example.com\r\n",
            "\u{feff}ada@example.com",
            "\u{200b}ada@example.com\u{200b}",
            "\u{202a}ada@example.com\u{202c}",
        ] {
            assert_eq!(
                EmailAddress::parse(text),
                EmailAddress::parse("ada@example.com"),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_domain_has_one_form() {
        for text in [
            "ada@münchen.example",
            "ada@MÜNCHEN.example",
            "ada@mu\u{308}nchen.example",
            "ada@xn--mnchen-3ya.example",
            "ada@XN--MNCHEN-3YA.EXAMPLE",
            "ada@münchen。example",
        ] {
            let parsed = EmailAddress::parse(text).map(|email| email.to_string());
            assert_eq!(parsed, Ok("ada@xn--mnchen-3ya.example".to_owned()), "{text}");
        }
        // Hyphens may stand anywhere within a label.
        assert!(EmailAddress::parse("ada@r3---x.example.com").is_ok());
    }

    #[test]
    fn every_character_of_a_dot_string_is_accepted() {
        for text in [
            "o'brien@example.com",
            "a!#$%&'*+-/=?^_`{|}~z@example.com",
            "1@example.com",
        ] {
            assert_eq!(
                EmailAddress::parse(text).map(|email| email.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn no_mail_is_sent_to_a_stored_address_of_another_syntax() {
        for (text, is_valid) in [
            ("\"a>,<b@c\"@d.example", false),
            ("ada@example.com/c", false),
            ("ada@example.com", true),
        ] {
            let stored = EmailAddress::parse_stored(text).expect("an address");
            assert_eq!(stored.has_valid_syntax(), is_valid, "{text:?}");
        }
        assert_eq!(EmailAddress::parse_stored("ada"), Err(InvalidEmail));
    }

    #[test]
    fn dots_at_google_lead_to_one_mailbox() {
        let mailbox = |text| EmailAddress::parse(text).expect("an address").mailbox();
        for text in [
            "adalovelace@gmail.com",
            "ada.lovelace@gmail.com",
            "a.d.a.lovelace+x.y@gmail.com",
            "Ada.Lovelace@googlemail.com",
        ] {
            assert_eq!(mailbox(text), "adalovelace@gmail.com", "{text}");
        }
        assert_eq!(mailbox("ada.lovelace@example.com"), "ada.lovelace@example.com");
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
