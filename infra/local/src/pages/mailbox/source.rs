//! The source of a mail, as a message (RFC 5322). SES makes the message from the parts of the request; this is an equal one
//! whose parts are readable, because they are sent as they are (`8bit`, RFC 2045).

use std::fmt::Write as _;

use local_aws::Mail;
use shared::mailer::encoded_header;

/// Longer lines of headers are folded (RFC 5322, section 2.1.1).
const MAX_LINE: usize = 78;
const BOUNDARY: &str = "=_parts";

pub(super) fn source(mail: &Mail) -> String {
    let mut source = String::new();
    let date = mail.at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let message_id = format!("<{}@email.amazonses.com>", mail.id);
    let mut header = |name: &str, value: &str| {
        let first = value.lines().next().unwrap_or_default();
        let fold = if name.len() + 2 + first.len() > MAX_LINE {
            "\r\n"
        } else {
            ""
        };
        let _ = write!(source, "{name}:{fold} {value}\r\n");
    };
    header("From", &mail.from);
    header("To", &mail.to.join(",\r\n "));
    header("Subject", &encoded_header(&mail.subject));
    header("Date", &date);
    header("Message-ID", &message_id);
    let own = [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
    ];
    for (name, value) in &mail.headers {
        // A raw mail brings headers that are written here.
        if !own.contains(&name.to_ascii_lowercase().as_str()) && !name.eq_ignore_ascii_case("content-transfer-encoding")
        {
            header(name, value);
        }
    }
    header("MIME-Version", "1.0");
    let parts = [("plain", &mail.text), ("html", &mail.html)];
    let parts: Vec<_> = parts
        .into_iter()
        .filter_map(|(kind, part)| Some((kind, part.as_deref()?)))
        .collect();
    if let [(kind, part)] = parts[..] {
        push_part(&mut source, kind, part);
        return source;
    }
    let _ = write!(
        source,
        "Content-Type: multipart/alternative; boundary=\"{BOUNDARY}\"\r\n\r\n"
    );
    for (kind, part) in parts {
        let _ = write!(source, "--{BOUNDARY}\r\n");
        push_part(&mut source, kind, part);
    }
    let _ = write!(source, "--{BOUNDARY}--\r\n");
    source
}

fn push_part(source: &mut String, kind: &str, part: &str) {
    let _ = write!(
        source,
        "Content-Type: text/{kind}; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    );
    for line in part.lines() {
        source.push_str(line);
        source.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use mail_parser::MessageParser;

    use super::*;

    fn mail(text: Option<&str>, html: Option<&str>) -> Mail {
        Mail {
            id: "0100-1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            to: vec!["ada@example.com".to_owned(), "grace@example.com".to_owned()],
            from: "=?UTF-8?B?5a6I6KGb?= <no-reply@example.com>".to_owned(),
            subject: "Ada Lovelaceさんから、守衛サービスの「解析機関株式会社」への招待が届いています".to_owned(),
            text: text.map(str::to_owned),
            html: html.map(str::to_owned),
            headers: vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())],
            tags: Vec::new(),
            configuration_set: None,
        }
    }

    #[test]
    fn the_source_is_read_as_the_mail() {
        let long = format!("招待\n\n{}\n", "x".repeat(2000));
        let mail = mail(Some(&long), Some("<p>招待</p>"));
        let source = source(&mail);
        assert!(source.lines().any(|line| line.len() == 2000), "{source}");
        let headers = source.split("\r\n\r\n").next().unwrap();
        assert!(
            headers.is_ascii() && headers.lines().all(|line| line.len() <= 78),
            "{headers}"
        );
        let parsed = MessageParser::default().parse(source.as_bytes()).unwrap();
        assert_eq!(parsed.subject(), Some(mail.subject.as_str()));
        assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("守衛"));
        assert_eq!(parsed.to().unwrap().iter().count(), 2);
        assert_eq!(
            parsed.header_raw("Auto-Submitted").map(str::trim),
            Some("auto-generated")
        );
        // The last line break belongs to the boundary.
        assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), long.trim_end());
        assert_eq!(parsed.body_html(0).unwrap().trim(), "<p>招待</p>");
        assert_eq!(parsed.date().unwrap().to_timestamp(), 0);
    }

    #[test]
    fn a_mail_of_one_part_has_no_other() {
        let source = source(&mail(Some("Hello"), None));
        assert!(!source.contains("multipart"), "{source}");
        let parsed = MessageParser::default().parse(source.as_bytes()).unwrap();
        assert_eq!(parsed.body_text(0).unwrap().trim(), "Hello");
    }
}
