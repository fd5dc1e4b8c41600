//! A mail for programs, with the link, the token and the code that they would otherwise extract from its text.

use jiff::Timestamp;
use local_aws::Mail;
use serde::Serialize;
use url::Url;

/// Absent values are `null`, so that every entry has the same members.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) to: Recipients,
    pub(super) from: String,
    pub(super) subject: String,
    /// The template: `verify-email`, `reset-password`, `invitation`...
    pub(super) kind: Option<String>,
    /// The first link to the service itself.
    pub(super) url: Option<String>,
    /// The token of the link, for the contract's operation.
    pub(super) token: Option<String>,
    /// The code in a mail for a second factor.
    pub(super) otp: Option<String>,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
    /// The callback URL of the link, if it has one.
    pub(super) callback_url: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Recipients {
    One(String),
    Many(Vec<String>),
}

impl Entry {
    pub(super) fn new(mail: Mail, public_url: &str) -> Self {
        let kind = mail
            .tags
            .into_iter()
            .find(|(name, _)| name == "kind")
            .map(|(_, kind)| kind);
        let text = mail.text.as_deref().unwrap_or_default();
        let url = text.split_whitespace().find_map(|word| link(word, public_url));
        let parameter = |name: &str| {
            let pairs = url.as_ref()?.query_pairs();
            pairs
                .into_iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.into_owned())
        };
        let is_second_factor = kind.as_deref().is_some_and(|kind| kind.starts_with("two-factor"));
        Self {
            token: parameter("token"),
            callback_url: parameter("callbackURL"),
            otp: is_second_factor.then(|| code(text)).flatten(),
            url: url.map(String::from),
            id: mail.id,
            at: mail.at,
            to: recipients(&mail.to),
            from: mail.from,
            subject: mail.subject,
            kind,
            text: mail.text,
            html: mail.html,
        }
    }
}

fn recipients(to: &[String]) -> Recipients {
    match to {
        [one] => Recipients::One(address(one).to_owned()),
        many => Recipients::Many(many.iter().map(|one| address(one).to_owned()).collect()),
    }
}

/// `ada@example.com` of `Ada <ada@example.com>`.
fn address(mailbox: &str) -> &str {
    let bracketed = mailbox.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>'));
    bracketed.unwrap_or(mailbox)
}

fn link(word: &str, public_url: &str) -> Option<Url> {
    let rest = word.strip_prefix(public_url)?;
    // `http://127.0.0.1:30001` has the prefix `http://127.0.0.1:3000` too.
    (rest.is_empty() || rest.starts_with(['/', '?']))
        .then(|| Url::parse(word).ok())
        .flatten()
}

fn code(text: &str) -> Option<String> {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    text.lines().map(str::trim).find(is_code).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "http://127.0.0.1:3000";

    fn entry(kind: &str, text: &str) -> Entry {
        let mail = Mail {
            id: "1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            to: vec!["Ada <ada@example.com>".to_owned()],
            from: "Ostiary <no-reply@example.com>".to_owned(),
            subject: "Hello".to_owned(),
            text: Some(text.to_owned()),
            html: None,
            headers: Vec::new(),
            tags: vec![("kind".to_owned(), kind.to_owned())],
            configuration_set: None,
        };
        Entry::new(mail, HERE)
    }

    #[test]
    fn the_link_to_the_service_is_parsed() {
        let text = "See http://127.0.0.1:30001/x?token=no or\n\
            http://127.0.0.1:3000/link/verify-email?token=a.b%2Bc&callbackURL=%2Fwelcome%3Fx%3D1\nand write to us.";
        let entry = entry("verify-email", text);
        assert_eq!(entry.token.as_deref(), Some("a.b+c"));
        assert_eq!(entry.callback_url.as_deref(), Some("/welcome?x=1"));
        assert!(
            entry
                .url
                .is_some_and(|url| url.starts_with("http://127.0.0.1:3000/link/verify-email?token=a.b%2Bc"))
        );
        assert_eq!((entry.kind.as_deref(), entry.otp), (Some("verify-email"), None));
        assert_eq!(entry.to, Recipients::One("ada@example.com".to_owned()));
    }

    #[test]
    fn a_code_is_a_line_in_a_mail_for_a_second_factor() {
        let text = "Order 999999\n\n  123456  \n\nBye";
        assert_eq!(entry("two-factor-otp", text).otp.as_deref(), Some("123456"));
        assert_eq!(entry("welcome", text).otp, None);
    }

    #[test]
    fn absent_values_are_null() {
        let shown = serde_json::to_value(entry("welcome", "Hello")).expect("JSON");
        let members = [
            "id",
            "at",
            "to",
            "from",
            "subject",
            "kind",
            "url",
            "token",
            "otp",
            "text",
            "html",
            "callback_url",
        ];
        assert_eq!(shown.as_object().expect("an object").len(), members.len());
        assert!(members.iter().all(|member| shown.get(member).is_some()));
        assert!(shown["url"].is_null() && shown["token"].is_null() && shown["html"].is_null());
    }
}
