//! Whether a password can be guessed: an estimate of the guesses that an attacker needs who knows dictionaries,
//! keyboard patterns, dates, and the user (NIST SP 800-63B, section 3.1.1.2, requires such a list).

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use crate::domain::invisible::{is_invisible, is_joiner};
use crate::domain::{EmailAddress, Name, NewPassword, User, Username};

/// What an attacker knows of a password's owner.
#[derive(Debug, Clone, Copy, Default)]
pub struct PasswordOwner<'a> {
    pub email: Option<&'a EmailAddress>,
    pub name: Option<&'a Name>,
    /// The username, and its display form.
    pub usernames: [Option<&'a str>; 2],
}

impl<'a> PasswordOwner<'a> {
    pub fn of(user: &'a User) -> Self {
        Self {
            email: Some(&user.email),
            name: Some(&user.name),
            usernames: [
                user.username.as_ref().map(Username::as_str),
                user.display_username.as_deref(),
            ],
        }
    }
}

/// The words that a password must not be made of: those of the owner and of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWords(Vec<String>);

/// A part of this length is estimated. The time of an estimate grows with the square of the length at least, and a
/// password that is not guessable to here is not guessable as a whole.
const MAX_ESTIMATED: usize = 24;
/// Fewer than a million guesses, which a botnet makes within the limits of attempts, are too few.
const MIN_SCORE: Score = Score::Two;

/// Shorter words are part of too many passwords.
const MIN_WORD: usize = 3;
const MAX_WORD: usize = 64;
const MAX_WORDS: usize = 24;
/// So many characters beside known words are no secret: `name123!`.
const MAX_SUFFIX: usize = 5;
/// Fewer distinct characters are no secret, whatever their script and number.
const MIN_DISTINCT: usize = 4;
/// The estimate counts ten possibilities for a character that is in none of its patterns, so it refuses every shorter
/// text. A few ideographs or emoji are not short in that sense.
const MIN_ESTIMATED: usize = 8;

/// The letters of the Russian keyboard, and those of the same keys of the English one.
const RUSSIAN_KEYS: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";
const ENGLISH_KEYS: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";

impl KnownWords {
    pub fn of(service: &str, owner: PasswordOwner<'_>) -> Self {
        let mut words = Self(Vec::new());
        words.add(service);
        if let Some(email) = owner.email {
            let address = email.to_string();
            words.add(&address);
            for part in address.split(['@', '.', '+', '-', '_']) {
                words.add(part);
            }
        }
        if let Some(name) = owner.name {
            for part in [name.as_str(), name.first(), name.last()] {
                words.add(part);
                words.add(&part.split_whitespace().collect::<String>());
            }
            for part in name.as_str().split_whitespace() {
                words.add(part);
            }
        }
        for username in owner.usernames.into_iter().flatten() {
            words.add(username);
        }
        words
    }

    fn add(&mut self, word: &str) {
        let word: String = word.nfkc().flat_map(char::to_lowercase).take(MAX_WORD).collect();
        if word.chars().count() >= MIN_WORD && self.0.len() < MAX_WORDS && !self.0.contains(&word) {
            self.0.push(word);
        }
    }

    /// Whether little else is left of the password without these words.
    fn make_up(&self, password: &str) -> bool {
        let whole = password.to_lowercase();
        let mut words: Vec<_> = self.0.iter().collect();
        words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
        let rest = words
            .into_iter()
            .fold(whole.clone(), |rest, word| rest.replace(word.as_str(), ""));
        rest.len() < whole.len() && rest.chars().count() <= MAX_SUFFIX
    }
}

/// Whether the password can be guessed with dictionaries, patterns and the known words.
pub fn is_guessable(password: &NewPassword, known: &KnownWords) -> bool {
    let text = condensed(password.as_str());
    if distinct(&text) < MIN_DISTINCT || known.make_up(&text) {
        return true;
    }
    if !text.is_ascii() && text.chars().count() < MIN_ESTIMATED {
        return false;
    }
    let words: Vec<&str> = known.0.iter().map(String::as_str).collect();
    let is_weak = |part: &str| zxcvbn(part, &words).score() < MIN_SCORE;
    let is_weak = |text: &str| is_weak(&head(text)) && (text.chars().count() <= MAX_ESTIMATED || is_weak(&tail(text)));
    let unit = repeated_unit(&text);
    is_weak(&unit) || (!unit.is_ascii() && is_weak(&on_english_keyboard(&unit)))
}

