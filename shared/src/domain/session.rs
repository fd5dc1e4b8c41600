//! A login: what keeps a user signed in, and how its refresh token moves on.

use jiff::{SignedDuration, Timestamp};

use super::ids::{OrganizationId, SessionId, TeamId, UserId};
use super::secret::{RefreshSecret, SecretHash};
use super::text::text_enum;
use super::user::User;
use crate::entropy::Entropy;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub state: SessionState,
    /// Of the secret in the session token; while a second factor is pending, of that in the challenge token.
    pub hash: SecretHash,
    /// See [`User::session_generation`].
    pub generation: u64,
    /// See [`User::trust_generation`]: that of the user when the session began, or when a second factor was last shown for it.
    pub trust_generation: u64,
    pub created_at: Timestamp,
    /// When the session was last extended.
    pub updated_at: Timestamp,
    pub expires_at: Timestamp,
    /// A session that is not remembered ends with the browser, or a day after it began.
    pub remember_me: bool,
    /// Empty when unknown.
    pub ip_address: String,
    /// Empty when unknown.
    pub user_agent: String,
    pub active_organization: Option<OrganizationId>,
    /// Of the active organization.
    pub active_team: Option<TeamId>,
    /// How the user proved to be who they are.
    pub methods: Vec<AuthenticationMethod>,
    pub impersonator: Option<Impersonator>,
    pub refresh: RefreshChain,
}

/// The administrator who acts as the user, and in which session of their own: the impersonation ends with that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Impersonator {
    pub user_id: UserId,
    pub session_id: SessionId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Authenticates its user, as long as it is live.
    Active,
    /// The first factor was shown. Authenticates nobody: its token opens the verification of the second one, and nothing else.
    PendingSecondFactor,
}

/// Values of the `amr` claim: those of RFC 8176 where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthenticationMethod {
    Password,
    /// A token that was mailed to the user.
    Mail,
    /// A code that is good once: of an authenticator app, of a mail, or a backup code.
    OneTimeCode,
    /// A browser in which the second factor was shown before.
    TrustedDevice,
    /// A key pair of the user's, which was unlocked by its holder (WebAuthn user verification).
    Passkey,
    /// The same, but the authenticator only made sure that somebody is there.
    UnverifiedPasskey,
    /// An identity provider has said so.
    Federated,
    /// An administrator took the user's place.
    Impersonation,
    /// A program of the user's showed a key. There is no session then but what stands for one while the request lasts.
    ApiKey,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLifetimes {
    pub remembered: SignedDuration,
    pub not_remembered: SignedDuration,
    /// How old the last extension must be before use extends the session again.
    pub update_age: SignedDuration,
    /// How young a session must be to do what is dangerous without the password.
    pub fresh_age: SignedDuration,
}

/// The refresh tokens of one session: the current one, and the one it replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshChain {
    /// Of the part that all tokens of the chain share.
    pub family: SecretHash,
    pub current: SecretHash,
    pub replaced: Option<ReplacedRefresh>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplacedRefresh {
    pub hash: SecretHash,
    /// With the replaced secret, which the server does not keep, this gives the successor again.
    pub salt: [u8; 32],
    pub at: Timestamp,
}

/// A replaced refresh token still gives its successor for this long: networks lose answers, and browsers have two tabs.
pub const REPEAT_WINDOW: SignedDuration = SignedDuration::from_secs(10);

/// What a presented refresh token leads to.
#[derive(Debug)]
pub enum RefreshStep {
    /// It was current: commit `next`, on the condition that the chain has not moved.
    Rotate {
        next: RefreshChain,
        successor: RefreshSecret,
    },
    /// It was just replaced, by `successor`.
    Repeat { successor: RefreshSecret },
    /// It was replaced long ago, so somebody else has it: the session must end (RFC 9700, section 4.14.2).
    Reused,
    /// It was never this session's.
    Unknown,
}

text_enum!(SessionState { Active => "active", PendingSecondFactor => "pending_second_factor" });

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
    /// Whether it satisfies a user who asks for a second factor. A passkey is two in one: what one has, and what unlocks it.
    pub fn is_second_factor(self) -> bool {
        match self {
            Self::OneTimeCode | Self::TrustedDevice | Self::Passkey | Self::Impersonation => true,
            Self::Password | Self::Mail | Self::UnverifiedPasskey | Self::Federated | Self::ApiKey => false,
        }
    }
}

