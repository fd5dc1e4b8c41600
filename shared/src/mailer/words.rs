//! Restrictions on text from users before a mail contains it.
//!
//! A user who signs up or invites chooses a name and the address that receives it: without restrictions, an attacker
//! could send spam and phishing from the service's own sender. HTML escaping is done by the templates, not here.

use crate::domain::invisible::{is_invisible, is_joiner};

/// The limit is above the length of real names and too short for a message.
const MAX_CHARS: usize = 100;

/// More digits than this could be a telephone number, which serves fraud as well as a link does.
const MAX_DIGITS: usize = 6;

/// Returns the name on one line, or `None` if it is empty, too long, or contains text that a mail client would turn
/// into a link: a scheme, a host name, an address, a telephone number. A refused name is omitted, never repaired, so
/// that no part of it is printed.
pub(super) fn presentable(name: &str) -> Option<String> {
    harmless(name).filter(|name| name.chars().count() <= MAX_CHARS)
}

/// The same for a text of any length: what an inviter writes to the invited user.
pub(super) fn harmless(text: &str) -> Option<String> {
    let name = one_line(text);
    let visible: String = name.chars().filter(|c| !is_joiner(*c)).collect();
    let is_refused = visible.is_empty()
        || visible.contains("://")
        || visible.contains('@')
        || visible.chars().filter(|c| c.is_numeric()).count() > MAX_DIGITS
        || holds_host_name(&visible);
    (!is_refused).then_some(name)
}

/// Removes line breaks, other control characters, and invisible characters that change the direction of text.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a dot stands after a letter or digit and before two of them, as in `www.example` and `example.com`, but
/// neither in `J. R. R.` nor in `J.R.R.`
fn holds_host_name(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars
        .windows(4)
        .any(|w| w[0].is_alphanumeric() && is_dot(w[1]) && w[2].is_alphanumeric() && w[3].is_alphanumeric())
}

/// The dots of host names (UTS 46).
fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_organizations_are_printed() {
        for name in [
            "Ada Lovelace",
            "J. R. R. Tolkien",
            "J.R.R. Tolkien",
            "Dr. Ada King",
            "Łukasz Ó Briain-Müller",
            "李小龍",
            "Acme Inc.",
            "Route 66 & Sons",
            "O'Neill/Smith",
            "<b>Ada</b>",
            "می\u{200c}خواهم",
            "Team 2025",
        ] {
            assert_eq!(presentable(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn names_that_become_links_are_not() {
        for name in [
            "https://evil.test",
            "Win now: HTTP://EVIL",
            "ftp://x",
            "www.evil",
            "visit evil.com",
            "evil.co/x",
            "bit.ly/2x",
            "evil。com",
            "evil．com",
            "ev\u{200d}il.\u{200d}c\u{200d}om",
            "evil.\u{200b}com",
            "192.168.10.10",
            "mail evil@localhost",
            "пример.рф",
            "call +1 800 555 0100",
            "",
            " \t\r\n ",
            "\u{200d}",
        ] {
            assert_eq!(presentable(name), None, "{name:?}");
        }
    }

    #[test]
    fn names_are_as_long_as_names_are() {
        assert!(presentable(&"é".repeat(100)).is_some());
        assert_eq!(presentable(&"a".repeat(101)), None);
    }

    #[test]
    fn what_breaks_or_turns_a_line_is_dropped() {
        assert_eq!(
            presentable(" Ada\r\nBcc: x\u{0}\u{2028}\u{202e}y ").as_deref(),
            Some("Ada Bcc: x y")
        );
    }
}
