//! The text of an API key: the prefix that its owner chose, random letters, and letters that encode the owner's id. The
//! encoded id makes it possible to read owner and key in one round trip.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::values::KeyPrefix;
use crate::domain::ids::{ApiKeyId, UserId};
use crate::domain::secret::SecretHash;
use crate::entropy::Entropy;

/// The plain text of a key, as its owner sees it once and programs present it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PlainApiKey {
    text: String,
    #[zeroize(skip)]
    owner: UserId,
}

/// The text cannot be a key of this service.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum InvalidApiKey {
    #[error("too short for a key")]
    TooShort,
    #[error("not a key")]
    Malformed,
}

const ALPHABET: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u128 = ALPHABET.len() as u128;
/// Four times the length of the alphabet is the largest multiple that fits into a byte.
const FAIR: u8 = 4 * 52;
/// The number of letters after the prefix.
const LETTERS: usize = 64;
/// The number of letters that encode the 128 bits of an id.
const OWNER: usize = 23;
/// The number of random letters: 233 bits.
const RANDOM: usize = LETTERS - OWNER;
/// The length of the start of the text that is stored to identify keys. Without a prefix, 199 random bits remain
/// unknown.
const START: usize = 6;

impl PlainApiKey {
    pub fn generate(prefix: Option<&KeyPrefix>, owner: UserId, entropy: &dyn Entropy) -> Self {
        let mut text = String::with_capacity(KeyPrefix::MAX_LENGTH + LETTERS);
        text.push_str(prefix.map_or("", KeyPrefix::as_str));
        push_random(&mut text, entropy);
        push_owner(&mut text, owner);
        Self { text, owner }
    }

    pub fn parse(text: &str) -> Result<Self, InvalidApiKey> {
        let prefix = text.len().checked_sub(LETTERS).ok_or(InvalidApiKey::TooShort)?;
        let (prefix, letters) = text.split_at_checked(prefix).ok_or(InvalidApiKey::Malformed)?;
        let has_form = (prefix.is_empty() || KeyPrefix::parse(prefix).is_ok())
            && letters.bytes().all(|letter| letter.is_ascii_alphabetic());
        if !has_form {
            return Err(InvalidApiKey::Malformed);
        }
        let owner = owner_of(&letters.as_bytes()[RANDOM..]).ok_or(InvalidApiKey::Malformed)?;
        Ok(Self {
            text: text.to_owned(),
            owner,
        })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The owner that the key claims to have; the stored half decides.
    pub fn owner(&self) -> UserId {
        self.owner
    }

    /// The hash that is stored. The secret has full entropy, so a fast hash is sufficient.
    pub fn hash(&self) -> SecretHash {
        SecretHash::from_bytes(Sha256::digest(&self.text).into())
    }

    /// The id of the key. It is derived from the hash, so that the item can be found by the key's text and by its id.
    pub fn id(&self) -> ApiKeyId {
        let hash = self.hash();
        let bytes = std::array::from_fn(|at| hash.as_bytes()[at]);
        ApiKeyId::from_bytes(uuid::Builder::from_custom_bytes(bytes).into_uuid().into_bytes())
    }

    pub fn start(&self) -> &str {
        &self.text[..START]
    }

    /// Compares in constant time.
    pub fn is_of(&self, hash: &SecretHash) -> bool {
        self.hash().as_bytes().ct_eq(hash.as_bytes()).into()
    }
}

impl fmt::Debug for PlainApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainApiKey(…)")
    }
}

/// Discards bytes at or above the largest multiple of the alphabet's length: they would make its first letters more
/// likely.
fn push_random(text: &mut String, entropy: &dyn Entropy) {
    let end = text.len() + RANDOM;
    while text.len() < end {
        let bytes: [u8; RANDOM] = entropy.bytes();
        let letters = bytes.into_iter().filter(|byte| *byte < FAIR);
        text.extend(letters.map(|byte| letter(u128::from(byte))).take(end - text.len()));
    }
}

