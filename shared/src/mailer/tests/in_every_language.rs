//! Every kind of mail in every language.

use scraper::{Html, Selector};

use super::*;
use crate::mailer::templates;

/// One letter of each kind, one for each change of a credential, and those whose names are not printed.
fn all_letters() -> Vec<Letter> {
    let mut all = letters();
    let at = "2025-11-21T21:15:03Z".parse().unwrap();
    let changes = CredentialChange::NAMES
        .iter()
        .filter_map(|name| CredentialChange::parse(name));
    all.extend(changes.map(|change| Letter::CredentialChanged {
        name: Name::full("Ada"),
        change,
        at,
    }));
    all.push(invitation("https://evil.test", "evil.test"));
    all.push(with_note());
    let (url, expires_in, name) = (
        URL.to_owned(),
        SignedDuration::from_hours(48),
        Name::full("www.evil.test"),
    );
    let account = "evil.test".to_owned();
    all.push(Letter::ActivateAccount {
        name: name.clone(),
        account: account.clone(),
        url: url.clone(),
        expires_in,
    });
    all.push(Letter::AccountInvitation {
        name,
        account,
        url,
        expires_in,
    });
    all
}

fn with_note() -> Letter {
    Letter::Invitation {
        organization: "Analytical Engines".to_owned(),
        inviter_name: "Ada Lovelace".to_owned(),
        message: Some("Bring the punched cards & the <tea>".to_owned()),
        role: "member".to_owned(),
        url: URL.to_owned(),
        expires_in: SignedDuration::from_hours(48),
    }
}

fn full_brand() -> Brand {
    Brand {
        name: "Türhüter & Co 守衛".to_owned(),
        logo: Some("https://cdn.example.com/logo.png?a=1&b=2".parse().unwrap()),
        accent: "#facc15".parse().unwrap(),
        support_email: EmailAddress::parse("support@example.com").ok(),
    }
}

fn each(check: impl Fn(&Letter, Language, &Brand, &Rendered)) {
    for brand in [brand(), full_brand()] {
        for language in Language::ALL {
            for letter in all_letters() {
                let rendered = templates::render(&letter, *language, &brand);
                let rendered = rendered.unwrap_or_else(|error| panic!("{language} {}: {error:#}", letter.kind()));
                check(&letter, *language, &brand, &rendered);
            }
        }
    }
}