impl SessionLifetimes {
    pub fn of(&self, remember_me: bool) -> SignedDuration {
        if remember_me {
            self.remembered
        } else {
            self.not_remembered
        }
    }
}

impl Session {
    /// Whether the session authenticates `user`, who must be its owner as just read.
    pub fn is_live(&self, user: &User, now: Timestamp) -> bool {
        self.state == SessionState::Active && self.is_valid(user, now)
    }

    /// Whether the second factor of `user`, who must be its owner as just read, may still be shown for it.
    pub fn is_pending(&self, user: &User, now: Timestamp) -> bool {
        self.state == SessionState::PendingSecondFactor && self.is_valid(user, now)
    }

    fn is_valid(&self, user: &User, now: Timestamp) -> bool {
        self.user_id == user.id
            && self.generation == user.session_generation
            && self.expires_at > now
            && user.admit(now).is_ok()
    }

    /// Whether an API key stands for it.
    pub fn is_of_api_key(&self) -> bool {
        self.methods.contains(&AuthenticationMethod::ApiKey)
    }

    /// Whether it may change what lets its user in. For a user with a second factor, it must have been shown for the session itself:
    /// a cookie that spares a browser the second factor can be copied. What was shown before it was turned on counts for nothing, as
    /// whoever had got hold of the account may have prepared it. `user` must be the owner as just read.
    pub fn may_manage_credentials(&self, user: &User) -> bool {
        !user.two_factor_enabled || self.has_shown_second_factor(user)
    }

    /// Whether the second factor that `user` has now, who must be its owner as just read, was shown for it.
    pub fn has_shown_second_factor(&self, user: &User) -> bool {
        let is_shown = |method: &AuthenticationMethod| {
            matches!(
                method,
                AuthenticationMethod::OneTimeCode | AuthenticationMethod::Passkey
            )
        };
        self.trust_generation == user.trust_generation && self.methods.iter().any(is_shown)
    }

    /// Whether all that was shown for it is a mail.
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

    /// When an access token ends that is issued now: not after the session.
    pub fn end_of_access_token(&self, lifetime: SignedDuration, now: Timestamp) -> Timestamp {
        (now + lifetime).min(self.expires_at)
    }

    /// Whoever acts as the user does so no longer than they began to.
    pub fn end_when_extended(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> Timestamp {
        match self.impersonator {
            Some(_) => self.expires_at,
            None => now + lifetimes.of(self.remember_me),
        }
    }

    /// Whether its user has just signed in. Somebody in the user's place never has.
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

    /// Whether the token is the one that would be exchanged for new ones. Looking uses nothing up.
    pub fn is_current(&self, presented: &RefreshSecret) -> bool {
        self.family.matches(&presented.family) && self.current.matches(&presented.current)
    }

    pub fn present(&self, presented: &RefreshSecret, now: Timestamp, entropy: &dyn Entropy) -> RefreshStep {
        if !self.family.matches(&presented.family) {
            return RefreshStep::Unknown;
        }
        if self.current.matches(&presented.current) {
            return self.rotate(presented, now, entropy.bytes());
        }
        match &self.replaced {
            Some(replaced)
                if replaced.hash.matches(&presented.current) && now.duration_since(replaced.at) <= REPEAT_WINDOW =>
            {
                RefreshStep::Repeat {
                    successor: successor(presented, &replaced.salt),
                }
            }
            _ => RefreshStep::Reused,
        }
    }

    fn rotate(&self, presented: &RefreshSecret, now: Timestamp, salt: [u8; 32]) -> RefreshStep {
        let successor = successor(presented, &salt);
        let replaced = ReplacedRefresh {
            hash: presented.current.hash(),
            salt,
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
    use super::super::secret::Secret;
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
    fn a_token_that_somebody_made_up_is_not_reuse() {
        let forged = RefreshSecret {
            family: Secret::from_bytes([8; 32]),
            ..first()
        };
        let step = RefreshChain::start(&first()).present(&forged, at(0), &Counting);
        assert!(matches!(step, RefreshStep::Unknown));
    }
}
