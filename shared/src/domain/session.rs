//! Sessions of signed-in users, and the rotation of their refresh tokens.

use jiff::{SignedDuration, Timestamp};

use super::ids::{OrganizationId, SessionId, TeamId, UserId};
use super::passkey::PasskeyId;
use super::secret::{RefreshSecret, Secret, SecretHash};
use super::text::text_enum;
use super::user::User;
use crate::entropy::Entropy;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub state: SessionState,
    /// The hash of the secret in the session token or, while a second factor is pending, in the challenge token.
    pub hash: SecretHash,
    /// See [`User::session_generation`].
    pub generation: u64,
    /// The user's [`User::trust_generation`] when the session began, or when a second factor was last verified for it.
    pub trust_generation: u64,
    pub created_at: Timestamp,
    /// When the session was last extended.
    pub updated_at: Timestamp,
    pub expires_at: Timestamp,
    /// A session without `remember_me` ends with the browser, or a day after it began.
    pub remember_me: bool,
    /// Empty if unknown.
    pub ip_address: String,
    /// Empty if unknown.
    pub user_agent: String,
    /// The name that the client gave to its device at the sign-in. It is shown and never trusted.
    pub device_name: Option<String>,
    pub active_organization: Option<OrganizationId>,
    /// A team of the active organization.
    pub active_team: Option<TeamId>,
    /// The methods by which the user authenticated.
    pub methods: Vec<AuthenticationMethod>,
    pub impersonator: Option<Impersonator>,
    /// The passkey with which a sign-in began that waits for its second factor, and which is trusted after that.
    pub passkey: Option<PasskeyId>,
    pub refresh: RefreshChain,
}

/// The administrator who impersonates the user, and the administrator's own session: the impersonation ends with that
/// session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Impersonator {
    pub user_id: UserId,
    pub session_id: SessionId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Authenticates its user while the session is live.
    Active,
    /// The first factor is verified. The session authenticates no user: its token only gives access to the verification
    /// of the second factor.
    PendingSecondFactor,
    /// The same for a sign-in whose client received the challenge token in the body of the response. The token counts
    /// only in the `Authorization` header: as a cookie, another person could have planted it in the browser, which
    /// would then complete that person's sign-in (login CSRF).
    PendingSecondFactorInHeader,
}

/// Values of the `amr` claim. They are those of RFC 8176 where it defines one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthenticationMethod {
    Password,
    /// A token that was mailed to the user.
    Mail,
    /// A one-time code: from an authenticator app, from a mail, or a backup code.
    OneTimeCode,
    /// A browser in which the second factor was verified before.
    TrustedDevice,
    /// A passkey with WebAuthn user verification.
    Passkey,
    /// A passkey for which the authenticator only tested user presence.
    UnverifiedPasskey,
    /// An assertion of an identity provider.
    Federated,
    /// Impersonation by an administrator.
    Impersonation,
    /// An API key of the user. No session is stored; a temporary one represents the key for the duration of the
    /// request.
    ApiKey,
}

/// The lifetimes of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetimes {
    pub remembered: SignedDuration,
    pub not_remembered: SignedDuration,
    /// The maximum time from the sign-in to the end of the session, however often it is extended.
    pub absolute: SignedDuration,
    /// The minimum time since the last extension before use of the session extends it again.
    pub update_age: SignedDuration,
    /// The maximum age at which a session may perform sensitive actions without the password.
    pub fresh_age: SignedDuration,
}

/// The refresh tokens of one session: the current one and its predecessor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshChain {
    /// The hash of the part that all tokens of the chain share.
    pub family: SecretHash,
    pub current: SecretHash,
    pub replaced: Option<ReplacedRefresh>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplacedRefresh {
    pub hash: SecretHash,
    /// The successor can be derived again from this salt and the replaced secret, which the server does not store.
    /// `None`: the successor was issued to a client that did not present the replaced token.
    pub salt: Option<[u8; 32]>,
    pub at: Timestamp,
}

/// A replaced refresh token still yields its successor for this long, because responses get lost and a browser may
/// refresh in two tabs at once.
pub const REPEAT_WINDOW: SignedDuration = SignedDuration::from_secs(10);

/// The result of presenting a refresh token.
#[derive(Debug)]
pub enum RefreshStep {
    /// The token is current: the caller stores `next`, on the condition that the chain is unchanged (optimistic lock).
    Rotate {
        next: RefreshChain,
        successor: RefreshSecret,
    },
    /// The token was replaced by `successor` within [`REPEAT_WINDOW`].
    Repeat { successor: RefreshSecret },
    /// The token was replaced earlier, so it was replayed, possibly by an attacker: the session must end (reuse
    /// detection, RFC 9700, section 4.14.2).
    Reused,
    /// The token never belonged to this session, or was replaced within [`REPEAT_WINDOW`] by a successor that cannot be
    /// derived from it.
    Unknown,
}

text_enum!(SessionState {
    Active => "active",
    PendingSecondFactor => "pending_second_factor",
    PendingSecondFactorInHeader => "pending_second_factor_in_header",
});

