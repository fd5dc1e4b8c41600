//! Common parts of all second factors: the limit of attempts, and mailed codes.
//!
//! A code of six digits is open to brute force. Attempts are therefore counted per sign-in, per mailed code, and per
//! account across all sign-ins and client addresses.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::encrypted_secret::EncryptedSecret;
use super::ids::{SessionId, UserId};
use crate::entropy::Entropy;

/// The maximum number of attempts per sign-in and per mailed code.
pub const ATTEMPTS: u32 = 5;

/// The number of consecutive failures after which an account is locked; it is locked again after as many more.
const BLOCK: u32 = 10;
/// The duration of the first lock. Each further lock lasts twice as long as the previous one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// The maximum duration of a lock. At ten guesses an hour, it takes years to find one of the three codes that are valid
/// at a time.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// The lifetime of a mailed code.
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(3);

/// The attempts at an account's second factor since the last success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub attempts: u32,
    /// The number of attempts at which the account is locked: a multiple of `BLOCK`.
    pub allowed: u32,
    pub last_at: Timestamp,
}

/// The account is locked after too many attempts.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("too many attempts at the second factor; the next one is possible in {retry_after} s")]
pub struct Locked {
    /// In seconds.
    pub retry_after: u32,
}

impl Tally {
    /// Returns the number of attempts that are allowed once another one is counted, or the remaining duration of the
    /// lock. `None` stands for an account without attempts.
    pub fn allow(tally: Option<&Self>, now: Timestamp) -> Result<u32, Locked> {
        let Some(tally) = tally else { return Ok(BLOCK) };
        if tally.attempts < tally.allowed {
            return Ok(tally.allowed);
        }
        let left = (tally.last_at + tally.pause()).duration_since(now);
        if left <= SignedDuration::ZERO {
            return Ok(tally.allowed + BLOCK);
        }
        let seconds = (left.as_millis() + 999) / 1000;
        Err(Locked {
            retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
        })
    }

    fn pause(&self) -> SignedDuration {
        let doublings = (self.allowed / BLOCK).saturating_sub(1).min(8);
        (FIRST_PAUSE * 2_i32.pow(doublings)).min(LONGEST_PAUSE)
    }
}

/// A six-digit code that is sent by mail.
#[derive(Clone)]
pub struct MailedCode(Zeroizing<String>);

/// A mailed code as it is stored. It is bound to one sign-in or one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorCode {
    pub user_id: UserId,
    pub session_id: SessionId,
    /// The code is encrypted and not hashed: a million attempts reverse a hash of six digits, salted or not.
    pub code: EncryptedSecret,
    pub expires_at: Timestamp,
}

const CODES: u32 = 1_000_000;

impl MailedCode {
    /// Generates each code with the same probability.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        loop {
            let number = u32::from_be_bytes(entropy.bytes());
            if number < u32::MAX - u32::MAX % CODES {
                return Self(Zeroizing::new(format!("{:06}", number % CODES)));
            }
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Compares in constant time.
pub fn is_same_code(kept: &[u8], presented: &str) -> bool {
    kept.ct_eq(presented.as_bytes()).into()
}

impl fmt::Debug for MailedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailedCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn tally(attempts: u32, allowed: u32) -> Tally {
        Tally {
            attempts,
            allowed,
            last_at: at(0),
        }
    }

    #[test]
    fn ten_attempts_are_free() {
        assert_eq!(Tally::allow(None, at(0)), Ok(10));
        assert_eq!(Tally::allow(Some(&tally(9, 10)), at(0)), Ok(10));
        assert_eq!(
            Tally::allow(Some(&tally(10, 10)), at(0)),
            Err(Locked { retry_after: 900 })
        );
    }

    #[test]
    fn each_further_block_waits_longer_up_to_an_hour() {
        for (allowed, minutes) in [(10, 15), (20, 30), (30, 60), (40, 60), (4000, 60)] {
            let full = tally(allowed, allowed);
            assert_eq!(
                Tally::allow(Some(&full), at(minutes) - SignedDuration::from_millis(1)),
                Err(Locked { retry_after: 1 })
            );
            assert_eq!(Tally::allow(Some(&full), at(minutes)), Ok(allowed + 10));
        }
    }

    struct Fixed(u32);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.0.to_be_bytes());
        }
    }

    #[test]
    fn a_code_has_six_digits() {
        for (number, code) in [(0, "000000"), (1_000_042, "000042"), (999_999, "999999")] {
            let generated = MailedCode::generate(&Fixed(number));
            assert_eq!(generated.as_str(), code);
            assert!(is_same_code(generated.as_str().as_bytes(), code));
            assert!(!is_same_code(generated.as_str().as_bytes(), &code[1..]));
        }
    }
}
