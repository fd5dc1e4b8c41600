//! Snapshots of the mails, and the requests to SES and its responses.

mod in_every_language;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::fixture::{Ses, brand, logged};
use super::templates::Rendered;
use super::*;
use crate::domain::{CredentialChange, Language, MailKind, Name};

const URL: &str = "https://auth.example.com/link/x?token=vfy_c2VjcmV0&callbackURL=%2Fwelcome";

fn letters() -> Vec<Letter> {
    let (name, url, expires_in) = (
        Name::full("Ada Lovelace"),
        URL.to_owned(),
        SignedDuration::from_hours(1),
    );
    let at = "2025-11-21T21:15:03Z".parse().unwrap();
    let new_email = EmailAddress::parse("ada@example.net").unwrap();
    vec![
        Letter::VerifyEmail {
            name: name.clone(),
            url: url.clone(),
            expires_in,
        },
        Letter::ResetPassword {
            name: name.clone(),
            url: url.clone(),
            expires_in,
        },
        Letter::ChangeEmail {
            name: name.clone(),
            new_email: new_email.clone(),
            url: url.clone(),
            expires_in,
        },
        Letter::ApproveEmailChange {
            name: name.clone(),
            new_email,
            url: url.clone(),
            expires_in,
        },
        Letter::EmailChanged { name: name.clone() },
        Letter::PasswordChanged { name: name.clone(), at },
        Letter::PasswordLocked {
            name: name.clone(),
            url: url.clone(),
            expires_in,
        },
        Letter::CredentialChanged {
            name: name.clone(),
            change: CredentialChange::PasskeyAdded,
            at,
        },
        Letter::DeleteUser {
            name: name.clone(),
            url: url.clone(),
            expires_in,
        },
        Letter::ActivateAccount {
            name: name.clone(),
            account: "Analytical Engines".to_owned(),
            url: url.clone(),
            expires_in,
        },
        Letter::AccountInvitation {
            name: name.clone(),
            account: "Analytical Engines".to_owned(),
            url,
            expires_in: SignedDuration::from_hours(48),
        },
        Letter::TwoFactorOtp {
            name: name.clone(),
            code: "012345".to_owned(),
            expires_in: SignedDuration::from_mins(3),
        },
        invitation("Analytical Engines", "Ada Lovelace"),
    ]
}

fn invitation(organization: &str, inviter_name: &str) -> Letter {
    Letter::Invitation {
        organization: organization.to_owned(),
        inviter_name: inviter_name.to_owned(),
        message: None,
        role: "member".to_owned(),
        url: URL.to_owned(),
        expires_in: SignedDuration::from_hours(48),
    }
}

fn named(name: &str) -> Brand {
    Brand {
        name: name.to_owned(),
        ..brand()
    }
}

fn rendered(letter: &Letter) -> Rendered {
    templates::render(letter, Language::English, &brand()).unwrap()
}

#[test]
fn letters_read_as_they_should() {
    for letter in letters() {
        let Rendered { subject, text, html } = rendered(&letter);
        insta::assert_snapshot!(letter.kind(), format!("Subject: {subject}\n\n{text}\n{html}"));
    }
}

#[test]
fn the_link_of_a_letter_has_a_line_of_its_own() {
    for letter in letters() {
        let has_link = !matches!(
            letter,
            Letter::EmailChanged { .. }
                | Letter::PasswordChanged { .. }
                | Letter::CredentialChanged { .. }
                | Letter::TwoFactorOtp { .. }
        );
        let Rendered { text, html, .. } = rendered(&letter);
        assert_eq!(text.lines().any(|line| line == URL), has_link, "{text}");
        assert_eq!(
            html.contains(&format!("href=\"{}\"", URL.replace('&', "&amp;"))),
            has_link,
            "{html}"
        );
    }
}