/// Appends the id as a number of 23 letters, least significant letter first.
fn push_owner(text: &mut String, owner: UserId) {
    let mut number = u128::from_be_bytes(owner.to_bytes());
    for _ in 0..OWNER {
        text.push(letter(number));
        number /= BASE;
    }
}

fn letter(number: u128) -> char {
    char::from(ALPHABET[(number % BASE) as usize])
}

fn owner_of(letters: &[u8]) -> Option<UserId> {
    let number = letters.iter().rev().try_fold(0_u128, |number, letter| {
        let digit = ALPHABET.iter().position(|known| known == letter)?;
        number.checked_mul(BASE)?.checked_add(digit as u128)
    })?;
    Some(UserId::from_bytes(number.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    fn key(prefix: Option<&str>, owner: [u8; 16]) -> PlainApiKey {
        let prefix = prefix.map(|text| KeyPrefix::parse(text).expect("a prefix"));
        PlainApiKey::generate(prefix.as_ref(), UserId::from_bytes(owner), &OsEntropy)
    }

    #[test]
    fn a_key_names_its_owner() {
        for owner in [
            [0; 16],
            [0xff; 16],
            [7; 16],
            std::array::from_fn(|n| u8::try_from(n).unwrap_or(0)),
        ] {
            let text = key(None, owner);
            assert_eq!(text.as_str().len(), 64);
            assert!(text.as_str().bytes().all(|letter| letter.is_ascii_alphabetic()));
            let arrived = PlainApiKey::parse(text.as_str()).expect("a key");
            assert_eq!(arrived.owner(), UserId::from_bytes(owner));
            assert!(arrived.is_of(&text.hash()));
        }
    }

    #[test]
    fn the_prefix_stands_in_front_and_belongs_to_the_secret() {
        let text = key(Some("live_"), [7; 16]);
        assert_eq!(text.as_str().len(), 69);
        assert_eq!((text.start().len(), &text.start()[..5]), (6, "live_"));
        assert!(PlainApiKey::parse(text.as_str()).is_ok_and(|arrived| arrived.id() == text.id()));
        let bare = PlainApiKey::parse(&text.as_str()[5..]).expect("the form of a key");
        assert!(!bare.is_of(&text.hash()) && bare.id() != text.id());
    }

    #[test]
    fn what_cannot_be_a_key_is_told_before_anything_is_read() {
        let good = key(None, [7; 16]);
        let good = good.as_str();
        for (text, why) in [
            (String::new(), InvalidApiKey::TooShort),
            (good[1..].to_owned(), InvalidApiKey::TooShort),
            (format!("{}1", &good[1..]), InvalidApiKey::Malformed),
            (format!("a b{good}"), InvalidApiKey::Malformed),
            (format!("{}{good}", "p".repeat(33)), InvalidApiKey::Malformed),
            (format!("é{}", &good[1..]), InvalidApiKey::Malformed),
            ("z".repeat(64), InvalidApiKey::Malformed),
            ("é".repeat(40), InvalidApiKey::Malformed),
        ] {
            assert_eq!(PlainApiKey::parse(&text).expect_err(&text), why, "{text}");
        }
    }

    #[test]
    fn every_letter_is_as_likely_as_the_next() {
        let mut seen = [0_u32; 52];
        for _ in 0..2_000 {
            for letter in &key(None, [7; 16]).as_str().as_bytes()[..RANDOM] {
                seen[ALPHABET.iter().position(|known| known == letter).expect("a letter")] += 1;
            }
        }
        // There are 82,000 letters: 1,577 of each are expected, with a standard deviation of 39. Without the rejection,
        // 48 of them would be a quarter more likely.
        assert!(seen.iter().all(|count| (1_300..1_850).contains(count)), "{seen:?}");
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", key(None, [7; 16])), "PlainApiKey(…)");
    }
}