/// The text without surrounding space, and with one space for each series of characters that cannot be seen: padding
/// adds nothing, and would hide a word from the estimate.
fn condensed(text: &str) -> String {
    let is_gap = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || is_joiner(c);
    let words: Vec<&str> = text.split(is_gap).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The number of distinct characters, spaces excluded.
fn distinct(text: &str) -> usize {
    let letters = text.chars().flat_map(char::to_lowercase);
    letters.filter(|c| *c != ' ').collect::<BTreeSet<char>>().len()
}

/// What the text consists of if it repeats something from its beginning to its end, with spaces in between or without;
/// otherwise the text. A part of the text can hide the repetition.
fn repeated_unit(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let spaced: Vec<char> = text.chars().chain([' ']).collect();
    let unit = period(&letters).map(|unit| &letters[..unit]);
    let unit = unit.or_else(|| period(&spaced).map(|unit| &spaced[..unit - 1]));
    unit.unwrap_or(&letters).iter().collect()
}

fn period(letters: &[char]) -> Option<usize> {
    let length = letters.len();
    (1..=length / 2).find(|unit| letters[*unit..] == letters[..length - unit])
}

/// What the same keys type on an English keyboard, whose patterns and words the estimate knows: Russian passwords are
/// often typed so.
fn on_english_keyboard(text: &str) -> String {
    let key = |letter: char| {
        let at = RUSSIAN_KEYS.chars().position(|key| key == letter)?;
        ENGLISH_KEYS.chars().nth(at)
    };
    let letters = text.chars().flat_map(char::to_lowercase);
    letters.map(|letter| key(letter).unwrap_or(letter)).collect()
}

fn head(text: &str) -> String {
    text.chars().take(MAX_ESTIMATED).collect()
}

fn tail(text: &str) -> String {
    let length = text.chars().count();
    text.chars().skip(length.saturating_sub(MAX_ESTIMATED)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PasswordRules;

    fn is_refused(text: &str) -> bool {
        let rules = PasswordRules { min: 1, max: 1024 };
        let email = EmailAddress::parse("countess.ada@engines.example").expect("an address");
        let name = Name::of_parts("Ada", "Lovelace");
        let owner = PasswordOwner {
            email: Some(&email),
            name: Some(&name),
            usernames: [Some("enchantress"), None],
        };
        // The list of the most common ones refuses some of them before.
        NewPassword::parse(text, rules)
            .ok()
            .is_none_or(|password| is_guessable(&password, &KnownWords::of("Ostiary", owner)))
    }

    #[test]
    fn patterns_and_known_words_are_refused() {
        for text in [
            "Ostiary2026",
            "ostiary!",
            "Ostiary123!",
            "adalovelace",
            "Ada Lovelace 1815",
            "Lovelace!99",
            "countess.ada@engines.example",
            "engines2026",
            "enchantress7",
            "ENCHANTRESS",
            "qwertyuiop1",
            "zaq12wsx",
            "abcdefgh1",
            "12121212121212",
            "Password1!",
            "P@ssw0rd2024",
            "1990-01-01",
            "hunter2hunter2",
            "password1password1",
            "password1password1password1password1",
            "Password1!Password1!Password1!Pass",
            "яяяяяяяя",
            "абабабаб",
            "абвгдежз",
            "пароль123",
            "йцукенгш",
            "🦀🦀🦀🦀",
            "🦀🦑🦀🦑",
        ] {
            assert!(is_refused(text), "{text}");
        }
        assert!(is_refused(&"x".repeat(1024)));
        assert!(is_refused(&"password".repeat(16)));
    }

    #[test]
    fn what_cannot_be_seen_adds_nothing() {
        for text in [
            "        ",
            "\t\t\t\t\t\t\t\t",
            "\0\0\0\0\0\0\0\0",
            "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}",
            "        1",
            "a       ",
            "1a2b    ",
            "Password1!           ",
            "            Password1!",
            "password1           password1",
        ] {
            assert!(is_refused(text), "{text:?}");
        }
        for padding in ["\u{a0}", "\u{2003}", "\u{200b}", "\u{200d}", "\u{ad}", "\u{feff}"] {
            assert!(is_refused(&padding.repeat(10)), "{padding:?}");
            let padded = format!("Password1!{}", padding.repeat(20));
            assert!(is_refused(&padded), "{padding:?}");
        }
    }

    #[test]
    fn what_is_hard_to_guess_is_accepted() {
        for text in [
            "correct horse battery staple",
            "correct horse",
            "nine lanterns over Pskov",
            "SecurePassword123!",
            "k8Jx2vQz",
            "tr0ub4dor&3",
            "Ada crossed seven bridges",
            "сорок тысяч обезьян",
            "🦀🐙🦑🐡",
            "лошадь скрепка",
            "k8Jx2vQz k8Jx2vQz k8Jx2vQz",
            "正しい馬の電池のホッチキス",
        ] {
            assert!(!is_refused(text), "{text}");
        }
        let long = format!("{}seven bridges at dusk", "x".repeat(64));
        assert!(!is_refused(&long), "a strong end suffices");
    }

    #[test]
    fn words_are_bounded() {
        let name = Name::full(&"word ".repeat(500));
        let long = Name::full(&"x".repeat(5000));
        for name in [&name, &long] {
            let owner = PasswordOwner {
                name: Some(name),
                ..PasswordOwner::default()
            };
            let KnownWords(words) = KnownWords::of("Ostiary", owner);
            assert!(words.len() <= MAX_WORDS && words.iter().all(|word| word.chars().count() <= MAX_WORD));
        }
    }

    /// The worst case is a text whose every character may stand for several letters.
    #[test]
    fn an_estimate_of_a_long_text_takes_no_longer() {
        let text = "4@8({[</369&#!1/|0$5+7%2/".repeat(40);
        assert_eq!(head(&text).chars().count(), MAX_ESTIMATED);
        assert!(!is_refused(&text));
    }
}
