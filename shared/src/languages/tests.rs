//! The catalogues agree with the English one, and templates name texts that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::*;

/// The variables of each key.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let resource = FluentResource::try_new(language.source().to_owned());
    let resource = resource.unwrap_or_else(|(_, faults)| panic!("{language}: {faults:?}"));
    let mut keys = BTreeMap::new();
    for entry in resource.entries() {
        let Entry::Message(message) = entry else { continue };
        let mut variables = BTreeSet::new();
        collect(message.value.as_ref().expect(message.id.name), &mut variables);
        let earlier = keys.insert(message.id.name.to_owned(), variables);
        assert_eq!(earlier, None, "{language}: {} stands twice", message.id.name);
    }
    keys
}

fn collect(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, variables),
            Expression::Select { selector, variants } => {
                collect_inline(selector, variables);
                for variant in variants {
                    collect(&variant.value, variables);
                }
            }
        }
    }
}

fn collect_inline(expression: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { .. } => {}
        other => panic!("texts are made of variables and strings, without {other:?}"),
    }
}

#[test]
fn every_language_has_the_keys_and_variables_of_the_english_one() {
    let english = keys(Language::English);
    for language in Language::ALL {
        let other = keys(*language);
        let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
        let unknown: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{language}: missing {missing:?}, unknown {unknown:?}"
        );
        for (key, variables) in &english {
            assert_eq!(&other[key], variables, "{language}: {key}");
        }
    }
    assert_eq!(Language::ALL.len(), Language::NAMES.len());
}

#[test]
fn each_part_has_its_keys() {
    const PARTS: [(&str, &[&str]); 3] = [
        ("### Mails", &["mail-"]),
        ("### Durations", &["duration-", "moment"]),
        ("### Pages", &["page-"]),
    ];
    for language in Language::ALL {
        let mut parts = PARTS.iter();
        let mut prefixes: &[&str] = &[];
        for line in language.source().lines() {
            if line.starts_with("###") {
                let (title, keys) = parts.next().expect("a fourth part");
                assert_eq!(line, *title, "{language}");
                prefixes = keys;
            } else if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                assert!(
                    prefixes.iter().any(|prefix| line.starts_with(prefix)),
                    "{language}: {line}"
                );
            }
        }
        assert_eq!(parts.next(), None, "{language}");
    }
}

/// Templates escape a text as a whole.
#[test]
fn texts_are_plain() {
    for language in Language::ALL {
        for line in language.source().lines().filter(|line| !line.starts_with('#')) {
            assert!(!line.contains('<') && !line.contains('&'), "{language}: {line}");
            assert!(
                !line.contains(['\u{2068}', '\u{2069}', '\u{fffd}', '\t']),
                "{language}: {line}"
            );
            assert_eq!(line.trim_end(), line, "{language}");
        }
    }
}

#[test]
fn templates_and_code_name_texts_that_exist() {
    let known = keys(Language::English);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["templates", "src/http", "src/mailer"] {
        for path in files(&root.join(folder)) {
            let source = std::fs::read_to_string(&path).unwrap();
            let calls = source
                .split("text(\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next());
            let is_key = |key: &&str| ["mail-", "duration-", "page-"].iter().any(|part| key.starts_with(part));
            for key in calls.filter(is_key) {
                assert!(known.contains_key(key), "{}: {key}", path.display());
            }
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "rs" || extension == "html")
        })
        .collect()
}

#[test]
fn values_are_printed_without_marks_and_without_escapes() {
    let text = Language::English.text("mail-greeting", &[("name", "<b>\u{5d0}</b>".into())]);
    assert_eq!(text, "Hello <b>\u{5d0}</b>,");
}

#[test]
fn an_unknown_text_and_a_missing_value_are_errors() {
    assert!(Language::Korean.find_text("no-such-text", &[]).is_err());
    assert!(Language::Korean.find_text("mail-greeting", &[]).is_err());
    assert_eq!(Language::Korean.text("no-such-text", &[]), "no-such-text");
}

#[test]
fn the_tags_are_those_of_html() {
    let tags: Vec<_> = Language::ALL.iter().map(|language| language.tag()).collect();
    assert_eq!(tags, ["en", "zh-Hans", "es", "fr", "de", "ja", "ko"]);
}
