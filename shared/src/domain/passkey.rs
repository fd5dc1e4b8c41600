//! Passkeys: key pairs whose private key never leaves the user's devices (WebAuthn Level 2), and the ceremonies for
//! registration and sign-in. Signatures are verified in `crate::webauthn`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::ids::{InvalidId, UserId};
use super::redirect::{InvalidOrigin, TrustedOrigins, items};
use super::secret::{Secret, SecretHash};
use super::text::text_enum;
use super::token::CeremonyToken;
use super::user::User;
use crate::entropy::Entropy;

/// The relying party for which authenticators create key pairs. All its values are configured, so a response from a
/// page of another origin is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    /// The domain that passkeys are bound to. A change invalidates all existing passkeys.
    pub id: String,
    /// The name of the service that the user's device displays.
    pub name: String,
    /// The origins whose pages, and the Android apps that, may request a passkey.
    pub origins: PasskeyOrigins,
}

/// Origins as they are in the client data of a response, to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyOrigins(BTreeSet<String>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    pub credential_id: CredentialId,
    pub user_id: UserId,
    /// A COSE key (RFC 9052), exactly as the authenticator encoded it.
    pub public_key: Vec<u8>,
    /// The signature counter that the authenticator reports; always 0 for authenticators that do not count.
    pub counter: u32,
    /// The name that the user gave to the passkey.
    pub name: Option<String>,
    pub device: DeviceType,
    /// Whether a copy of the private key existed elsewhere when the passkey was last used.
    pub backed_up: bool,
    /// How browsers reach the authenticator: a hint that is returned to them.
    pub transports: Vec<String>,
    /// The model of the authenticator, if the authenticator discloses it.
    pub aaguid: Uuid,
    /// The user's [`User::trust_generation`] at the registration, or when the passkey was last used together with the
    /// second factor.
    pub trust_generation: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The identifier of a key pair. The authenticator chooses it, so an attacker may claim any value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialId(Vec<u8>);

/// The internal identifier of a passkey: the SHA-256 of its credential id, which maps up to a kilobyte to a key of
/// fixed length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasskeyId([u8; 32]);

/// Whether the private key may leave the device that created it; an authenticator decides this once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceType {
    Single,
    Multi,
}

/// A pending challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The hash of a token that only the browser that requested the challenge holds.
    pub hash: SecretHash,
    pub purpose: CeremonyPurpose,
    /// The state of the verifier, in the verifier's own encoding.
    pub state: String,
    pub expires_at: Timestamp,
}

/// The purpose of a challenge. A response to a challenge of one kind is never valid for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeremonyPurpose {
    /// Registration of a new passkey for this user.
    Registration { user_id: UserId },
    /// Sign-in: with a passkey of this user if the challenge listed the user's passkeys, otherwise with any passkey.
    Authentication { user_id: Option<UserId> },
}

/// The text or bytes are not a valid credential id.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a credential id")]
pub struct InvalidCredentialId;

/// Why a response matches no pending challenge.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum CeremonyRefused {
    #[error("there is no such challenge; it was answered, has expired or was made for something else")]
    NoChallenge,
    #[error("the challenge was made for another user")]
    NotTheCallers,
}

text_enum!(DeviceType { Single => "singleDevice", Multi => "multiDevice" });

impl PasskeyOrigins {
    /// The origin of an Android app: the SHA-256 of the certificate that signs it, in base64url.
    const ANDROID: &str = "android:apk-key-hash:";

    /// Reads a list that is separated by commas: origins of pages, and `android:apk-key-hash:...`.
    pub fn parse(list: &str) -> Result<Self, InvalidOrigin> {
        let mut origins = BTreeSet::new();
        for item in items(list) {
            match item
                .strip_prefix(Self::ANDROID)
                .map(|hash| URL_SAFE_NO_PAD.decode(hash))
            {
                Some(Ok(hash)) if hash.len() == 32 => _ = origins.insert(item.to_owned()),
                Some(_) => return Err(InvalidOrigin(item.to_owned())),
                None => origins.extend(Self::from(&TrustedOrigins::new([item])?).0),
            }
        }
        Ok(Self(origins))
    }

