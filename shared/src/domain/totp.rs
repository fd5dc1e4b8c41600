//! The authenticator app: its shared secret, and the time-based codes that the app and this service compute (RFC 6238).

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use totp_rs::{Builder, Secret};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::encrypted_secret::EncryptedSecret;
use super::ids::{SessionId, UserId};
use super::one_time::RequestingSession;
use super::text::text_enum;
use super::user::User;
use crate::entropy::Entropy;

/// 160 bits: the output length of HMAC-SHA-1, which RFC 4226 recommends (section 4, R6).
const SECRET: usize = 20;

/// The lengths of secrets that other systems have issued: at least the 128 bits that RFC 4226 requires.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;

/// The secret from which an authenticator app computes its codes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret(Vec<u8>);

/// A user's authenticator app, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticator {
    pub user_id: UserId,
    pub secret: EncryptedSecret,
    pub state: AuthenticatorState,
    /// The time step of the newest accepted code. Codes of this step and of earlier ones are refused (replay).
    pub last_step: Option<u64>,
    /// What the secret was issued to, while no code has confirmed it.
    pub enrolment: Option<Enrolment>,
}

/// The session in which an authenticator was enrolled with the password, and the state of its user at that time. An
/// enrolment ends with that state: an attacker who has lost the password or the session must not keep a second factor
/// that waits for its first code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub requester: RequestingSession,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthenticatorState {
    /// The secret was issued, but no code has yet proved that an app has it. It does not count as a second factor.
    Pending,
    Active,
}

text_enum!(AuthenticatorState { Pending => "pending", Active => "active" });

impl TotpSecret {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.bytes::<SECRET>().to_vec())
    }

    /// Returns `None` if the length is out of range.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        LENGTHS.contains(&bytes.len()).then(|| Self(bytes.to_vec()))
    }

    /// The text form in which apps and exports have it, with or without padding. `None`: it is no Base32, or too short.
    pub fn from_base32(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('=').to_ascii_uppercase();
        let secret = Secret::try_from_base32(text).ok()?;
        Self::from_bytes(secret.as_bytes())
    }

    pub fn to_base32(&self) -> String {
        Secret::new(self.0.clone().into()).to_base32()
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the time step of the code if it is the current one or one of its neighbours. The tolerance covers
    /// differences between clocks and the time it takes to type.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let seconds = u64::try_from(now.as_second()).ok()?;
        self.totp().build_noncompliant().check(code, seconds)
    }

    /// The `otpauth` URI that an app reads from a QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let totp = self
            .totp()
            .with_issuer(Some(without_colons(issuer)))
            .with_account_name(without_colons(account))
            .build_noncompliant();
        totp.to_url().expect("an account without colons")
    }

    /// SHA-1, six digits, thirty seconds, and one step of tolerance in each direction: every app supports these
    /// parameters.
    fn totp(&self) -> Builder {
        Builder::new().with_secret(Secret::new(self.0.clone().into()))
    }
}

/// The URI separates issuer and account with a colon, so neither can contain one.
fn without_colons(text: &str) -> String {
    text.replace(':', "")
}

impl Enrolment {
    /// Whether the password was shown in the session within `fresh_age`.
    pub fn is_fresh_in(&self, session: SessionId, fresh_age: SignedDuration, now: Timestamp) -> bool {
        self.requester.session_id == session && now.duration_since(self.at) < fresh_age
    }
}

impl Authenticator {
    pub fn is_active(&self) -> bool {
        self.state == AuthenticatorState::Active
    }

    /// The enrolment that a first code completes, if the user, as just read, is still in its state.
    pub fn pending_enrolment(&self, user: &User) -> Option<&Enrolment> {
        let is_pending = self.state == AuthenticatorState::Pending;
        let enrolment = self.enrolment.as_ref().filter(|_| is_pending);
        enrolment.filter(|enrolment| enrolment.requester.is_current(user))
    }

    /// Whether a code of the step may still be accepted. A code is accepted once (RFC 6238, section 5.2), and no code
    /// of an earlier step after it.
    pub fn accepts(&self, step: u64) -> bool {
        self.last_step.is_none_or(|last| last < step)
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors of RFC 6238, appendix B.
    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").expect("twenty bytes")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = u64::try_from(second / 30).expect("after 1970");
            assert_eq!(secret().step_of(code, at(second)), Some(step), "{second}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_one_on_either_side() {
        let code = "005924";
        let step = 1_234_567_890 / 30;
        let (first, last) = ((step - 1) * 30, (step + 2) * 30 - 1);
        let step = u64::try_from(step).expect("after 1970");
        for second in [first, last] {
            assert_eq!(secret().step_of(code, at(second)), Some(step));
        }
        for second in [first - 1, last + 1] {
            assert_eq!(secret().step_of(code, at(second)), None);
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for text in ["", "05924", "0005924", "+05924", "00592a", "００５９２４", "005924 "] {
            assert_eq!(secret().step_of(text, at(1_234_567_890)), None, "{text}");
        }
    }

    #[test]
    fn secrets_of_other_systems_are_longer_or_shorter() {
        for (text, bytes) in [
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY", Some(16)),
            ("gezdgnbvgy3tqojqgezdgnbvgy3tqojq", Some(20)),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY======", Some(16)),
            ("GEZDGNBV", None),
            ("not base 32!", None),
        ] {
            let secret = TotpSecret::from_base32(text);
            assert_eq!(secret.as_ref().map(|secret| secret.as_bytes().len()), bytes, "{text}");
        }
        assert_eq!(secret().to_base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_step_is_accepted_once_and_none_before_it() {
        let mut authenticator = Authenticator {
            user_id: UserId::from_bytes([1; 16]),
            secret: EncryptedSecret::from_bytes(Vec::new()),
            state: AuthenticatorState::Active,
            last_step: None,
            enrolment: None,
        };
        assert!(authenticator.accepts(0));
        authenticator.last_step = Some(7);
        assert!(!authenticator.accepts(6) && !authenticator.accepts(7) && authenticator.accepts(8));
    }

    #[test]
    fn the_uri_is_one_that_apps_read() {
        assert_eq!(
            secret().uri("Fish & Chips: Ltd", "ada@example.com"),
            "otpauth://totp/Fish%20%26%20Chips%20Ltd:ada%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Fish%20%26%20Chips%20Ltd"
        );
    }
}
