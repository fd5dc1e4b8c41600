//! The keys that sign tokens, as the table stores them, and their life: NEXT, ACTIVE, RETIRED and removed, or REVOKED.

use jiff::{SignedDuration, Timestamp};

use super::text::text_enum;

/// The audience of a key. Tokens of one ring are never accepted in place of the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ring {
    User,
    Admin,
}

/// All keys of a ring, newest last. Exactly one of them signs, unless the ring is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyRing {
    pub keys: Vec<SigningKey>,
    /// Incremented by each write (optimistic lock).
    pub version: u64,
    /// Until when another process is making a key for this ring: a KMS key costs money, so one process at a time makes
    /// one.
    pub busy_until: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// `SubjectPublicKeyInfo` in DER.
    pub public_key: Vec<u8>,
    pub private_key: PrivateKey,
    pub created_at: Timestamp,
    pub state: KeyState,
}

/// The location of the private key. Neither form can be used without KMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateKey {
    /// The private key never leaves the HSM; KMS signs. `is_made` if this service created the KMS key and has to delete
    /// it; the deployment owns the other ones.
    Kms { key_id: String, is_made: bool },
    /// The private key is encrypted under the envelope key and decrypted once per execution environment.
    Wrapped { ciphertext: Vec<u8> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published, so that verifiers know it before it signs.
    Next,
    Active {
        since: Timestamp,
    },
    /// Published, and signs no more. `until` the tokens that it signed have expired, and verifiers that cached the key
    /// set have read it again.
    Retired {
        since: Timestamp,
        at: Timestamp,
        until: Timestamp,
    },
    /// Not published, and its tokens are refused.
    Revoked {
        /// When it began to sign, if it ever did.
        since: Option<Timestamp>,
        at: Timestamp,
    },
}

/// The periods of a key's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLife {
    /// How long a key signs.
    pub rotation: SignedDuration,
    /// How long verifiers may cache the key set.
    pub cache: SignedDuration,
    /// How long a token that a key has signed may still be valid when the key has stopped signing.
    pub tokens: SignedDuration,
}

/// What is due in the life of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueStep {
    MakeNext,
    Rotate,
    RemoveGone,
}

/// How long before the rotation the next key is made, beyond the time that verifiers may cache the key set.
const NEXT_IN_ADVANCE: SignedDuration = SignedDuration::from_hours(24);
/// A step that is due for longer is late: the schedule tries it every five minutes.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// How long a revoked key is shown to administrators.
const REVOKED_SHOWN_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

text_enum!(DueStep { MakeNext => "make-next-key", Rotate => "rotate-keys", RemoveGone => "remove-keys" });
text_enum!(Ring { User => "user", Admin => "admin" });

impl Ring {
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];
}

impl PrivateKey {
    /// Whether both are in KMS, or both are wrapped.
    pub fn is_in_kms(&self) -> bool {
        matches!(self, Self::Kms { .. })
    }
}

impl SigningKey {
    pub fn activated_at(&self) -> Option<Timestamp> {
        match self.state {
            KeyState::Next => None,
            KeyState::Active { since } | KeyState::Retired { since, .. } => Some(since),
            KeyState::Revoked { since, .. } => since,
        }
    }

    pub fn is_revoked(&self) -> bool {
        matches!(self.state, KeyState::Revoked { .. })
    }

    /// Whether no token that it signed is valid any more.
    pub fn is_gone(&self, now: Timestamp) -> bool {
        match self.state {
            KeyState::Next | KeyState::Active { .. } => false,
            KeyState::Retired { until, .. } => until <= now,
            KeyState::Revoked { .. } => true,
        }
    }
}

impl KeyLife {
    /// Whether verifiers know a key that was published at this time.
    fn is_known(&self, published: Timestamp, now: Timestamp) -> bool {
        published + self.cache <= now
    }

    fn is_due(&self, active_since: Timestamp, in_advance: SignedDuration, now: Timestamp) -> bool {
        active_since + self.rotation <= now + in_advance
    }

    /// Whether the key that signs since then should have been replaced so long ago that an operator must look.
    pub fn is_rotation_late(&self, active_since: Timestamp, now: Timestamp) -> bool {
        active_since + self.rotation + LATE < now
    }

    /// The same of the publication of the next key.
    pub fn is_next_late(&self, active_since: Timestamp, now: Timestamp) -> bool {
        active_since + self.rotation + LATE < now + self.cache + NEXT_IN_ADVANCE
    }
}

impl KeyRing {
    /// The key that signs now.
    pub fn active(&self) -> Option<&SigningKey> {
        self.keys
            .iter()
            .find(|key| matches!(key.state, KeyState::Active { .. }))
    }