text_enum!(AuthenticationMethod {
    Password => "pwd",
    Mail => "mail",
    OneTimeCode => "otp",
    TrustedDevice => "device",
    Passkey => "pop",
    UnverifiedPasskey => "user",
    Federated => "fed",
    Impersonation => "imp",
    ApiKey => "key",
});

impl AuthenticationMethod {
    /// Whether the method satisfies the second-factor requirement of a user. A passkey combines two factors: possession
    /// of the authenticator, and the PIN or biometric that unlocks it.
    pub fn is_second_factor(self) -> bool {
        match self {
            Self::OneTimeCode | Self::TrustedDevice | Self::Passkey | Self::Impersonation => true,
            Self::Password | Self::Mail | Self::UnverifiedPasskey | Self::Federated | Self::ApiKey => false,
        }
    }
}

impl SessionState {
    fn is_pending(self) -> bool {
        match self {
            Self::Active => false,
            Self::PendingSecondFactor | Self::PendingSecondFactorInHeader => true,
        }
    }
}

impl SessionLifetimes {
    /// The duration of a new session.
    pub fn of(&self, remember_me: bool) -> SignedDuration {
        let lifetime = if remember_me {
            self.remembered
        } else {
            self.not_remembered
        };
        lifetime.min(self.absolute)
    }
}

impl Session {
    /// Whether the session authenticates `user`, who must be its owner as just read.
    pub fn is_live(&self, user: &User, now: Timestamp) -> bool {
        self.state == SessionState::Active && self.is_valid(user, now)
    }

    /// Whether the second factor may still be verified for this session. `user` must be its owner as just read.
    pub fn is_pending(&self, user: &User, now: Timestamp) -> bool {
        self.state.is_pending() && self.is_valid(user, now)
    }

    fn is_valid(&self, user: &User, now: Timestamp) -> bool {
        self.user_id == user.id
            && self.generation == user.session_generation
            && self.expires_at > now
            && user.admit(now).is_ok()
            && !user.awaits_verification()
    }

    /// Whether the session represents an API key.
    pub fn is_of_api_key(&self) -> bool {
        self.methods.contains(&AuthenticationMethod::ApiKey)
    }

    /// Whether the session may change the user's credentials. For a user with a second factor, that factor must have
    /// been verified in this session itself, because the cookie of a trusted device can be copied. Factors verified
    /// before the second factor was turned on do not count, because an attacker with access to the account may have
    /// prepared the session. `user` must be its owner as just read.
    pub fn may_manage_credentials(&self, user: &User) -> bool {
        !user.two_factor_enabled || self.has_shown_second_factor(user)
    }

    /// Whether the user's current second factor was verified for the session. `user` must be its owner as just read.
    pub fn has_shown_second_factor(&self, user: &User) -> bool {
        let is_shown = |method: &AuthenticationMethod| {
            matches!(
                method,
                AuthenticationMethod::OneTimeCode | AuthenticationMethod::Passkey
            )
        };
        self.trust_generation == user.trust_generation && self.methods.iter().any(is_shown)
    }

    /// The methods by which the user authenticated, without second factors from before the user's second factor was
    /// last turned on or off. `user` must be the session's owner as just read.
    pub fn current_methods(&self, user: &User) -> Vec<AuthenticationMethod> {
        let is_current = |method: &AuthenticationMethod| {
            self.trust_generation == user.trust_generation || !method.is_second_factor()
        };
        self.methods.iter().copied().filter(is_current).collect()
    }

    /// Whether a mailed token is the only method of authentication of the session.
    pub fn was_begun_by_mail(&self) -> bool {
        self.methods == [AuthenticationMethod::Mail]
    }

