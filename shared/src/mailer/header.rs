//! Encoding of text in mail headers.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::words;

/// The limit holds two names and a sentence; mail clients display less.
const MAX_SUBJECT_CHARS: usize = 200;

/// The number of bytes in one encoded word: 75 characters (RFC 2047), less `=?UTF-8?B?` and `?=`, in base64.
const ENCODED_WORD_BYTES: usize = 45;

/// Makes a rendered template a subject: a single line, which prevents header injection, of limited length.
pub(super) fn subject(text: &str) -> String {
    let line = words::one_line(text);
    match line.char_indices().nth(MAX_SUBJECT_CHARS) {
        None => line,
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
    }
}

/// Encodes a sender. SES accepts sender names in ASCII only; other names become encoded words (RFC 2047).
pub(super) fn mailbox(mailbox: &str) -> String {
    match mailbox.rsplit_once('<') {
        Some((name, address)) if !name.is_ascii() => {
            format!("{} <{address}", encoded_words(name.trim().trim_matches('"')))
        }
        _ => mailbox.to_owned(),
    }
}

/// The address of a mailbox, which may have a name: `Ostiary <auth@example.com>`.
pub fn address_of(mailbox: &str) -> &str {
    split(mailbox).1
}

/// The name, which may be empty, and the address.
fn split(mailbox: &str) -> (&str, &str) {
    match mailbox.rsplit_once('<') {
        Some((name, address)) => (name.trim(), address.trim_end_matches('>')),
        None => ("", mailbox),
    }
}

/// The mailbox with another name, another address, or both.
pub(super) fn sender(mailbox: &str, name: Option<&str>, address: Option<&str>) -> String {
    let (own_name, own_address) = split(mailbox);
    let name = name.map_or_else(|| own_name.to_owned(), display_name);
    let address = address.unwrap_or(own_address);
    if name.is_empty() {
        return address.to_owned();
    }
    format!("{name} <{address}>")
}

/// A quoted string (RFC 5322), which holds no line break, or encoded words.
fn display_name(name: &str) -> String {
    let name = words::one_line(name);
    if !name.is_ascii() {
        return encoded_words(&name);
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A header of text in ASCII, on lines of at most 78 characters if it is encoded (RFC 2047).
pub fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    encoded_words(text).replace(' ', "\r\n ")
}

fn encoded_words(text: &str) -> String {
    let mut words = vec![String::new()];
    for c in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + c.len_utf8() <= ENCODED_WORD_BYTES => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let encoded: Vec<_> = words
        .iter()
        .map(|word| format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(word)))
        .collect();
    encoded.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(subject("Hello\r\nBcc: eve@evil.test\n"), "Hello Bcc: eve@evil.test");
    }

    #[test]
    fn a_subject_ends() {
        let long = subject(&"é".repeat(1000));
        assert_eq!(
            (long.chars().count(), long.chars().last()),
            (MAX_SUBJECT_CHARS + 1, Some('…'))
        );
        assert_eq!(subject(&"é".repeat(MAX_SUBJECT_CHARS)), "é".repeat(MAX_SUBJECT_CHARS));
    }

    #[test]
    fn ascii_mailboxes_stay_as_they_are() {
        for text in [
            "no-reply@example.com",
            "Ostiary <no-reply@example.com>",
            "\"A, B\" <a@example.com>",
        ] {
            assert_eq!(mailbox(text), text);
        }
    }

    #[test]
    fn a_sender_takes_the_place_of_name_and_address() {
        let own = "Ostiary <no-reply@example.com>";
        for (name, address, expected) in [
            (None, None, own),
            (Some("Team"), None, "\"Team\" <no-reply@example.com>"),
            (None, Some("team@example.com"), "Ostiary <team@example.com>"),
            (
                Some("A \"B\" <x@evil.test>, \\"),
                Some("a@example.com"),
                r#""A \"B\" <x@evil.test>, \\" <a@example.com>"#,
            ),
            (
                Some("A\r\nBcc: x@evil.test"),
                None,
                "\"A Bcc: x@evil.test\" <no-reply@example.com>",
            ),
            (
                Some("Türhüter"),
                None,
                "=?UTF-8?B?VMO8cmjDvHRlcg==?= <no-reply@example.com>",
            ),
        ] {
            assert_eq!(sender(own, name, address), expected);
        }
        assert_eq!(sender("a@example.com", None, Some("b@example.com")), "b@example.com");
        assert_eq!(sender("a@example.com", Some("A"), None), "\"A\" <a@example.com>");
    }

    #[test]
    fn other_names_are_encoded() {
        assert_eq!(
            mailbox("\"Türhüter\" <a@example.com>"),
            "=?UTF-8?B?VMO8cmjDvHRlcg==?= <a@example.com>"
        );
        let long = mailbox(&format!("{} <a@example.com>", "é".repeat(40)));
        assert!(
            long.is_ascii() && long.split(' ').all(|word| word.len() <= 75),
            "{long}"
        );
        assert_eq!(long.matches("=?UTF-8?B?").count(), 2);
    }
}