    pub fn next(&self) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.state == KeyState::Next)
    }

    pub fn is_rotation_late(&self, life: &KeyLife, now: Timestamp) -> bool {
        let since = self.active().and_then(SigningKey::activated_at);
        since.is_some_and(|since| life.is_rotation_late(since, now))
    }

    /// The key, in any state.
    pub fn get(&self, kid: &str) -> Option<&SigningKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// The keys with which tokens are verified. The next one is among them: another process may know already that it
    /// signs.
    pub fn published(&self) -> impl Iterator<Item = &SigningKey> {
        self.keys.iter().filter(|key| !key.is_revoked())
    }

    /// The key with which tokens are verified.
    pub fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.published().find(|key| key.kid == kid)
    }

    /// When a key last began to sign in place of another one.
    pub fn last_rotated_at(&self) -> Option<Timestamp> {
        let is_first = self
            .keys
            .iter()
            .all(|key| key.activated_at().is_none() || Some(&key.kid) == self.active_kid());
        let active = self.active().and_then(SigningKey::activated_at);
        active.filter(|_| !is_first)
    }

    fn active_kid(&self) -> Option<&String> {
        self.active().map(|key| &key.kid)
    }

    /// Publishes a key that will sign next. One that was to be next is revoked: it never signed.
    pub fn add_next(&mut self, key: SigningKey, now: Timestamp) {
        for known in &mut self.keys {
            if known.state == KeyState::Next {
                known.state = KeyState::Revoked { since: None, at: now };
            }
        }
        self.keys.push(SigningKey {
            state: KeyState::Next,
            ..key
        });
    }

    /// Makes `key` the only one that signs.
    pub fn activate(&mut self, key: SigningKey, life: &KeyLife, now: Timestamp) {
        self.keys.retain(|known| known.kid != key.kid);
        for known in &mut self.keys {
            if let KeyState::Active { since } = known.state {
                let until = now + life.tokens + life.cache;
                known.state = KeyState::Retired { since, at: now, until };
            }
        }
        self.keys.push(SigningKey {
            state: KeyState::Active { since: now },
            ..key
        });
    }

    /// Makes the next key the one that signs. `false`: there is none.
    pub fn rotate(&mut self, life: &KeyLife, now: Timestamp) -> bool {
        let next = self.next().cloned();
        let is_rotated = next.is_some();
        if let Some(next) = next {
            self.activate(next, life, now);
        }
        is_rotated
    }

    /// Revokes the key, unless it is revoked.
    pub fn revoke(&mut self, kid: &str, now: Timestamp) {
        for key in &mut self.keys {
            if key.kid == kid && !key.is_revoked() {
                let since = key.activated_at();
                key.state = KeyState::Revoked { since, at: now };
            }
        }
    }

    /// Removes the keys that match, and returns them.
    pub fn remove(&mut self, matches: impl Fn(&SigningKey) -> bool) -> Vec<SigningKey> {
        self.keys.extract_if(.., |key| matches(key)).collect()
    }

    /// The step of the ring's life that is due. `is_as_new`: whether a key is made as new ones are, in the same place
    /// and for the same algorithm. When that has changed, a new key is published at once, and signs as soon as verifiers
    /// know it.
    pub fn due_step(&self, life: &KeyLife, is_as_new: impl Fn(&SigningKey) -> bool, now: Timestamp) -> Option<DueStep> {
        let active = self.active()?;
        let since = active.activated_at()?;
        let is_elsewhere = !is_as_new(active);
        let next = self.next().filter(|next| is_as_new(next));
        let in_advance = life.cache + NEXT_IN_ADVANCE;
        match next {
            Some(next) if life.is_known(next.created_at, now) => {
                (is_elsewhere || life.is_due(since, SignedDuration::ZERO, now)).then_some(DueStep::Rotate)
            }
            Some(_) => None,
            None => (is_elsewhere || life.is_due(since, in_advance, now)).then_some(DueStep::MakeNext),
        }
        .or_else(|| {
            self.keys
                .iter()
                .any(|key| is_hidden(key, now))
                .then_some(DueStep::RemoveGone)
        })
    }
}