    pub fn is_due_for_extension(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> bool {
        self.remember_me && self.impersonator.is_none() && now.duration_since(self.updated_at) >= lifetimes.update_age
    }

    pub fn extend(&mut self, lifetimes: &SessionLifetimes, now: Timestamp) {
        self.updated_at = now;
        self.expires_at = self.end_when_extended(lifetimes, now);
    }

    /// The expiry of an access token that is issued now: not later than that of the session.
    pub fn end_of_access_token(&self, lifetime: SignedDuration, now: Timestamp) -> Timestamp {
        (now + lifetime).min(self.expires_at)
    }

    /// The expiry of the session if it is extended now. An impersonation is never prolonged, and no session beyond its
    /// absolute lifetime.
    fn end_when_extended(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> Timestamp {
        match self.impersonator {
            Some(_) => self.expires_at,
            None => (now + lifetimes.of(self.remember_me)).min(self.created_at + lifetimes.absolute),
        }
    }

    /// Whether the user has just signed in. An impersonated session is never fresh.
    pub fn is_fresh(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> bool {
        self.impersonator.is_none() && now.duration_since(self.created_at) < lifetimes.fresh_age
    }
}

impl RefreshChain {
    pub fn start(first: &RefreshSecret) -> Self {
        Self {
            family: first.family.hash(),
            current: first.current.hash(),
            replaced: None,
        }
    }

    /// Whether the token is the current one. The check does not rotate it.
    pub fn is_current(&self, presented: &RefreshSecret) -> bool {
        self.is_of_family(presented) && self.current.matches(&presented.current)
    }

    /// Replaces the current token for a client that has not presented it. The new token is of the same family, so the
    /// replaced token is recognized as reused: otherwise an attacker with an access token alone could continue the
    /// session under a family of their own, undetected.
    pub fn reissue(&self, now: Timestamp, entropy: &dyn Entropy) -> (Self, RefreshSecret) {
        // The server knows only the hash of the family's secret. The family is no credential: it distinguishes tokens
        // of the session from invented ones, so its hash serves as well.
        let secret = RefreshSecret {
            family: Secret::from_bytes(*self.family.as_bytes()),
            current: Secret::generate(entropy),
        };
        let replaced = ReplacedRefresh {
            hash: self.current,
            salt: None,
            at: now,
        };
        let next = Self {
            family: self.family,
            current: secret.current.hash(),
            replaced: Some(replaced),
        };
        (next, secret)
    }

    fn is_of_family(&self, presented: &RefreshSecret) -> bool {
        self.family.matches(&presented.family) || self.family == SecretHash::from_bytes(*presented.family.as_bytes())
    }

    pub fn present(&self, presented: &RefreshSecret, now: Timestamp, entropy: &dyn Entropy) -> RefreshStep {
        if !self.is_of_family(presented) {
            return RefreshStep::Unknown;
        }
        if self.current.matches(&presented.current) {
            return self.rotate(presented, now, entropy.bytes());
        }
        match &self.replaced {
            Some(replaced)
                if replaced.hash.matches(&presented.current) && now.duration_since(replaced.at) <= REPEAT_WINDOW =>
            {
                match &replaced.salt {
                    Some(salt) => RefreshStep::Repeat {
                        successor: successor(presented, salt),
                    },
                    None => RefreshStep::Unknown,
                }
            }
            _ => RefreshStep::Reused,
        }
    }

    fn rotate(&self, presented: &RefreshSecret, now: Timestamp, salt: [u8; 32]) -> RefreshStep {
        let successor = successor(presented, &salt);
        let replaced = ReplacedRefresh {
            hash: presented.current.hash(),
            salt: Some(salt),
            at: now,
        };
        RefreshStep::Rotate {
            next: Self {
                family: self.family,
                current: successor.current.hash(),
                replaced: Some(replaced),
            },
            successor,
        }
    }
}

fn successor(presented: &RefreshSecret, salt: &[u8; 32]) -> RefreshSecret {
    RefreshSecret {
        family: presented.family.clone(),
        current: presented.current.derive(salt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("a time")
    }

    fn first() -> RefreshSecret {
        RefreshSecret {
            family: Secret::from_bytes([9; 32]),
            current: Secret::from_bytes([1; 32]),
        }
    }

    fn rotate(chain: &RefreshChain, secret: &RefreshSecret, seconds: i64) -> (RefreshChain, RefreshSecret) {
        match chain.present(secret, at(seconds), &Counting) {
            RefreshStep::Rotate { next, successor } => (next, successor),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_repeat_within_the_window_gets_the_same_successor() {
        let (chain, successor) = rotate(&RefreshChain::start(&first()), &first(), 0);
        match chain.present(&first(), at(10), &Counting) {
            RefreshStep::Repeat { successor: again } => {
                assert!(successor.current.hash().matches(&again.current));
                assert!(successor.family.hash().matches(&again.family));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_late_repeat_is_reuse() {
        let (chain, _) = rotate(&RefreshChain::start(&first()), &first(), 0);
        assert!(matches!(
            chain.present(&first(), at(11), &Counting),
            RefreshStep::Reused
        ));
    }

    #[test]
    fn a_token_from_further_back_is_reuse_at_once() {
        let (chain, second) = rotate(&RefreshChain::start(&first()), &first(), 0);
        let (chain, _) = rotate(&chain, &second, 1);
        assert!(matches!(chain.present(&first(), at(2), &Counting), RefreshStep::Reused));
    }

    #[test]
    fn a_token_issued_without_its_predecessor_leaves_the_predecessor_detectable() {
        let (chain, successor) = RefreshChain::start(&first()).reissue(at(0), &Counting);
        let step = |presented: &RefreshSecret, seconds| chain.present(presented, at(seconds), &Counting);
        assert!(matches!(step(&first(), 10), RefreshStep::Unknown));
        assert!(matches!(step(&first(), 11), RefreshStep::Reused));
        let (chain, next) = rotate(&chain, &successor, 11);
        assert!(matches!(
            chain.present(&first(), at(12), &Counting),
            RefreshStep::Reused
        ));
        rotate(&chain, &next, 13);
    }

    #[test]
    fn a_token_that_somebody_made_up_is_not_reuse() {
        let forged = RefreshSecret {
            family: Secret::from_bytes([8; 32]),
            ..first()
        };
        let step = RefreshChain::start(&first()).present(&forged, at(0), &Counting);
        assert!(matches!(step, RefreshStep::Unknown));
    }
}