    pub fn contain(&self, origin: &str) -> bool {
        self.0.contains(origin)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Only pages: browsers give apps with schemes of their own no passkeys.
impl From<&TrustedOrigins> for PasskeyOrigins {
    fn from(origins: &TrustedOrigins) -> Self {
        Self(origins.web().map(str::to_owned).collect())
    }
}

impl Passkey {
    /// The maximum number of passkeys per user.
    pub const MAX_PER_USER: u32 = 20;
    /// The maximum length of a name, in characters.
    pub const MAX_NAME: usize = 128;

    pub fn id(&self) -> PasskeyId {
        PasskeyId::of(&self.credential_id)
    }

    /// Whether the passkey replaces the second factor of its owner. A passkey from before the second factor was turned
    /// on is one factor: an attacker may have registered it. It counts once it was used together with the second
    /// factor.
    pub fn is_trusted_by(&self, owner: &User) -> bool {
        !owner.two_factor_enabled || self.trust_generation == owner.trust_generation
    }
}

impl CredentialId {
    /// The maximum length in bytes (WebAuthn Level 3, section 4).
    const MAX_LENGTH: usize = 1023;

    pub fn new(bytes: Vec<u8>) -> Result<Self, InvalidCredentialId> {
        if bytes.is_empty() || bytes.len() > Self::MAX_LENGTH {
            return Err(InvalidCredentialId);
        }
        Ok(Self(bytes))
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for CredentialId {
    type Err = InvalidCredentialId;

    fn from_str(text: &str) -> Result<Self, InvalidCredentialId> {
        Self::new(URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCredentialId)?)
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl PasskeyId {
    pub fn of(credential: &CredentialId) -> Self {
        Self(Sha256::digest(&credential.0).into())
    }
}

impl FromStr for PasskeyId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidId)
    }
}

impl fmt::Display for PasskeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl Ceremony {
    /// How long a challenge accepts a response.
    pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
    /// How long a browser should wait for its user. This is a hint; browsers may wait longer.
    pub const BROWSER_TIMEOUT_MILLIS: u32 = 60_000;

    /// A short name of a challenge, by which a browser with several pending ones finds the token of each.
    pub fn tag(challenge: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(&Sha256::digest(challenge)[..12])
    }

    /// Creates a ceremony and the token that identifies it.
    pub fn begin(
        purpose: CeremonyPurpose,
        state: String,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> (Self, CeremonyToken) {
        let secret = Secret::generate(entropy);
        let ceremony = Self {
            hash: secret.hash(),
            purpose,
            state,
            expires_at: now + Self::LIFETIME,
        };
        (ceremony, CeremonyToken { secret })
    }

    pub fn open_registration(&self, caller: UserId, now: Timestamp) -> Result<(), CeremonyRefused> {
        match self.purpose {
            CeremonyPurpose::Registration { user_id } if self.expires_at > now => {
                if user_id == caller {
                    Ok(())
                } else {
                    Err(CeremonyRefused::NotTheCallers)
                }
            }
            _ => Err(CeremonyRefused::NoChallenge),
        }
    }

    /// Returns the user whose passkeys the challenge listed, if it listed any.
    pub fn open_authentication(&self, now: Timestamp) -> Result<Option<UserId>, CeremonyRefused> {
        match self.purpose {
            CeremonyPurpose::Authentication { user_id } if self.expires_at > now => Ok(user_id),
            _ => Err(CeremonyRefused::NoChallenge),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
    }

    fn user(byte: u8) -> UserId {
        UserId::from_bytes([byte; 16])
    }

    fn ceremony(purpose: CeremonyPurpose) -> Ceremony {
        Ceremony {
            hash: Secret::from_bytes([1; 32]).hash(),
            purpose,
            state: String::new(),
            expires_at: at(300),
        }
    }

    #[test]
    fn a_challenge_has_one_purpose() {
        let registration = ceremony(CeremonyPurpose::Registration { user_id: user(1) });
        assert_eq!(registration.open_registration(user(1), at(0)), Ok(()));
        assert_eq!(
            registration.open_authentication(at(0)),
            Err(CeremonyRefused::NoChallenge)
        );
        let authentication = ceremony(CeremonyPurpose::Authentication { user_id: None });
        assert_eq!(authentication.open_authentication(at(0)), Ok(None));
        assert_eq!(
            authentication.open_registration(user(1), at(0)),
            Err(CeremonyRefused::NoChallenge)
        );
    }

    #[test]
    fn a_challenge_is_its_users_and_ends() {
        let registration = ceremony(CeremonyPurpose::Registration { user_id: user(1) });
        assert_eq!(
            registration.open_registration(user(2), at(0)),
            Err(CeremonyRefused::NotTheCallers)
        );
        assert_eq!(registration.open_registration(user(1), at(299)), Ok(()));
        assert_eq!(
            registration.open_registration(user(1), at(300)),
            Err(CeremonyRefused::NoChallenge)
        );
    }

    #[test]
    fn a_credential_id_of_any_length_has_an_id_of_one() {
        let longest = CredentialId::new(vec![7; 1023]).expect("a credential id");
        let id = PasskeyId::of(&longest).to_string();
        assert_eq!(id.len(), 43);
        assert_eq!(id.parse::<PasskeyId>().map(|id| id.to_string()), Ok(id));
        assert_eq!(longest.to_string().parse(), Ok(longest));
        for length in [0, 1024] {
            assert_eq!(CredentialId::new(vec![7; length]), Err(InvalidCredentialId));
        }
        for text in ["", "AAAA", "not base64!"] {
            assert_eq!(text.parse::<PasskeyId>(), Err(InvalidId), "{text}");
        }
    }
}
