//! Snapshots of the mails, and the requests to SES and its responses.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::fixture::{Ses, logged};
use super::*;
use crate::domain::CredentialChange;

const URL: &str = "https://auth.example.com/link/x?token=vfy_c2VjcmV0&callbackURL=%2Fwelcome";

fn letters() -> Vec<Letter> {
    let (name, url, expires_in) = ("Ada Lovelace".to_owned(), URL.to_owned(), SignedDuration::from_hours(1));
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
        invitation("Analytical Engines", &name),
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

fn rendered(letter: &Letter) -> Rendered {
    Templates::default().render(letter, "Ostiary").unwrap()
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
            name: "Ada".to_owned(),
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
    let (name, expires_in) = ("Ada".to_owned(), SignedDuration::from_mins(3));
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
        name: "www.evil.test".to_owned(),
    };
    assert!(rendered(&nameless).text.starts_with("Hello,\n"));
}

#[test]
fn names_begin_no_header() {
    let Rendered { subject, .. } = rendered(&invitation("Acme\r\nBcc: eve", "Ada\nX: y"));
    assert_eq!(subject, "Ada X: y invites you to join Acme Bcc: eve at Ostiary");
}

#[test]
fn an_override_takes_the_place_of_one_template() {
    let templates = Templates::default()
        .with_override("email-changed.subject.txt", "{{ service }}: new\naddress")
        .with_override("layout.html", "<i>{% block message %}{% endblock %}</i>");
    let letter = Letter::EmailChanged { name: "Ada".to_owned() };
    let Rendered { subject, text, html } = templates.render(&letter, "O&S").unwrap();
    assert_eq!(subject, "O&S: new address");
    assert!(html.starts_with("<i><p>Somebody") && html.contains("O&amp;S"), "{html}");
    assert_eq!(text, Templates::default().render(&letter, "O&S").unwrap().text);
}

/// The overrides do not parse, print an undefined value, never end, or have an unknown name.
#[test]
fn a_broken_override_gives_way_to_the_built_in_template() {
    let letter = Letter::EmailChanged { name: "Ada".to_owned() };
    for (name, source) in [
        ("email-changed.txt", "{% if %}"),
        ("email-changed.txt", "{{ password }}"),
        (
            "email-changed.txt",
            "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
        ),
        ("layout.txt", "{% include 'nothing' %}"),
        ("nothing.txt", "x"),
    ] {
        let (templates, log) = logged(|| {
            let templates = Templates::default().with_override(name, source);
            templates.render(&letter, "Ostiary").unwrap().text
        });
        assert_eq!(templates, rendered(&letter).text, "{source}");
        assert!(
            log.contains("ERROR") && log.contains(name.split('.').next().unwrap()),
            "{log}"
        );
    }
}

#[tokio::test]
async fn a_letter_is_one_call_with_all_that_ses_should_know() {
    let ses = Ses::answering(200, None);
    let letter = &letters()[0];
    let (sent, usage) = usage::measure(ses.mailer().send(&recipient(), letter)).await;
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
            ses.mailer().send(&stored, &letters()[0]).await,
            Err(MailerError::Rejected),
            "{text}"
        );
        assert!(ses.requests().is_empty());
    }
}

#[tokio::test]
async fn refusals_tell_whether_to_try_again() {
    let (later, slower) = (
        MailerError::Unavailable { throttled: false },
        MailerError::Unavailable { throttled: true },
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
        (500, "InternalFailure", later),
    ] {
        let refused = Ses::answering(status, Some(code))
            .mailer()
            .send(&recipient(), &letters()[0])
            .await;
        assert_eq!(refused, Err(expected), "{code}");
    }
}

/// A problem that the operator can fix loses no mail.
#[tokio::test]
async fn what_is_not_verified_is_verified_later() {
    let words = "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: no-reply@example.com";
    for (code, expected) in [
        ("MessageRejected", MailerError::Unavailable { throttled: false }),
        ("BadRequestException", MailerError::Rejected),
    ] {
        let ses = Ses::answering(400, Some(code)).saying(words);
        let refused = ses.mailer().send(&recipient(), &letters()[0]).await;
        assert_eq!(refused, Err(expected), "{code}");
    }
}

#[tokio::test]
async fn a_broken_connection_is_worth_another_try() {
    let refused = Ses::answering(0, None).mailer().send(&recipient(), &letters()[0]).await;
    assert_eq!(refused, Err(MailerError::Unavailable { throttled: false }));
}

#[test]
fn the_log_has_no_address_and_no_link() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    for (status, code) in [(200, None), (400, Some("MessageRejected"))] {
        let mailer = Ses::answering(status, code).mailer();
        let (_, log) = logged(|| runtime.block_on(mailer.send(&recipient(), &letters()[0])));
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