fn texts_of(document: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let texts = document
        .select(&selector)
        .map(|element| element.text().collect::<String>());
    texts.map(|text| on_one_line(&text)).collect()
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn attribute(document: &Html, selector: &str, name: &str) -> Option<String> {
    let element = document.select(&Selector::parse(selector).unwrap()).next()?;
    element.attr(name).map(str::to_owned)
}

#[test]
fn no_placeholder_is_left() {
    each(|letter, language, _, Rendered { subject, text, html }| {
        let style = html.find("<style>").unwrap()..html.find("</style>").unwrap();
        let html = [&html[..style.start], &html[style.end..]].concat();
        for part in [subject, text, &html] {
            assert!(
                !part.contains(['{', '}', '$']) && !part.contains("mail-"),
                "{language} {}: {part}",
                letter.kind()
            );
            assert!(!part.contains("undefined") && !part.contains("none<"), "{part}");
        }
        assert!(!subject.is_empty() && subject.chars().count() <= 120, "{subject}");
        assert!(!text.contains("evil") && !html.contains("evil"), "{text}");
    });
}

#[test]
fn html_is_well_formed_in_the_language_of_the_mail() {
    each(|letter, language, brand, Rendered { subject, html, .. }| {
        let document = Html::parse_document(html);
        assert!(
            document.errors.is_empty(),
            "{language} {}: {:?}",
            letter.kind(),
            document.errors
        );
        assert_eq!(attribute(&document, "html", "lang").as_deref(), Some(language.tag()));
        assert_eq!(attribute(&document, "html", "dir").as_deref(), Some("ltr"));
        assert_eq!(texts_of(&document, "title"), [on_one_line(subject)]);
        let logo = brand.logo.as_ref().map(|logo| logo.as_str().to_owned());
        assert_eq!(attribute(&document, "img", "src"), logo);
        assert!(html.contains(&brand.name.replace('&', "&amp;")));
        // Nothing but the logo is loaded, and no script runs.
        assert!(texts_of(&document, "script, link, iframe, form").is_empty());
    });
}

/// Clients that show one part must not hide what the other says.
#[test]
fn both_parts_say_the_same() {
    each(|letter, language, brand, Rendered { text, html, .. }| {
        let document = Html::parse_document(html);
        let paragraphs = texts_of(&document, "p, a");
        let (body, signature) = text.rsplit_once("\n-- \n").unwrap();
        assert_eq!(signature, brand.name);
        for line in body.lines().filter(|line| !line.is_empty() && *line != URL) {
            let line = on_one_line(line);
            assert!(
                paragraphs.contains(&line),
                "{language} {}: {line}\n{paragraphs:?}",
                letter.kind()
            );
        }
        let has_link = text.contains(URL);
        assert_eq!(text.lines().any(|line| line == URL), has_link);
        let selector = Selector::parse("a").unwrap();
        let links = document.select(&selector).filter_map(|link| link.attr("href"));
        assert_eq!(links.collect::<Vec<_>>(), if has_link { vec![URL] } else { vec![] });
        let preheader = texts_of(&document, "div[hidden]");
        assert!(
            !preheader[0].is_empty() && paragraphs.contains(&preheader[0]),
            "{preheader:?}"
        );
    });
}

#[test]
fn a_security_notice_names_the_support() {
    for language in Language::ALL {
        for letter in all_letters() {
            let named = templates::render(&letter, *language, &full_brand()).unwrap();
            let is_notice = letter.is_security_notice();
            let parts = [named.text, named.html];
            assert!(
                parts
                    .iter()
                    .all(|part| part.contains("support@example.com") == is_notice),
                "{}",
                letter.kind()
            );
        }
    }
}

#[test]
fn the_text_of_a_button_is_readable_on_the_accent_color() {
    let letter = verification(&Name::full("Ada"));
    for (accent, text) in [("#facc15", "#000000"), ("#1d4ed8", "#ffffff")] {
        let brand = Brand {
            accent: accent.parse().unwrap(),
            ..brand()
        };
        let html = templates::render(&letter, Language::English, &brand).unwrap().html;
        assert!(
            html.contains(&format!("background-color: {accent}; color: {text};")),
            "{html}"
        );
    }
}

#[test]
fn texts_from_users_are_escaped_in_every_language() {
    for language in Language::ALL {
        let Rendered { text, html, .. } = templates::render(&with_note(), *language, &brand()).unwrap();
        assert!(text.contains("Bring the punched cards & the <tea>"), "{text}");
        assert!(html.contains("Bring the punched cards &amp; the &lt;tea&gt;"), "{html}");
    }
}

#[test]
fn letters_read_as_they_should_in_other_languages() {
    for language in Language::ALL.iter().filter(|language| **language != Language::English) {
        let [text, html] = ["text", "html"].map(|part| format!("{language}-{part}"));
        let letter = with_note();
        let rendered = templates::render(&letter, *language, &full_brand()).unwrap();
        insta::assert_snapshot!(html, format!("Subject: {}\n\n{}", rendered.subject, rendered.html));
        let texts = all_letters().into_iter().map(|letter| {
            let Rendered { subject, text, .. } = templates::render(&letter, *language, &full_brand()).unwrap();
            format!("Subject: {subject}\n\n{text}")
        });
        insta::assert_snapshot!(text, texts.collect::<Vec<_>>().join("\n\n=====\n\n"));
    }
}

/// SES takes the sender as a header (RFC 2047), and encodes the subject itself.
#[test]
fn senders_of_every_script_are_read_as_they_were_written() {
    for name in [
        "守衛サービス株式会社 お客様サポートセンター 東京本社 認証システム担当",
        "身份验证服务中心",
        "인증 서비스 고객 지원팀",
        "Türhüter",
        "Contraseña & Sesión",
    ] {
        let sender = header::mailbox(&format!("{name} <no-reply@example.com>"));
        assert!(
            sender.is_ascii() && sender.split(' ').all(|word| word.len() <= 75),
            "{sender}"
        );
        let message = format!("From: {sender}\r\n\r\n");
        let parsed = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
        let address = parsed.from().unwrap().first().unwrap().clone();
        assert_eq!(
            (address.name(), address.address()),
            (Some(name), Some("no-reply@example.com"))
        );
    }
}

#[test]
fn known_roles_are_translated_and_others_are_not() {
    let letter = |role: &str| {
        let Letter::Invitation {
            organization,
            inviter_name,
            message,
            url,
            expires_in,
            ..
        } = invitation("Acme", "Ada")
        else {
            panic!("another letter");
        };
        Letter::Invitation {
            organization,
            inviter_name,
            role: role.to_owned(),
            message,
            url,
            expires_in,
        }
    };
    for (language, roles, line) in [
        (Language::English, "admin,member", "Your role: administrator, member"),
        (Language::German, "owner", "Ihre Rolle: Inhaber"),
        (Language::Japanese, "admin,reviewer", "お客様の役割：管理者, reviewer"),
    ] {
        let text = templates::render(&letter(roles), language, &brand()).unwrap().text;
        assert!(text.lines().any(|other| other == line), "{text}");
    }
}