#[test]
fn each_change_of_a_credential_has_words_of_its_own() {
    let mut subjects = std::collections::BTreeSet::new();
    for name in CredentialChange::NAMES {
        let change = CredentialChange::parse(name).unwrap();
        let letter = Letter::CredentialChanged {
            name: Name::full("Ada"),
            change,
            at: "2025-11-21T21:15:03Z".parse().unwrap(),
        };
        let Rendered { subject, text, html } = rendered(&letter);
        assert!(
            subjects.insert(subject.clone()) && subject.ends_with(" (Ostiary)"),
            "{subject}"
        );
        let sentence = "on 21 November 2025 at 21:15 UTC.";
        assert!(text.contains(sentence) && html.contains(sentence), "{text}");
        assert!(
            text.lines()
                .any(|line| line.contains("Ostiary") && line.ends_with(sentence)),
            "{text}"
        );
    }
}

/// Programs extract the code by that, and people copy the line.
#[test]
fn a_code_has_a_line_of_its_own_and_stands_on_no_lock_screen() {
    let code = "012345".to_owned();
    let (name, expires_in) = (Name::full("Ada"), SignedDuration::from_mins(3));
    let letter = Letter::TwoFactorOtp { name, code, expires_in };
    let Rendered { subject, text, html } = rendered(&letter);
    assert!(text.lines().any(|line| line == "012345"), "{text}");
    assert!(html.contains("012345") && !subject.contains("012345"), "{subject}");
}

#[test]
fn names_are_escaped_in_html_and_only_there() {
    let Rendered { subject, text, html } = rendered(&invitation("<b>Fish & Chips</b>", "\"Ada\"'"));
    assert!(
        subject.contains("<b>Fish & Chips</b>") && text.contains("\"Ada\"'"),
        "{subject}\n{text}"
    );
    assert!(
        html.contains("&lt;b&gt;Fish &amp; Chips&lt;/b&gt;") && html.contains("&quot;Ada&quot;&#39;"),
        "{html}"
    );
}

#[test]
fn names_carry_no_message_to_strangers() {
    let Rendered { subject, text, html } = rendered(&invitation("You won! https://evil.test", "evil.test"));
    assert_eq!(subject, "A member invites you to join an organization at Ostiary");
    assert!(!text.contains("evil") && !html.contains("evil"));
    let nameless = Letter::EmailChanged {
        name: Name::full("www.evil.test"),
    };
    assert!(rendered(&nameless).text.starts_with("Hello,\n"));
}

#[test]
fn names_begin_no_header() {
    let Rendered { subject, .. } = rendered(&invitation("Acme\r\nBcc: eve", "Ada\nX: y"));
    assert_eq!(subject, "Ada X: y invites you to join Acme Bcc: eve at Ostiary");
}

const MAIL_TEMPLATES: &str = include_str!("../../../docs/mail-templates.md");

