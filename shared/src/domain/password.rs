//! Passwords: the rules for new ones, and the hash that is stored. Hashing is slow and is done in `passwords`.

use std::fmt;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The length limits of a new password. Each contract has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// In UTF-16 code units, as the clients count.
    pub min: usize,
    /// In UTF-16 code units.
    pub max: usize,
}

/// A new password that a user chose and that the rules allow.
#[derive(Clone)]
pub struct NewPassword(Zeroizing<String>);

/// A password that a client presented for authentication.
#[derive(Clone)]
pub struct PasswordAttempt {
    normalized: Zeroizing<String>,
    /// The text as it was sent, if normalization has changed it.
    typed: Option<Zeroizing<String>>,
}

/// A PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Why a new password is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum WeakPassword {
    #[error("the password is shorter than {min}")]
    TooShort { min: usize },
    #[error("the password is longer than {max}")]
    TooLong { max: usize },
    #[error("the password lacks upper case letters, lower case letters, digits or special characters")]
    FewClasses,
    /// NIST SP 800-63B, section 5.1.1.2, requires that commonly used passwords are refused.
    #[error("the password is one of the most common ones")]
    Common,
    /// It follows a pattern, or is made of the user's name or address, or of the service's name.
    #[error("the password is easy to guess")]
    Guessable,
    #[error("the password appears in a published breach")]
    Breached,
}

/// The most common passwords, sorted, in lower case.
static COMMON: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common-passwords.txt").lines().collect());

impl NewPassword {
    /// The rules apply to the normalized text, which is what signs in later: in another form, a common password would
    /// pass the list.
    pub fn parse(text: &str, rules: PasswordRules) -> Result<Self, WeakPassword> {
        let text = normalize(text);
        let length = text.encode_utf16().count();
        if length < rules.min {
            return Err(WeakPassword::TooShort { min: rules.min });
        }
        if length > rules.max {
            return Err(WeakPassword::TooLong { max: rules.max });
        }
        if COMMON.binary_search(&text.to_lowercase().as_str()).is_ok() {
            return Err(WeakPassword::Common);
        }
        Ok(Self(text))
    }

    /// The rule of a contract that demands four classes of characters.
    pub fn of_four_classes(self) -> Result<Self, WeakPassword> {
        let has = |is_of_class: fn(char) -> bool| self.0.chars().any(is_of_class);
        let is_special = |c: char| !c.is_alphanumeric();
        if has(char::is_uppercase) && has(char::is_lowercase) && has(char::is_numeric) && has(is_special) {
            Ok(self)
        } else {
            Err(WeakPassword::FewClasses)
        }
    }

    /// Accepts a password that was just verified, even if the current rules would refuse it as a new one.
    pub fn already_chosen(attempt: &PasswordAttempt) -> Self {
        Self(attempt.normalized.clone())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl PasswordAttempt {
    pub fn new(text: &str) -> Self {
        let normalized = normalize(text);
        let typed = (*normalized != text).then(|| Zeroizing::new(text.to_owned()));
        Self { normalized, typed }
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.normalized.as_bytes()
    }

    /// The forms in which the password may have been hashed: normalized by this service, or as it was sent by a system
    /// whose hashes were imported.
    pub fn forms(&self) -> impl Iterator<Item = &[u8]> {
        let texts = std::iter::once(&self.normalized).chain(&self.typed);
        texts.map(|text| text.as_bytes())
    }
}

impl PasswordHash {
    pub fn from_phc(phc: String) -> Self {
        Self(phc)
    }

    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

/// Normalizes the text, so that a password is the same sequence of bytes however the keyboard composed its letters
/// (NIST SP 800-63B, section 5.1.1.2).
pub fn normalize(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.nfkc().collect())
}

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

redacted!(NewPassword, PasswordAttempt, PasswordHash);

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: PasswordRules = PasswordRules { min: 8, max: 128 };

    fn refusal(text: &str) -> Option<WeakPassword> {
        NewPassword::parse(text, RULES).err()
    }

    #[test]
    fn length_is_counted_in_utf16() {
        assert_eq!(refusal("short 7"), Some(WeakPassword::TooShort { min: 8 }));
        assert_eq!(refusal("🦀🦀🦀🦀"), None);
        assert_eq!(refusal(&"x".repeat(129)), Some(WeakPassword::TooLong { max: 128 }));
    }

    #[test]
    fn the_most_common_ones_are_refused_in_any_case() {
        assert_eq!(refusal("password1"), Some(WeakPassword::Common));
        assert_eq!(refusal("PassWord1"), Some(WeakPassword::Common));
    }

    #[test]
    fn the_rules_apply_to_the_normalized_text() {
        for common in [
            "ｐａｓｓｗｏｒｄ１",
            "ＰＡＳＳＷＯＲＤ１",
            "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝𝟏",
            "pa\u{17f}\u{17f}word1",
        ] {
            assert_eq!(refusal(common), Some(WeakPassword::Common), "{common}");
        }
        // Eight letters with their accents apart are seven letters, and one ligature is eighteen characters.
        assert_eq!(refusal("cafe\u{301} 12"), Some(WeakPassword::TooShort { min: 8 }));
        assert_eq!(refusal(&"\u{fdfa}".repeat(8)), Some(WeakPassword::TooLong { max: 128 }));
    }

    #[test]
    fn four_classes_are_counted_in_any_script() {
        let refusal = |text: &str| {
            let password = NewPassword::parse(text, RULES);
            password.and_then(NewPassword::of_four_classes).err()
        };
        for accepted in ["Seven bridges, 1 river", "Çà et là: 8 ponts", "Ｓｅｖｅｎ７！bridges"] {
            assert_eq!(refusal(accepted), None, "{accepted}");
        }
        for refused in [
            "seven bridges, 1",
            "SEVEN BRIDGES, 1",
            "Seven bridges, x",
            "Sevenbridges1",
        ] {
            assert_eq!(refusal(refused), Some(WeakPassword::FewClasses), "{refused}");
        }
    }

    #[test]
    fn the_list_can_be_searched() {
        assert!(COMMON.len() > 1000 && COMMON.is_sorted());
    }

    #[test]
    fn composition_does_not_matter() {
        let composed = NewPassword::parse("caf\u{e9} au lait", RULES).expect("a password");
        assert_eq!(
            composed.as_bytes(),
            PasswordAttempt::new("cafe\u{301} au lait").as_bytes()
        );
    }
}