/// Whether a key is removed without being asked.
pub fn is_hidden(key: &SigningKey, now: Timestamp) -> bool {
    match key.state {
        KeyState::Revoked { at, .. } => at + REVOKED_SHOWN_FOR <= now,
        _ => key.is_gone(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: KeyLife = KeyLife {
        rotation: SignedDuration::from_hours(24 * 90),
        cache: SignedDuration::from_hours(2),
        tokens: SignedDuration::from_mins(16),
    };

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn in_kms(key: &SigningKey) -> bool {
        key.private_key.is_in_kms()
    }

    fn wrapped(key: &SigningKey) -> bool {
        !in_kms(key)
    }

    fn key(kid: &str, in_kms: bool, hours: i64) -> SigningKey {
        let (key_id, ciphertext) = (kid.to_owned(), Vec::new());
        SigningKey {
            kid: kid.to_owned(),
            public_key: Vec::new(),
            private_key: if in_kms {
                PrivateKey::Kms { key_id, is_made: true }
            } else {
                PrivateKey::Wrapped { ciphertext }
            },
            created_at: at(hours),
            state: KeyState::Next,
        }
    }

    fn ring_with_active() -> KeyRing {
        let mut ring = KeyRing::default();
        ring.activate(key("a", true, 0), &LIFE, at(0));
        ring
    }

    #[test]
    fn one_key_signs_and_the_former_one_verifies_until_its_tokens_have_expired() {
        let mut ring = ring_with_active();
        assert_eq!(ring.last_rotated_at(), None);
        assert!(!ring.rotate(&LIFE, at(1)));
        ring.add_next(key("b", true, 1), at(1));
        assert!(ring.rotate(&LIFE, at(2)));
        assert_eq!(ring.active().map(|key| key.kid.as_str()), Some("b"));
        assert_eq!(ring.last_rotated_at(), Some(at(2)));
        assert_eq!(ring.published().count(), 2);
        let until = at(4) + SignedDuration::from_mins(16);
        let former = ring.get("a").expect("a key").clone();
        assert_eq!(
            former.state,
            KeyState::Retired {
                since: at(0),
                at: at(2),
                until
            }
        );
        assert!(!former.is_gone(at(4)) && former.is_gone(until));
        assert_eq!(ring.remove(|key| key.is_gone(until)), [former]);
        assert_eq!(ring.keys.len(), 1);
    }

    #[test]
    fn a_revoked_key_is_not_published_and_keeps_the_time_of_its_revocation() {
        let mut ring = ring_with_active();
        ring.add_next(key("b", true, 1), at(1));
        ring.add_next(key("c", true, 2), at(2));
        assert_eq!(ring.find("b"), None, "the former next key");
        ring.revoke("a", at(3));
        ring.revoke("a", at(4));
        assert_eq!(ring.find("a"), None);
        let state = ring.get("a").expect("a key").state;
        assert_eq!(
            state,
            KeyState::Revoked {
                since: Some(at(0)),
                at: at(3)
            }
        );
    }

    #[test]
    fn a_key_is_published_before_it_signs_and_a_rotation_waits_for_both() {
        let mut ring = ring_with_active();
        let days = |days: i64| at(24 * days);
        assert_eq!(ring.due_step(&LIFE, in_kms, days(88)), None);
        let made = days(89) - SignedDuration::from_hours(2);
        assert_eq!(ring.due_step(&LIFE, in_kms, made), Some(DueStep::MakeNext));
        ring.add_next(
            SigningKey {
                created_at: made,
                ..key("b", true, 0)
            },
            made,
        );
        assert_eq!(ring.due_step(&LIFE, in_kms, days(89)), None);
        assert_eq!(ring.due_step(&LIFE, in_kms, days(90)), Some(DueStep::Rotate));
        // The schedule was late, and the key is too young when the rotation is due.
        let late = days(90) - SignedDuration::from_hours(1);
        let mut ring = ring_with_active();
        ring.add_next(
            SigningKey {
                created_at: late,
                ..key("b", true, 0)
            },
            late,
        );
        assert_eq!(ring.due_step(&LIFE, in_kms, days(90)), None);
        assert_eq!(
            ring.due_step(&LIFE, in_kms, days(90) + SignedDuration::from_hours(1)),
            Some(DueStep::Rotate)
        );
    }

    #[test]
    fn another_place_for_keys_makes_a_next_key_at_once_and_signs_when_verifiers_know_it() {
        let mut ring = ring_with_active();
        ring.add_next(key("b", true, 0), at(0));
        assert_eq!(ring.due_step(&LIFE, wrapped, at(5)), Some(DueStep::MakeNext));
        ring.add_next(key("c", false, 5), at(5));
        assert_eq!(ring.due_step(&LIFE, wrapped, at(6)), None);
        assert_eq!(ring.due_step(&LIFE, wrapped, at(7)), Some(DueStep::Rotate));
        ring.rotate(&LIFE, at(7));
        assert_eq!(ring.due_step(&LIFE, wrapped, at(8)), None);
        assert_eq!(ring.due_step(&LIFE, wrapped, at(10)), Some(DueStep::RemoveGone));
    }
}