/// The rows of the kinds: name, when it is sent, variables.
fn documented() -> Vec<(String, Vec<String>)> {
    let quoted = |cell: &str| {
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let rows = MAIL_TEMPLATES.lines().map(|line| line.split('|').collect::<Vec<_>>());
    let rows = rows.filter_map(|cells| match cells[..] {
        ["", name, _, _, variables, ""] if name.trim().starts_with('`') => {
            Some((quoted(name).remove(0), quoted(variables)))
        }
        _ => None,
    });
    rows.collect()
}

#[test]
fn the_documented_variables_are_those_of_the_letters() {
    let (mut letters, name) = (letters(), "Ada Lovelace");
    letters.retain(|letter| !matches!(letter, Letter::Invitation { .. }));
    letters.push(Letter::Invitation {
        organization: "Acme".to_owned(),
        inviter_name: name.to_owned(),
        message: Some("Welcome".to_owned()),
        role: "member".to_owned(),
        url: URL.to_owned(),
        expires_in: SignedDuration::from_hours(48),
    });
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let mut of_letters: Vec<_> = letters
        .iter()
        .map(|letter| {
            let facts = letter
                .facts(Language::English)
                .into_iter()
                .map(|(name, _)| name.to_owned());
            let facts = facts.chain(["service".to_owned()]).collect();
            (letter.kind().to_owned(), sorted(facts))
        })
        .collect();
    of_letters.sort();
    let of_kinds = MailKind::ALL.iter().map(|kind| {
        let variables = kind.variables.iter().map(|name| (*name).to_owned()).collect();
        (kind.name.to_owned(), sorted(variables))
    });
    let mut of_kinds: Vec<_> = of_kinds.collect();
    of_kinds.sort();
    let documented = documented()
        .into_iter()
        .map(|(kind, variables)| (kind, sorted(variables)));
    let mut documented: Vec<_> = documented.collect();
    documented.sort();
    assert_eq!(of_kinds, of_letters);
    assert_eq!(documented, of_kinds);
    for (alias, kind) in MailKind::ALIASES {
        let row = format!("| `{alias}` | `{kind}` |");
        assert!(MAIL_TEMPLATES.contains(&row), "{row}");
    }
    for change in CredentialChange::NAMES {
        assert!(MAIL_TEMPLATES.contains(&format!("`{change}`")), "{change}");
    }
}

fn template(subject: &str, html: &str, text: Option<&str>) -> MailTemplate {
    let [name, category, subject, html] = ["verification", "system", subject, html].map(str::to_owned);
    MailTemplate {
        text: text.map(str::to_owned),
        ..MailTemplate::new(name, Language::English, category, subject, html)
    }
}

fn verification(name: &Name) -> Letter {
    Letter::VerifyEmail {
        name: name.clone(),
        url: URL.to_owned(),
        expires_in: SignedDuration::from_hours(1),
    }
}

#[test]
fn a_template_of_administrators_makes_the_mail() {
    let template = template(
        "{{ firstName }}, welcome to {{ service }}",
        "<p title=\"{{ lastName }}\">{{ name }}</p><a href=\"{{ url }}\">{{ expires_in }}</a>",
        Some("{{ name }}: {{ url }}"),
    );
    let name = Name::of_parts("<script>alert(1)</script>", "\" onload=\"x");
    let letter = verification(&name);
    let Rendered { subject, text, html } = templates::render_administered(&letter, &template, &named("O&S")).unwrap();
    assert_eq!(subject, "<script>alert(1)</script>, welcome to O&S");
    assert_eq!(text, format!("<script>alert(1)</script> \" onload=\"x: {URL}"));
    let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    assert_eq!(
        html,
        format!(
            "<p title=\"&quot; onload=&quot;x\">{escaped} &quot; onload=&quot;x</p><a href=\"{}\">1 hour</a>",
            URL.replace('&', "&amp;")
        )
    );
}

/// A user chooses the name, and the mail goes to an address that the user chose, too.
#[test]
fn names_that_become_links_are_not_printed_in_part_either() {
    let template = template(
        "S",
        "[{{ name }}|{{ firstName }}|{{ lastName }}]",
        Some("{{ firstName or 'friend' }}"),
    );
    for name in [
        Name::of_parts("https:", "//evil.test"),
        Name::of_parts("Ada", "evil.test"),
        Name::full("call +1 800 555 0100"),
    ] {
        let rendered = templates::render_administered(&verification(&name), &template, &brand());
        let Rendered { text, html, .. } = rendered.unwrap();
        assert_eq!((html.as_str(), text.as_str()), ("[||]", "friend"));
    }
}

#[test]
fn a_subject_of_a_template_begins_no_header() {
    let templates = [
        ("{{ name }}", "Ada Bcc: eve"),
        (
            "Hello\r\nBcc: eve@evil.test\r\n\r\nbody",
            "Hello Bcc: eve@evil.test body",
        ),
        ("{{ 'a\r\nBcc: x' }}", "a Bcc: x"),
    ];
    for (source, subject) in templates {
        let letter = verification(&Name::full("Ada\r\nBcc: eve"));
        let rendered = templates::render_administered(&letter, &template(source, "", None), &brand());
        assert_eq!(rendered.unwrap().subject, subject);
    }
}

#[test]
fn the_built_in_text_takes_the_place_of_one_that_is_missing() {
    let letter = verification(&Name::full("Ada"));
    let rendered_by = templates::render_administered(&letter, &template("S", "<p>", None), &brand());
    assert_eq!(rendered_by.unwrap().text, rendered(&letter).text);
}

#[tokio::test]
async fn a_template_that_does_not_render_is_reported_and_loses_no_mail() {
    let letter = &verification(&Name::full("Ada"));
    let built_in = rendered(letter);
    for broken in [
        template("{{ password }}", "<p>", None),
        template("S", "{% for x in name %}{% endfor %}", None),
        template("S", "<p>", Some("{{ name")),
        template("{{ code if name }}", "<p>", None),
        template(" ", "<p>", None),
    ] {
        let ses = Ses::answering(200, None);
        let mailer = ses.mailer();
        let (sent, usage) = usage::measure(mailer.send(&recipient(), letter, Language::English, Some(&broken))).await;
        assert_eq!((sent, usage.ses, usage.failed_templates), (Ok(()), 1, 1));
        assert_eq!(
            ses.requests()[0]["Content"]["Simple"]["Subject"]["Data"],
            built_in.subject
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let broken = template("{{ password }}", "<p>", None);
    let letter = letter.clone();
    let (_, log) = std::thread::spawn(move || {
        let mailer = Ses::answering(200, None).mailer();
        logged(|| runtime.block_on(mailer.send(&recipient(), &letter, Language::English, Some(&broken))))
    })
    .join()
    .unwrap();
    assert!(
        log.contains("ERROR") && log.contains("verify-email") && log.contains("`password`"),
        "{log}"
    );
    assert!(!log.contains("token") && !log.contains("Ada"), "{log}");
}

#[tokio::test]
async fn a_template_has_a_sender_of_its_own() {
    let template = MailTemplate {
        sender_name: Some("Platform Team".to_owned()),
        sender_email: EmailAddress::parse("team@example.com").ok(),
        reply_to: EmailAddress::parse("support@example.com").ok(),
        ..template("S", "<p>", None)
    };
    let letter = verification(&Name::full("Ada"));
    let ses = Ses::answering(200, None);
    assert_eq!(
        ses.mailer()
            .send(&recipient(), &letter, Language::English, Some(&template))
            .await,
        Ok(())
    );
    let [request] = <[Value; 1]>::try_from(ses.requests()).unwrap();
    assert_eq!(request["FromEmailAddress"], "\"Platform Team\" <team@example.com>");
    assert_eq!(request["ReplyToAddresses"], json!(["support@example.com"]));

    // SES refuses the sender, and the mail is sent with the other one.
    let ses = Ses::answering(400, Some("MessageRejected"));
    let _ = ses
        .mailer()
        .send(&recipient(), &letter, Language::English, Some(&template))
        .await;
    let senders: Vec<_> = ses
        .requests()
        .iter()
        .map(|request| request["FromEmailAddress"].clone())
        .collect();
    assert_eq!(
        senders,
        ["\"Platform Team\" <team@example.com>", "Ostiary <no-reply@example.com>"]
    );
    // A limit of SES is no reason for a second call.
    let ses = Ses::answering(429, Some("TooManyRequestsException"));
    let _ = ses
        .mailer()
        .send(&recipient(), &letter, Language::English, Some(&template))
        .await;
    assert_eq!(ses.requests().len(), 1);
}

#[tokio::test]
async fn a_letter_is_one_call_with_all_that_ses_should_know() {
    let ses = Ses::answering(200, None);
    let letter = &letters()[0];
    let (sent, usage) = usage::measure(ses.mailer().send(&recipient(), letter, Language::English, None)).await;
    assert_eq!((sent, usage.ses), (Ok(()), 1));
    let [request] = <[Value; 1]>::try_from(ses.requests()).unwrap();
    let Rendered { subject, text, html } = rendered(letter);
    let part = |data: &str| json!({ "Data": data, "Charset": "UTF-8" });
    assert_eq!(
        request,
        json!({
            "FromEmailAddress": "Ostiary <no-reply@example.com>",
            "Destination": { "ToAddresses": ["ada@example.com"] },
            "ConfigurationSetName": "events",
            "EmailTags": [{ "Name": "kind", "Value": "verify-email" }],
            "Content": { "Simple": {
                "Subject": part(&subject),
                "Body": { "Text": part(&text), "Html": part(&html) },
                "Headers": [{ "Name": "Auto-Submitted", "Value": "auto-generated" }],
            } },
        })
    );
}

/// SES reads `"a>,<b@c"@d.example` as two recipients. An earlier release stored such addresses.
#[tokio::test]
async fn no_call_is_made_for_an_address_of_another_syntax() {
    for text in ["\"a>,<b@c\"@d.example", "ada@example.com/c"] {
        let ses = Ses::answering(200, None);
        let stored = EmailAddress::parse_stored(text).unwrap();
        assert_eq!(
            ses.mailer().send(&stored, &letters()[0], Language::English, None).await,
            Err(MailerError::Rejected),
            "{text}"
        );
        assert!(ses.requests().is_empty());
    }
}

#[tokio::test]
async fn refusals_tell_whether_to_try_again() {
    let (later, slower) = (
        MailerError::AccountHeld { throttled: false },
        MailerError::AccountHeld { throttled: true },
    );
    for (status, code, expected) in [
        (400, "MessageRejected", MailerError::Rejected),
        (400, "MailFromDomainNotVerifiedException", later),
        (400, "AccountSuspendedException", later),
        (400, "BadRequestException", MailerError::Rejected),
        (429, "TooManyRequestsException", slower),
        (400, "LimitExceededException", slower),
        (400, "ThrottlingException", slower),
        (400, "SendingPausedException", later),
        (404, "NotFoundException", later),
        (403, "AccessDeniedException", later),
        (500, "InternalFailure", MailerError::Unavailable),
    ] {
        let refused = Ses::answering(status, Some(code))
            .mailer()
            .send(&recipient(), &letters()[0], Language::English, None)
            .await;
        assert_eq!(refused, Err(expected), "{code}");
    }
}

/// A problem that the operator can fix loses no mail.
#[tokio::test]
async fn what_is_not_verified_is_verified_later() {
    let words = "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ";
    let held = MailerError::AccountHeld { throttled: false };
    for (code, identities, expected) in [
        ("MessageRejected", "no-reply@example.com", held),
        (
            "MessageRejected",
            "Ostiary <no-reply@example.com>, Ada@example.com",
            held,
        ),
        ("MessageRejected", "Ada@example.com", MailerError::RecipientNotVerified),
        (
            "MessageRejected",
            "Ada <ada@example.com>",
            MailerError::RecipientNotVerified,
        ),
        ("BadRequestException", "no-reply@example.com", MailerError::Rejected),
    ] {
        let words = format!("{words}{identities}");
        let ses = Ses::answering(400, Some(code)).saying(&words);
        let refused = ses
            .mailer()
            .send(&recipient(), &letters()[0], Language::English, None)
            .await;
        assert_eq!(refused, Err(expected), "{code} {identities}");
    }
}

#[tokio::test]
async fn a_broken_connection_is_worth_another_try() {
    let refused = Ses::answering(0, None)
        .mailer()
        .send(&recipient(), &letters()[0], Language::English, None)
        .await;
    assert_eq!(refused, Err(MailerError::Unavailable));
}

#[test]
fn the_log_has_no_address_and_no_link() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    for (status, code) in [(200, None), (400, Some("MessageRejected"))] {
        let mailer = Ses::answering(status, code).mailer();
        let (_, log) = logged(|| runtime.block_on(mailer.send(&recipient(), &letters()[0], Language::English, None)));
        assert!(log.contains("verify-email"), "{log}");
        assert!(
            !log.contains("ada@") && !log.contains("token") && !log.contains("Ada"),
            "{log}"
        );
    }
}

fn recipient() -> EmailAddress {
    EmailAddress::parse("ada@example.com").unwrap()
}
